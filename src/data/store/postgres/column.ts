import type { FieldDeclaration } from '../../../app/field.ts'
import type { Column } from '../../../app/manifest.ts'
import { uuidPattern } from '../../../core/id.ts'
import type { Value } from '../store.ts'
import { storedText, textOf } from '../text.ts'
import { quoteName } from './name.ts'

/** What is bound to a parameter: the text form of a value, as PostgreSQL reads it. */
export type Stored = string | null

/** How one column is written and read. */
export interface ColumnCode {
  /** The field's. */
  readonly name: string
  /** The column's: a field that was renamed keeps its column. */
  readonly column: string
  /** The same, quoted. */
  readonly quoted: string
  /** What it is compared and ordered as. */
  readonly compared: string
  /** What stands for it in a select list, behind the name of its table where that is given: `t.`. */
  selected(of: '' | 't.'): string
  /** Whether a new row is given a value for it. */
  readonly isGiven: boolean
  /** Where nulls stand in indexes and lists, where that has to be said: first, of every column that may hold one. */
  readonly nullsFirst: boolean
  /** With what stands behind it where the column is declared. */
  readonly type: string
  /** What a parameter is cast to. */
  readonly cast: string
  /** Never given null. Null for what no row has. */
  readonly encode: (value: Exclude<Value, null>) => Stored
  /** Undefined where the stored form is the value itself. Never given null. */
  readonly decode: ((stored: string) => Value) | undefined
}

/** What the ids of a resource look like, because references have them too; undefined where its rows are not in this store. */
export type IdOf = (resource: string) => FieldDeclaration | undefined

export function columnCode({ name, field }: Column, column: string, idOf: IdOf): ColumnCode {
  const quoted = quoteName(column)
  return {
    name,
    column,
    quoted,
    compared: quoted,
    selected: (of) => `${of}${quoted}`,
    isGiven: true,
    nullsFirst: !requiredColumns.has(column),
    ...codeOf(storedAs(field, idOf)),
  }
}

/** A reference is stored like the ids that it is of. */
export function storedAs(field: FieldDeclaration, idOf: IdOf): FieldDeclaration {
  return field.kind === 'ref' ? (idOf(field.target) ?? field.targetId ?? field) : field
}

/** Only what every version writes can be required by the engine: another version may know nothing of the rest. */
export const requiredColumns: ReadonlySet<string> = new Set(['id', 'createdAt', 'updatedAt', 'version'])

/** The stored form of a value, nulls too. */
export function stored({ encode }: ColumnCode, value: Value): Stored {
  return value === null ? null : encode(value)
}

/** How values are written and read. */
export type ValueCode = Pick<ColumnCode, 'type' | 'cast' | 'encode' | 'decode'>

export function codeOf(field: FieldDeclaration): ValueCode {
  switch (field.kind) {
    case 'id':
      return uuid
    case 'text':
    case 'enum':
    case 'ref':
      return text
    case 'timestamp':
      return field.microseconds
        ? { type: 'timestamptz', cast: 'timestamptz', encode: String, decode: (value) => timestampOf(value, 6) }
        : { type: 'timestamptz(3)', cast: 'timestamptz', encode: String, decode: (value) => timestampOf(value, 3) }
    case 'date':
      return { type: 'date', cast: 'date', encode: String, decode: undefined }
    // jsonb would change what was given: the order of members, numbers, members that stand twice.
    case 'json':
      return { type: 'json', cast: 'json', encode: String, decode: undefined }
    case 'integer':
      return { type: 'int8', cast: 'int8', encode: String, decode: Number }
    case 'bigint':
      return { type: 'int8', cast: 'int8', encode: String, decode: undefined }
    case 'decimal':
      // Values come with all their digits; without limits of its own the column fits every declaration of the field.
      return { type: 'numeric', cast: 'numeric', encode: String, decode: undefined }
    case 'boolean':
      return { type: 'boolean', cast: 'boolean', encode: String, decode: (value) => value === 't' }
    case 'bytes':
      return {
        type: 'bytea',
        cast: 'bytea',
        encode: (value) => `\\x${Buffer.from(value as string, 'base64url').toString('hex')}`,
        decode: (value) => Buffer.from(value.slice(2), 'hex').toString('base64url'),
      }
  }
}

const text = {
  type: 'text collate "C"',
  cast: 'text',
  encode: (value: Value) => storedText(value as string),
  decode: textOf,
} as const

const uuidOf = new RegExp(uuidPattern)
/** A row has a generated id or one that was checked, and none of those is this one. */
const nobody = '00000000-0000-0000-0000-000000000000'

const uuid = {
  type: 'uuid',
  cast: 'uuid',
  // What is asked for by a caller may be any text.
  encode: (value: Value) => (uuidOf.test(value as string) ? (value as string) : nobody),
  decode: undefined,
} as const

/** `2030-01-01 08:00:00.5+00` as `2030-01-01T08:00:00.500Z`. The session's time zone is UTC, and its date style ISO. */
export function timestampOf(stored: string, digits: 3 | 6 = 3): string {
  const fraction = stored.length === 22 ? '' : stored.slice(20, -3)
  return `${stored.slice(0, 10)}T${stored.slice(11, 19)}.${fraction.padEnd(digits, '0')}Z`
}
