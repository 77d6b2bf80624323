import type { FieldDeclaration } from '../../../app/field.ts'
import type { Column } from '../../../app/manifest.ts'
import type { Value } from '../store.ts'
import { storedText, textOf } from '../text.ts'
import { quoteName } from './name.ts'

/** What is bound to a parameter: a text that the server reads as a value of the column. */
export type Stored = string | null

/** How one column is written and read. */
export interface ColumnCode {
  /** The field's. */
  readonly name: string
  /** The column's, quoted: a field that was renamed keeps its column. */
  readonly quoted: string
  readonly type: string
  /** How many bytes it has in an index, at most; undefined: too many for any. */
  readonly indexBytes: number | undefined
  /** What a list that is bound as one value gives it as: see `listTable`. */
  readonly listed: string
  /** What stands for a bound value that is written. */
  readonly written: (parameter: string) => string
  /** What stands for a bound value that is compared: the server would take texts for inexact numbers. */
  readonly compared: (parameter: string) => string
  /** Never given null. */
  readonly encode: (value: Exclude<Value, null>) => string
  /** Undefined where the client gives the value itself. Never given null. */
  readonly decode: ((stored: unknown) => Value) | undefined
}

/** What the ids of a resource look like, because references have them too; undefined where its rows are not in this store. */
export type IdOf = (resource: string) => FieldDeclaration | undefined

export function columnCode({ name, field }: Column, column: string, idOf: IdOf): ColumnCode {
  const code = codeOf(field.kind === 'ref' ? (idOf(field.target) ?? field.targetId ?? field) : field)
  // A key is in an index whatever is declared of it.
  const isWide = column === 'id' && code.indexBytes === undefined
  return { name, quoted: quoteName(column), ...code, ...(isWide ? textCode(idCharactersMax) : {}) }
}

/** Only what every version writes can be required by the engine: another version may know nothing of the rest. */
export const requiredColumns: ReadonlySet<string> = new Set(['id', 'createdAt', 'updatedAt', 'version'])

/** The stored form of a value, nulls too. */
export function stored({ encode }: ColumnCode, value: Value): Stored {
  return value === null ? null : encode(value)
}

type Code = Omit<ColumnCode, 'name' | 'quoted'>

function codeOf(field: FieldDeclaration): Code {
  switch (field.kind) {
    // As text, which every tool shows and any reference can be compared with.
    case 'id':
      return { ...textCode(uuidCharacters), encode: uuidOf, decode: undefined }
    case 'text':
      return textCode(charactersFor(field.maxLength))
    case 'enum':
      return textCode(charactersFor(Math.max(...field.values.map((value) => value.length))))
    case 'ref':
      return textCode(255)
    case 'timestamp':
      return { ...typed('datetime(3)', 'datetime(3)', 7), encode: dateTimeOf, decode: timestampOf }
    case 'date':
      return { ...typed('date', 'date', 3), decode: undefined }
    // A column of the server's own kind would change what was given: the order of members, numbers, members that stand twice.
    case 'json':
      return textCode(undefined)
    case 'integer':
      return { ...typed('bigint', 'signed', 8), decode: Number }
    case 'bigint':
      return { ...typed('bigint', 'signed', 8), decode: String }
    case 'decimal':
      // As many digits as any declaration has, so that only another scale is another column.
      return { ...typed(`decimal(18,${field.scale})`, `decimal(18,${field.scale})`, 9), decode: String }
    case 'boolean':
      return {
        ...typed('boolean', 'signed', 1),
        encode: (value) => (value ? '1' : '0'),
        decode: Boolean,
      }
    case 'bytes':
      return {
        ...plain,
        type: 'longblob',
        listed: 'longtext',
        indexBytes: undefined,
        written: (parameter) => `unhex(${parameter})`,
        encode: (value) => Buffer.from(value as string, 'base64url').toString('hex'),
        decode: (value) => (value as Buffer).toString('base64url'),
      }
  }
}

const plain = {
  written: (parameter: string) => parameter,
  compared: (parameter: string) => parameter,
  encode: String,
} as const

function typed(type: string, cast: string, indexBytes: number): Omit<Code, 'decode'> {
  return { ...plain, type, listed: type, compared: (parameter) => `cast(${parameter} as ${cast})`, indexBytes }
}

/**
 * A few widths, so that hardly any other `maxLength` makes another column. What is wider cannot be kept in order by an index:
 * undefined.
 */
function charactersFor(maxLength: number): number | undefined {
  return textWidths.find((width) => maxLength <= width)
}

const textWidths = [64, 255]
const idCharactersMax = 700
const uuidCharacters = 36

function textCode(characters: number | undefined): Code {
  const type = characters === undefined ? 'longtext' : `varchar(${characters})`
  return {
    ...plain,
    type,
    listed: type,
    indexBytes: characters === undefined ? undefined : characters * bytesPerCharacter,
    encode: (value) => storedText(value as string),
    decode: (value) => textOf(value as string),
  }
}

export const bytesPerCharacter = 4
/** The longest texts that may be sorted: those of a field without a `maxLength` of its own. */
export const sortedCharactersMax = 10_000

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** A row has a generated id or one that was checked, and none of those is this one. */
const nobody = '00000000-0000-0000-0000-000000000000'

/** What is asked for by a caller may be any text. */
function uuidOf(value: Value): string {
  return uuidPattern.test(value as string) ? (value as string) : nobody
}

/** `2030-01-01T00:00:00.500Z` as `2030-01-01 00:00:00.500`. The session's time zone is UTC. */
function dateTimeOf(value: Value): string {
  return (value as string).slice(0, -1).replace('T', ' ')
}

/** The client leaves out thousandths that are 0. */
function timestampOf(stored: unknown): string {
  const text = stored as string
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20).padEnd(3, '0')}Z`
}
