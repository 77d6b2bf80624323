import { storedValue, type Value } from '../../../../app/row.ts'
import {
  columnNamed,
  type StoredColumn,
  type StoredIndex,
  type StoredModel,
  type StoredTable,
  tableKnownAs,
} from '../../../migration/stored.ts'
import {
  bytesPerCharacter,
  type ColumnCode,
  columnCode,
  requiredColumns,
  sortedCharactersMax,
  stored,
} from '../column.ts'
import { engineName, literal, quoteName } from '../name.ts'

/** How a column is stored: a reference like the ids that it is of, where these are known. */
export function codeIn(model: StoredModel, { name, field }: Pick<StoredColumn, 'name' | 'field'>): ColumnCode {
  const idOf = (resource: string) =>
    tableKnownAs(model, resource)?.columns.find((column) => column.name === 'id')?.field
  return columnCode({ name, field }, name, idOf)
}

/** `value`: what rows have that are written without it. */
export function columnDefinition(column: StoredColumn, value: Value | undefined, model: StoredModel): string {
  const code = codeIn(model, column)
  const byDefault =
    value === undefined || value === null ? '' : ` default (${code.written(literal(stored(code, value)))})`
  return `${code.quoted} ${code.type}${requiredColumns.has(column.name) ? ' not null' : ''}${byDefault}`
}

export function defaultOf({ field }: StoredColumn): Value | undefined {
  return field.default === undefined || field.unique ? undefined : storedValue(field, field.default)
}

/** An index as it is declared within a table. */
export interface IndexForm {
  readonly definition: string
  /** A column that has to be there for it, by its name. */
  readonly digest: string | undefined
  /** The columns of which it keeps a beginning only: it finds their values, and does not keep them in order. */
  readonly shortened: readonly string[]
}

/**
 * An index has room for a number of bytes: what does not fit is kept by its beginning. Of a unique text that has no room the digest
 * is kept apart.
 */
export function indexForm(model: StoredModel, table: StoredTable, { name, columns, isUnique }: StoredIndex): IndexForm {
  const codes = columns.map((column) => codeIn(model, columnNamed(table, column)))
  const bytes = codes.map(({ indexBytes }) => indexBytes)
  const kind = isUnique ? 'unique index' : 'index'
  const isWhole = bytes.every((each) => each !== undefined) && sum(bytes as number[]) <= indexBytesMax
  if (isUnique && !isWhole) {
    const digest = digestColumn(columns[0]!)
    return { definition: `${kind} ${quoteName(name)} (${quoteName(digest)})`, digest, shortened: [] }
  }
  const texts = codes.filter(({ type }) => isText(type)).length
  const others = sum(codes.filter(({ type }) => !isText(type)).map(({ indexBytes }) => indexBytes!))
  const share = Math.floor((indexBytesMax - others) / texts / bytesPerCharacter)
  const shortened: string[] = []
  const members = codes.map(({ quoted, type, indexBytes = Number.POSITIVE_INFINITY }, at) => {
    if (isWhole || !isText(type) || indexBytes <= share * bytesPerCharacter) return quoted
    shortened.push(columns[at]!)
    return `${quoted}(${Math.min(share, beginningMax)})`
  })
  return { definition: `${kind} ${quoteName(name)} (${members.join(', ')})`, digest: undefined, shortened }
}

/** A text in an index that is too long to be sorted where the index does not keep it in order. */
export function unsortedOf(table: StoredTable, { columns }: StoredIndex): string | undefined {
  return columns.find((column) => {
    const { field } = columnNamed(table, column)
    return field.kind === 'text' && field.maxLength > sortedCharactersMax
  })
}

/** What an index of InnoDB has room for is 3,072 bytes. */
const indexBytesMax = 3_000
/** So many characters tell nearly all values apart. */
const beginningMax = 190

export function digestColumn(column: string): string {
  return `${column} digest`
}

export function digestDefinition(column: string): string {
  return `${quoteName(digestColumn(column))} binary(32) as (unhex(sha2(${quoteName(column)}, 256))) virtual`
}

/** What the server knows the indexes of a table by that have this column. */
export function indexesOn({ indexes, derived }: StoredTable, column: string): readonly string[] {
  return [...indexes, ...derived.filter(({ kind }) => kind === 'reference')]
    .filter(({ columns }) => columns.includes(column))
    .map(({ name }) => engineName(name))
}

function isText(type: string): boolean {
  return type.startsWith('varchar') || type === 'longtext'
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}
