import type { ResourceManifest } from '../../../app/manifest.ts'
import { placementOf, type StoredModel } from '../../migration/stored.ts'
import { type Tables as StoreTables, tablesOf as storeTablesOf } from '../tables.ts'
import { type Table, tableOf } from './table.ts'

export type Tables = StoreTables<Table>

/** `model` has been brought to these resources. */
export function tablesOf(resources: readonly ResourceManifest[], model: StoredModel): Tables {
  const idOf = (name: string) => resources.find((other) => other.name === name)?.columns[0]?.field
  return storeTablesOf(resources, (resource) =>
    tableOf(
      resource,
      placementOf(() => model, resource),
      idOf,
    ),
  )
}
