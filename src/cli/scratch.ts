import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentTelemetry } from '../core/telemetry.ts'
import { boot, type Runtime } from '../runtime/boot.ts'
import type { Topology } from '../topology/topology.ts'
import type { Project } from './project.ts'

/**
 * Runs `use` with the app booted on empty data that are gone afterwards: the same engines, options and schema, so that plans
 * and settings are the real ones, and no server that runs is in the way.
 */
export async function withScratchRuntime<Result>(
  project: Project,
  topology: Topology,
  use: (runtime: Runtime) => Promise<Result> | Result,
): Promise<Result> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'banyan-'))
  try {
    const { production } = project
    await using runtime = await boot(project.app, topology, { dataFolder, production, telemetry: silentTelemetry })
    return await use(runtime)
  } finally {
    rmSync(dataFolder, { recursive: true, force: true })
  }
}
