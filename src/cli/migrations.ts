import { migrationsOf, type StoreMigration } from '../runtime/migration.ts'
import { pinoTelemetry } from '../telemetry/pino.ts'
import { logLevel } from './environment.ts'
import { cliErrors } from './errors.ts'
import { loadProject } from './project.ts'
import { checkedTopology } from './topology.ts'

export interface MigrationsOptions {
  readonly topology?: string
}

/** The stores of the project that keep data. Throws USAGE if there are none. */
export async function projectMigrations(options: MigrationsOptions): Promise<readonly StoreMigration[]> {
  const project = await loadProject()
  const { topology } = await checkedTopology(project, options.topology)
  const { dataFolder, production } = project
  const stores = await migrationsOf(project.app, topology, {
    dataFolder,
    production,
    telemetry: pinoTelemetry(logLevel()),
  })
  if (stores.length === 0)
    throw cliErrors.USAGE('no store of this topology keeps its data, so there is nothing to migrate')
  return stores
}
