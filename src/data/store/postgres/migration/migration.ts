import type { DriverDependencies } from '../../../../core/driver.ts'
import type { Look, MigrationDriver } from '../../../migration/migrator.ts'
import { type Connection, connect } from '../connection.ts'
import { openingError, postgresError } from '../errors.ts'
import type { AtPrimary, PostgresOptions } from '../postgres.ts'
import { primaryUrl } from '../servers.ts'
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

async function atPrimary(options: PostgresOptions, deps: DriverDependencies): Promise<AtPrimary> {
  return { schema: schemaOf(options), primary: await primaryUrl(options, deps) }
}

/** Rejects with `STORE_IN_USE` while another process is at the schema for too long. */
export function openMigrator(
  options: AtPrimary,
  deps: DriverDependencies,
): Promise<PostgresMigrator & AsyncDisposable> {
  return withConnection(options, async (connection) => ({
    ...(await postgresMigrator(connection, schemaOf(options), deps)),
    [Symbol.asyncDispose]: () => connection.end(),
  }))
}

export function schemaOf({ schema = 'public' }: Pick<PostgresOptions, 'schema'>): string {
  return schema
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

/** A connection for work that may take its time; it stays open only for what the work gives. */
async function withConnection<Result>(
  options: AtPrimary,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  let connection: Connection | undefined
  try {
    connection = await connect({
      url: options.primary,
      schema: schemaOf(options),
      statementTimeoutMs: 0,
      prepares: false,
      onEnd() {},
    })
    return await work(connection)
  } catch (error) {
    await connection?.end()
    throw openingError(error, options.primary) ?? postgresError(error) ?? error
  }
}
