import type { FieldDeclaration } from '../../../../app/field.ts'
import { uuidPattern } from '../../../../core/id.ts'
import type { Value } from '../../store.ts'
import { type ColumnCode, codeOf, type ValueCode } from '../column.ts'
import { quoteName } from '../name.ts'
import type { PostgresColumn } from './type.ts'

/** How a column of somebody else's is written and read as a field. `field`: what is stored, also of a reference. */
export function adoptedCode(name: string, field: FieldDeclaration, column: PostgresColumn): ColumnCode {
  const quoted = quoteName(column.name)
  // Without the blanks that fill it up.
  const shown = column.cast === 'bpchar' ? '::text' : ''
  return {
    name,
    column: column.name,
    quoted,
    compared: column.isComparedInC ? `${quoted} collate "C"` : quoted,
    selected: () => `t.${quoted}${shown}`,
    isGiven: true,
    nullsFirst: column.optional,
    ...valuesOf(field),
    type: column.type,
    cast: column.cast,
  }
}

/** What a row has that its table has not: something computed, which nobody writes. */
export function computedCode(name: string, expression: string): ColumnCode {
  return {
    name,
    column: name,
    quoted: expression,
    compared: expression,
    selected: () => expression,
    isGiven: false,
    nullsFirst: false,
    type: 'int8',
    cast: 'int8',
    encode: String,
    decode: Number,
  }
}

function valuesOf(field: FieldDeclaration): Pick<ValueCode, 'encode' | 'decode'> {
  switch (field.kind) {
    // As others write it: no character stands for another.
    case 'text':
    case 'enum':
    case 'ref':
      return { encode: String, decode: undefined }
    case 'timestamp':
      return {
        encode: (value) => (value === last ? 'infinity' : value === first ? '-infinity' : String(value)),
        decode: (stored) => timestampOf(stored, field.microseconds ? 6 : 3),
      }
    case 'date':
      return { encode: String, decode: dateOf }
    case 'decimal':
      return { encode: String, decode: (stored) => (stored === 'NaN' ? null : stored) }
    case 'id':
      return { encode: field.form === 'integer' ? integerKey : uuidKey, decode: undefined }
    case 'boolean':
    case 'json':
    case 'integer':
    case 'bigint':
    case 'bytes':
      return codeOf(field)
  }
}

/** What is asked for by a caller may be any text: a key that is none of its type is nobody's. */
function uuidKey(value: Value): string | null {
  return uuid.test(value as string) ? (value as string) : null
}

function integerKey(value: Value): string | null {
  const text = value as string
  return /^(0|-?[1-9]\d{0,18})$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text) ? text : null
}

const uuid = new RegExp(uuidPattern)

/** Beyond all others; the ends of what a field can say stand for them. */
const first = '0001-01-01T00:00:00.000000Z'
const last = '9999-12-31T23:59:59.999999Z'

/** `2030-01-01 08:00:00.5`, with `+00` behind it where the type has a zone: the session's, which is UTC. */
function timestampOf(stored: string, digits: 3 | 6): Value {
  const [, day, time, fraction = ''] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?(?:\+00)?$/.exec(stored) ?? []
  if (day === undefined) return `${beyond(stored).slice(0, 20 + digits)}Z`
  return `${day}T${time}.${fraction.padEnd(digits, '0')}Z`
}

function dateOf(stored: string): Value {
  return /^\d{4}-\d\d-\d\d$/.test(stored) ? stored : beyond(stored).slice(0, 10)
}

function beyond(stored: string): string {
  return stored.startsWith('-') || stored.endsWith('BC') ? first : last
}
