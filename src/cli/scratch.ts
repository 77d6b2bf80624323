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
  { app, production }: Pick<Project, 'app' | 'production'>,
  topology: Topology,
  use: (runtime: Runtime) => Promise<Result> | Result,
): Promise<Result> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'banyan-'))
  try {
    const telemetry = silentTelemetry
    await using runtime = await boot(app, onScratchFiles(topology), { dataFolder, production, telemetry })
    return await use(runtime)
  } finally {
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

/** A file may be named from the root of the disk, or out of the folder of data; then it would be the real one. */
function onScratchFiles(topology: Topology): Topology {
  const stores = Object.entries(topology.stores).map(([name, store]) => {
    const { file } = store.options
    if (file === undefined || file === ':memory:') return [name, store] as const
    return [name, { ...store, options: { ...store.options, file: `${name}.db` } }] as const
  })
  return { ...topology, stores: Object.fromEntries(stores) }
}
