import { silentTelemetry } from '../core/telemetry.ts'
import { boot, type Runtime } from '../runtime/boot.ts'
import { scratch } from '../runtime/scratch.ts'
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
  using empty = scratch(topology)
  const { dataFolder } = empty
  await using runtime = await boot(app, empty.topology, {
    dataFolder,
    production,
    telemetry: silentTelemetry,
    isScratch: true,
  })
  return await use(runtime)
}
