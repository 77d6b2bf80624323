import type { ResourceManifest } from '../../../app/manifest.ts'
import { type Placement, placementOf, type StoredModel } from '../../migration/stored.ts'
import type { Row, Value } from '../store.ts'
import { type Tables as StoreTables, tablesOf as storeTablesOf } from '../tables.ts'
import { type ColumnCode, columnCode, type IdOf } from './column.ts'
import { engineName, literal, quoteName } from './name.ts'

/** How the rows of one resource are kept. */
export interface Table {
  readonly resource: ResourceManifest
  /** The table's, quoted: a resource that was renamed keeps its table. */
  readonly name: string
  /** What its deleted rows are remembered under, as a literal. */
  readonly key: string
  /** The name of the table that has its words. */
  readonly wordsTable: string
  /** Those of the resource, in its order. */
  readonly columns: readonly ColumnCode[]
  /** What stands in a select list. */
  readonly selected: string
  /** No two rows have the same value of some field. */
  readonly hasUnique: boolean
  columnOf(name: string): ColumnCode
  indexOf(name: string): number
  /** The field whose values an index keeps apart; undefined where this version knows nothing of that. */
  uniqueField(index: string): string | undefined
  /** An id as the client gives it. */
  idOf(stored: unknown): string
  /** A row as the client gives it becomes one of the store's, in place. */
  read(stored: unknown[]): Row
}

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

function tableOf(resource: ResourceManifest, placement: Placement, idOf: IdOf): Table {
  const columns = resource.columns.map((column) => columnCode(column, placement.columnOf(column.name), idOf))
  const positions = new Map(columns.map(({ name }, at) => [name, at]))
  const decoders = columns.flatMap(({ decode }, at) => (decode === undefined ? [] : [[at, decode] as const]))
  const unique = new Map(
    placement
      .indexes()
      .filter(({ isUnique }) => isUnique)
      .map(({ name, columns: [column] }) => [engineName(name), column!]),
  )
  return {
    resource,
    name: quoteName(placement.table),
    key: literal(placement.table),
    wordsTable: wordsTable(placement.table),
    columns,
    selected: columns.map(({ quoted }) => quoted).join(', '),
    hasUnique: resource.columns.some(({ field }) => field.unique),
    columnOf: (name) => columns[positions.get(name)!]!,
    indexOf: (name) => positions.get(name)!,
    uniqueField: (index) => resource.columns.find(({ name }) => placement.columnOf(name) === unique.get(index))?.name,
    idOf: (value) => (columns[0]!.decode?.(value) ?? value) as string,
    read(stored) {
      const row = stored as Value[]
      for (const [at, decode] of decoders) {
        const value = stored[at]
        if (value !== null) row[at] = decode(value)
      }
      return row
    },
  }
}

/** No table has such a name: those of resources have no spaces, or a number behind one. */
export function wordsTable(table: string): string {
  return `${table} words`
}
