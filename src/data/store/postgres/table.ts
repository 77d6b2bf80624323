import type { ResourceManifest } from '../../../app/manifest.ts'
import type { Placement } from '../../migration/stored.ts'
import type { Row, Value } from '../store.ts'
import { type ColumnCode, columnCode, type IdOf } from './column.ts'
import { engineName, literal, nameWithin, quoteName } from './name.ts'

/** How the rows of one resource are kept. */
export interface Table {
  readonly resource: ResourceManifest
  /** The table's: a resource that was renamed keeps its table. */
  readonly unquoted: string
  /** The same, quoted. */
  readonly name: string
  /** What its deleted rows are remembered under, as a literal. */
  readonly key: string
  /** Those of the resource, in its order. */
  readonly columns: readonly ColumnCode[]
  /** What stands in a select list. */
  readonly selected: string
  /** No two rows have the same value of some field. */
  readonly hasUnique: boolean
  /** The words of all searched fields, as they are indexed. */
  readonly searchVector: string
  columnOf(name: string): ColumnCode
  indexOf(name: string): number
  /** The column of a searched field's words, quoted. */
  wordsOf(name: string): string
  /** The field whose values an index keeps apart; undefined where this version knows nothing of that. */
  uniqueField(index: string): string | undefined
  /** A row as the server wrote it becomes one of the store's, in place. */
  read(stored: (string | null)[]): Row
}

export function tableOf(resource: ResourceManifest, placement: Placement, idOf: IdOf): Table {
  const columns = resource.columns.map((column) => columnCode(column, placement.columnOf(column.name), idOf))
  const positions = new Map(columns.map(({ name }, at) => [name, at]))
  const decoders = columns.flatMap(({ decode }, at) => (decode === undefined ? [] : [[at, decode] as const]))
  const unique = new Map(
    placement
      .indexes()
      .filter(({ isUnique }) => isUnique)
      .map(({ name, columns: [column] }) => [engineName(nameWithin(placement.table, name)), column!]),
  )
  const wordsOf = (field: string) => quoteName(wordsColumn(placement.columnOf(field)))
  return {
    resource,
    unquoted: placement.table,
    name: quoteName(placement.table),
    key: literal(placement.table),
    columns,
    selected: columns.map(({ quoted }) => quoted).join(', '),
    hasUnique: resource.columns.some(({ field }) => field.unique),
    searchVector: searchVector(resource.search.map(wordsOf)),
    columnOf: (name) => columns[positions.get(name)!]!,
    indexOf: (name) => positions.get(name)!,
    wordsOf,
    uniqueField: (index) => resource.columns.find(({ name }) => placement.columnOf(name) === unique.get(index))?.name,
    read(stored) {
      const row: Value[] = stored
      for (const [at, decode] of decoders) {
        const value = stored[at]
        if (value !== null) row[at] = decode(value as string)
      }
      return row
    },
  }
}

/** The column that holds the words of another. Names of fields have no spaces. */
export function wordsColumn(column: string): string {
  return `${column} words`
}

/** What is indexed of columns of words. */
export function searchVector(columns: readonly string[]): string {
  return `array_to_tsvector(${columns.join(' || ')})`
}
