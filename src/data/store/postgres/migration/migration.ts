import type { DriverDependencies } from '../../../../core/driver.ts'
import type { Look, MigrationDriver } from '../../../migration/migrator.ts'
import type { Connection } from '../connection.ts'
import type { AtPrimary, PostgresOptions } from '../postgres.ts'
import { primaryUrl } from '../servers.ts'
import { schemaOf } from '../session.ts'
import { refuseUnsuitable, survey } from '../survey.ts'
import { withConnection } from '../with-connection.ts'
import { postgresDerived } from './derived.ts'
import { postgresFacts } from './facts.ts'
import { type PostgresMigrator, postgresMigrator } from './migrator.ts'
import { readHistory, readModel } from './remembered.ts'

/** Schema work on one schema of a server, beside the servers that use it. */
export const postgresMigration: MigrationDriver<PostgresOptions> = {
  derived: postgresDerived,
  copies: { kind: 'tool', tool: 'pg_dump' },
  look: async (options, deps) => withConnection(await atPrimary(options, deps), look),
  open: async (options, deps) => openMigrator(await atPrimary(options, deps), deps),
}

/** Where work on a schema is done. */
export async function atPrimary(options: PostgresOptions, deps: DriverDependencies): Promise<AtPrimary> {
  return { ...options, primary: await primaryUrl(options, deps) }
}

/** Rejects with `STORE_IN_USE` while another process is at the schema for too long. */
export function openMigrator(
  options: AtPrimary,
  deps: DriverDependencies,
): Promise<PostgresMigrator & AsyncDisposable> {
  return withConnection(options, async (connection) => {
    refuseUnsuitable(await survey(connection, options), deps.telemetry)
    return {
      ...(await postgresMigrator(connection, schemaOf(options), deps)),
      [Symbol.asyncDispose]: () => connection.end(),
    }
  })
}

async function look(connection: Connection): Promise<Look & AsyncDisposable> {
  const model = await readModel(connection)
  return {
    isInUse: false,
    stored: async () => model ?? [],
    facts: postgresFacts(connection),
    history: async () => (model === undefined ? [] : readHistory(connection)),
    [Symbol.asyncDispose]: () => connection.end(),
  }
}
