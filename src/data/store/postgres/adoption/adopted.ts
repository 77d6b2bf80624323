import type { ResourceManifest } from '../../../../app/manifest.ts'
import { printable } from '../../../../core/printable.ts'
import { misfits } from '../../../adoption/fit.ts'
import { isSameTable, nameOfAdopted } from '../../../adoption/found.ts'
import { migrationErrors } from '../../../migration/errors.ts'
import type { AtPrimary } from '../postgres.ts'
import { withConnection } from '../with-connection.ts'
import { type PostgresTable, readTables } from './catalog.ts'

/** The adopted tables by resource. Rejects with `SCHEMA_ADOPTED` where one no longer looks as its resource says. */
export async function adoptedTables(
  at: AtPrimary,
  resources: readonly ResourceManifest[],
): Promise<ReadonlyMap<string, PostgresTable>> {
  const adopted = resources.filter((resource) => resource.adopted !== undefined)
  if (adopted.length === 0) return new Map()
  const tables = await withConnection(at, async (connection) => {
    const read = await readTables(connection, { tables: adopted.map(nameOfAdopted) })
    await connection.end()
    return read
  })
  const found = adopted.map((resource) => ({
    resource,
    table: tables.find((table) => isSameTable(table, nameOfAdopted(resource))),
  }))
  const reasons = found.flatMap(({ resource, table }) => misfits(resource, table, resources))
  if (reasons.length > 0)
    throw migrationErrors.SCHEMA_ADOPTED(
      `these tables are not what the app says of them\n\n${reasons.map((reason) => `  ${printable(reason)}`).join('\n')}\n`,
    )
  return new Map(found.map(({ resource, table }) => [resource.name, table!]))
}
