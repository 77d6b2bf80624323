import type { FieldDeclaration } from '../../../../app/field.ts'
import type { FoundColumn } from '../../../adoption/found.ts'
import { quoteName } from '../name.ts'
import type { IndexColumn } from './catalog.ts'

/** A column as the catalogs have it. */
export interface CatalogColumn {
  readonly name: string
  /** Its type as people write it; by itself the type's schema and name. */
  readonly shown: string
  readonly schema: string
  readonly type: string
  readonly isEnum: boolean
  readonly labels: readonly string[] | null
  readonly modifier: number
  readonly isNotNull: boolean
  readonly isIdentity: boolean
  /** Its value is never given. */
  readonly isAlways: boolean
  readonly isGenerated: boolean
  readonly default: string | null
  readonly isByCodePoint: boolean
}

export interface PostgresColumn extends FoundColumn {
  /** What a parameter is cast to. */
  readonly cast: string
  /** The only order that its indexes have is by code point, and its own is another: it is compared so. */
  readonly isComparedInC: boolean
}

/** `places`: where it stands in indexes that lists can use. */
export function foundColumn(column: CatalogColumn, places: readonly IndexColumn[]): PostgresColumn {
  const { name, shown, schema, type, isEnum, isNotNull } = column
  const served = servedAs(column)
  const isText = served.field?.kind === 'text'
  const isComparedInC = isText && !column.isByCodePoint && places.some(({ isByCodePoint }) => isByCodePoint)
  return {
    name,
    type: shown,
    ...served,
    optional: !isNotNull,
    default: defaultOf(column, served.field),
    isOrdered:
      !isEnum &&
      (!isText || column.isByCodePoint || isComparedInC) &&
      (isNotNull || places.some(({ isNullsFirst, isDescending }) => isNullsFirst !== isDescending)),
    cast: isEnum ? `${quoteName(schema)}.${quoteName(type)}` : (widened[type] ?? type),
    isComparedInC,
  }
}

/** What is asked for may lie beyond what the column can hold, and is not there then. */
const widened: Readonly<Record<string, string>> = { int2: 'int8', int4: 'int8', varchar: 'text' }

const plain = { optional: false, unique: false, private: false, writeOnce: false } as const
const textLengthMax = 1_000_000
const bytesMax = 1_000_000

/** What a column of a type is served as, or why it is left out. */
function servedAs(column: CatalogColumn): { readonly field: FieldDeclaration | undefined; readonly leftOut?: string } {
  const { schema, type, isEnum, labels, modifier, shown } = column
  const leftOut = (reason: string) => ({ field: undefined, leftOut: reason })
  if (column.isGenerated) return leftOut('the database computes it from other columns')
  if (isEnum) {
    return labels === null || labels.includes('')
      ? leftOut(`${shown} has a value without a name`)
      : { field: { kind: 'enum', values: labels, ...plain } }
  }
  if (schema !== 'pg_catalog') return leftOut(`fields have no type for ${shown}`)
  switch (type) {
    case 'text':
      return { field: { kind: 'text', maxLength: textLengthMax, ...plain } }
    case 'varchar':
    case 'bpchar':
      return {
        field: {
          kind: 'text',
          maxLength: modifier < 0 ? textLengthMax : Math.min(modifier - 4, textLengthMax),
          ...plain,
        },
      }
    case 'int2':
    case 'int4':
      return { field: { kind: 'integer', ...plain } }
    case 'int8':
      return { field: { kind: 'bigint', ...plain } }
    case 'numeric': {
      if (modifier < 0) return leftOut('a numeric without a precision has no bounds: numeric(18, 4) can be served')
      const precision = (modifier - 4) >> 16
      const scale = (modifier - 4) & 0x7ff
      return precision > 18 || scale > precision
        ? leftOut(`${shown}: decimals have 18 digits at most, and no more behind the point than all`)
        : { field: { kind: 'decimal', precision, scale, ...plain } }
    }
    case 'bool':
      return { field: { kind: 'boolean', ...plain } }
    case 'date':
      return { field: { kind: 'date', ...plain } }
    case 'timestamptz':
    case 'timestamp':
      return { field: { kind: 'timestamp', ...(modifier < 0 || modifier > 3 ? { microseconds: true } : {}), ...plain } }
    case 'uuid':
      return { field: { kind: 'id', form: 'uuid', ...plain } }
    case 'json':
    case 'jsonb':
      return { field: { kind: 'json', maxBytes: bytesMax, ...plain } }
    case 'bytea':
      return { field: { kind: 'bytes', maxBytes: bytesMax, ...plain } }
    default:
      return leftOut(`fields have no type for ${shown}`)
  }
}

function defaultOf(column: CatalogColumn, field: FieldDeclaration | undefined): FoundColumn['default'] {
  const { isIdentity, isAlways, default: expression } = column
  if (isIdentity) return { kind: 'computed', expression: 'identity', isAlways }
  if (expression === null) return { kind: 'none' }
  const value = constantOf(expression, field)
  return value === undefined ? { kind: 'computed', expression, isAlways } : { kind: 'constant', value }
}

/** The value of a default that is written out; undefined for anything that has to be run. */
function constantOf(expression: string, field: FieldDeclaration | undefined): string | number | boolean | undefined {
  const quoted = /^'((?:[^']|'')*)'::[a-z0-9_ ."()]+$/i.exec(expression)?.[1]?.replaceAll("''", "'")
  const number = /^\(?(-?\d+(?:\.\d+)?)\)?(?:::[a-z0-9 ]+)?$/.exec(expression)?.[1] ?? quoted
  switch (field?.kind) {
    case 'text':
      return quoted !== undefined && quoted.length <= field.maxLength ? quoted : undefined
    case 'enum':
      return quoted !== undefined && field.values.includes(quoted) ? quoted : undefined
    case 'boolean':
      return expression === 'true' ? true : expression === 'false' ? false : undefined
    case 'integer':
      return number !== undefined && /^-?\d{1,15}$/.test(number) ? Number(number) : undefined
    case 'bigint':
      return number !== undefined && /^(0|-?[1-9]\d{0,17})$/.test(number) ? number : undefined
    case 'decimal':
      return number !== undefined && fitsDecimal(number, field.precision, field.scale) ? number : undefined
    default:
      return undefined
  }
}

function fitsDecimal(text: string, precision: number, scale: number): boolean {
  const [, whole = '', fraction = ''] = /^-?(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text) ?? []
  return whole !== '' && (whole === '0' ? 0 : whole.length) <= precision - scale && fraction.length <= scale
}
