import type { ResourceManifest } from '../../../app/manifest.ts'
import type { Placement } from '../../migration/stored.ts'
import type { Row, Value } from '../store.ts'
import { type ColumnCode, columnCode, type IdOf } from './column.ts'
import { engineName, literal, nameWithin, primaryKey, quoteName } from './name.ts'

/** How the rows of one resource are kept. */
export interface Table extends Kept {
  readonly resource: ResourceManifest
  /** Those of the resource, in its order. */
  readonly columns: readonly ColumnCode[]
  readonly id: ColumnCode
  /** What stands in a select list. */
  selected(of: '' | 't.'): string
  /** No two rows have the same value of some field. */
  readonly hasUnique: boolean
  /** The words of all searched fields, as they are indexed. */
  readonly searchVector: string
  columnOf(name: string): ColumnCode
  indexOf(name: string): number
  /** A row as the server wrote it becomes one of the store's, in place. */
  read(stored: (string | null)[]): Row
}

/** What differs between a table of ours and one of somebody else's. */
interface Kept {
  /** Undefined for that of the store. */
  readonly schema: string | undefined
  /** The table's: a resource that was renamed keeps its table. */
  readonly unquoted: string
  /** The same, quoted. */
  readonly name: string
  /** The same where rows are looked for. */
  readonly from: string
  /** What its deleted rows are remembered under, as a literal. */
  readonly key: string
  /** It was there before, and others write it too. It has no slot, and its deleted rows leave nothing behind. */
  readonly isAdopted: boolean
  /** What a row's version is read and compared as. */
  version(of: '' | 't.'): string
  /** What an update does to it; undefined: nothing, and it is another one nevertheless. */
  readonly counted: string | undefined
  /** The column of a searched field's words, quoted. */
  wordsOf(name: string): string
  /** The field whose values an index keeps apart; undefined where this version knows nothing of that. */
  uniqueField(index: string): string | undefined
  /** Whether it keeps ids apart. */
  isKey(constraint: string): boolean
  /** The reference that a foreign key holds; undefined where none of the fields is one. */
  fieldOfReference(constraint: string): string | undefined
}

export function tableOf(resource: ResourceManifest, placement: Placement, idOf: IdOf): Table {
  const columns = resource.columns.map((column) => columnCode(column, placement.columnOf(column.name), idOf))
  const unique = new Map(
    placement
      .indexes()
      .filter(({ isUnique }) => isUnique)
      .map(({ name, columns: [column] }) => [engineName(nameWithin(placement.table, name)), column!]),
  )
  const name = quoteName(placement.table)
  return tableWith(resource, columns, {
    schema: undefined,
    unquoted: placement.table,
    name,
    from: name,
    key: literal(placement.table),
    isAdopted: false,
    version: (of) => `${of}"version"`,
    counted: '"version" = t."version" + 1',
    wordsOf: (field) => quoteName(wordsColumn(placement.columnOf(field))),
    uniqueField: (index) => resource.columns.find(({ name }) => placement.columnOf(name) === unique.get(index))?.name,
    isKey: (constraint) => constraint.startsWith(primaryKey),
    // References are looked for where the server finds one broken.
    fieldOfReference: () => undefined,
  })
}

export function tableWith(resource: ResourceManifest, columns: readonly ColumnCode[], kept: Kept): Table {
  const positions = new Map(columns.map(({ name }, at) => [name, at]))
  const [plain, ofT] = [selectedOf(columns, ''), selectedOf(columns, 't.')]
  const decoders = columns.flatMap(({ decode }, at) => (decode === undefined ? [] : [[at, decode] as const]))
  return {
    ...kept,
    resource,
    columns,
    id: columns[0]!,
    selected: (of) => (of === '' ? plain : ofT),
    hasUnique: resource.columns.some(({ field }) => field.unique),
    searchVector: searchVector(resource.search.map(kept.wordsOf)),
    columnOf: (name) => columns[positions.get(name)!]!,
    indexOf: (name) => positions.get(name)!,
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

function selectedOf(columns: readonly ColumnCode[], of: '' | 't.'): string {
  return columns.map((column) => column.selected(of)).join(', ')
}

/** Whether a row made anew goes on from the version that the deleted one of its id had. */
export function remembersDeleted({ resource, isAdopted }: Pick<Table, 'resource' | 'isAdopted'>): boolean {
  return resource.ids === 'given' && !isAdopted
}

/** The column that holds the words of another. Names of fields have no spaces. */
export function wordsColumn(column: string): string {
  return `${column} words`
}

/** What is indexed of columns of words. */
export function searchVector(columns: readonly string[]): string {
  return `array_to_tsvector(${columns.join(' || ')})`
}
