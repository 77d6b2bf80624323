import { createHash } from 'node:crypto'
import { canonicalDecimal, compareDecimals } from '../decimal.ts'
import type { FieldDeclaration } from '../field.ts'
import { compileSchema } from '../validator.ts'
import { sampleOf } from './json.ts'
import { textOf } from './text.ts'

/** A value that a field may have, always the same one, as realistic as its name allows; undefined where none could be found. */
export function exampleValue(name: string, field: FieldDeclaration, resource: string): unknown {
  switch (field.kind) {
    case 'id':
      return field.form === 'integer' ? '17' : exampleId(resource)
    case 'ref':
      if (field.targetId?.kind === 'text') return textOf(name, field.targetId, field.target)
      return exampleValue(name, field.targetId ?? { ...field, kind: 'id' }, field.target)
    case 'text':
      return textOf(name, field, resource)
    case 'integer': {
      const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = field
      return Math.min(Math.max(byName(name, integers, 1), minimum), maximum)
    }
    case 'bigint':
      return within('9007199254740993', field)
    case 'decimal': {
      const wanted = byName(name, decimals, '10')
      const digits = /\d+/.exec(wanted)![0].length
      return canonicalDecimal(within(digits <= field.precision - field.scale ? wanted : '0', field), field.scale)
    }
    case 'boolean':
      return field.default ?? true
    case 'timestamp':
      return byName(name, timestamps, '2030-01-01T08:00:00.000Z')
    case 'date':
      return byName(name, dates, '2030-01-01')
    case 'enum':
      return field.default ?? field.values[0]
    case 'json': {
      const sample = field.default ?? sampleOf(field.schema ?? {})
      return sample !== undefined && compileSchema(field.schema ?? {})(sample).length === 0 ? sample : undefined
    }
    case 'bytes':
      return Buffer.from('Banyan').subarray(0, field.maxBytes).toString('base64url')
  }
}

function within(
  wanted: string,
  { minimum = wanted, maximum = wanted }: { readonly minimum?: string; readonly maximum?: string },
): string {
  if (compareDecimals(wanted, minimum) < 0) return minimum
  return compareDecimals(wanted, maximum) > 0 ? maximum : wanted
}

/** The id of the row that examples of a resource show: a UUIDv7 of the first millisecond of 2025. */
export function exampleId(resource: string): string {
  const hash = createHash('sha256').update(resource).digest('hex')
  return `01941f29-7c00-7${hash.slice(0, 3)}-8${hash.slice(3, 6)}-${hash.slice(6, 18)}`
}

function byName<Value>(name: string, table: readonly (readonly [RegExp, Value])[], otherwise: Value): Value {
  return table.find(([pattern]) => pattern.test(name))?.[1] ?? otherwise
}

const integers = [
  [/left|available|stock|remaining/i, 42],
  [/seats|quantity|count|items|guests|pieces/i, 2],
  [/capacity|size|total/i, 180],
  [/distance|length/i, 2475],
  [/delay|minutes|duration/i, 12],
  [/^age/i, 36],
  [/year/i, 2030],
  [/rating|stars|score/i, 4],
] as const

const decimals = [
  [/^lat/i, '40.64'],
  [/^(lon|lng)/i, '-73.78'],
  [/price|fare|cost|fee/i, '199.90'],
  [/amount|total|balance|sum/i, '399.80'],
  [/rate|tax|percent|discount/i, '0.21'],
  [/weight|height|width|depth/i, '12.5'],
  [/rating|score/i, '4.5'],
] as const

const timestamps = [
  [/^(created|updated)At$/, '2029-12-01T09:30:00.000Z'],
  [/expire|until|due/i, '2029-12-01T09:45:00.000Z'],
  [/arriv|end|finish|close/i, '2030-01-01T14:10:00.000Z'],
] as const

const dates = [
  [/birth/i, '1990-12-10'],
  [/end|until|due|return/i, '2030-01-08'],
] as const
