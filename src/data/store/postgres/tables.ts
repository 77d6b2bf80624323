import type { ResourceManifest } from '../../../app/manifest.ts'
import { placementOf, type StoredModel } from '../../migration/stored.ts'
import { type Tables as StoreTables, tablesOf as storeTablesOf } from '../tables.ts'
import type { PostgresTable } from './adoption/catalog.ts'
import { adoptedTable } from './adoption/table.ts'
import { type Table, tableOf } from './table.ts'

export type Tables = StoreTables<Table>

/** `model` has been brought to these resources, and `found`, the adopted tables by resource, have been seen to fit them. */
export function tablesOf(
  resources: readonly ResourceManifest[],
  model: StoredModel,
  found: ReadonlyMap<string, PostgresTable>,
): Tables {
  const idOf = (name: string) => resources.find((other) => other.name === name)?.columns[0]?.field
  return storeTablesOf(resources, (resource) => {
    const adopted = found.get(resource.name)
    if (adopted !== undefined) return adoptedTable(resource, adopted, idOf)
    return tableOf(
      resource,
      placementOf(() => model, resource),
      idOf,
    )
  })
}
