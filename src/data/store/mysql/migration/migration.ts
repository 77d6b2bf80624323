import type { DriverDependencies } from '../../../../core/driver.ts'
import type { Look, MigrationDriver } from '../../../migration/migrator.ts'
import { type Connection, connect } from '../connection.ts'
import { mysqlError, openingError } from '../errors.ts'
import type { MysqlOptions } from '../mysql.ts'
import { mysqlDerived } from './derived.ts'
import { mysqlFacts } from './facts.ts'
import { type MysqlMigrator, mysqlMigrator } from './migrator.ts'
import { readHistory, readModel } from './remembered.ts'

/** Schema work on one database of a server, beside the servers that use it. */
export const mysqlMigration: MigrationDriver<MysqlOptions> = {
  derived: mysqlDerived,
  copies: { kind: 'tool', tool: 'mariadb-dump or mysqldump' },
  look: async (options) => withConnection(options, look),
  open: openMigrator,
}

/** Rejects with `STORE_IN_USE` while another process is at the schema for too long. */
export function openMigrator(
  options: MysqlOptions,
  deps: DriverDependencies,
): Promise<MysqlMigrator & AsyncDisposable> {
  return withConnection(options, async (connection) => ({
    ...(await mysqlMigrator(connection, deps)),
    [Symbol.asyncDispose]: () => connection.end(),
  }))
}

async function look(connection: Connection): Promise<Look & AsyncDisposable> {
  const model = await readModel(connection)
  return {
    isInUse: false,
    stored: async () => model ?? [],
    facts: mysqlFacts(connection, () => model ?? []),
    history: async () => (model === undefined ? [] : readHistory(connection)),
    [Symbol.asyncDispose]: () => connection.end(),
  }
}

/** A connection for work that may take its time; it stays open only for what the work gives. */
async function withConnection<Result>(
  { primary }: MysqlOptions,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  let connection: Connection | undefined
  try {
    connection = await connect({ url: primary, statementTimeoutMs: 0, onEnd() {} })
    return await work(connection)
  } catch (error) {
    await connection?.end()
    throw openingError(error, primary) ?? mysqlError(error) ?? error
  }
}
