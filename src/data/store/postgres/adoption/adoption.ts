import type { AdoptionDriver } from '../../../adoption/found.ts'
import { atPrimary } from '../migration/migration.ts'
import type { PostgresOptions } from '../postgres.ts'
import { withConnection } from '../with-connection.ts'
import { add, additions } from './addition.ts'
import { readTables } from './catalog.ts'

/** Tables that others have made in a database of PostgreSQL. */
export const postgresAdoption: AdoptionDriver<PostgresOptions> = {
  look: async (options, asked, deps) =>
    withConnection(await atPrimary(options, deps), async (connection) => {
      const tables = await readTables(connection, asked)
      await connection.end()
      return tables
    }),
  additions,
  add: async (options, all, deps) =>
    withConnection(await atPrimary(options, deps), async (connection) => {
      await add(connection, all)
      await connection.end()
    }),
}
