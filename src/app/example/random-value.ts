import { generateId } from '../../core/id.ts'
import type { JsonSchema } from '../../core/json.ts'
import type { Random } from '../../core/random.ts'
import { decimalOf, scaledOf } from '../decimal.ts'
import type { FieldDeclaration } from '../field.ts'
import { compileSchema } from '../validator.ts'
import { sampleOf } from './json.ts'
import { randomPatternText } from './pattern.ts'
import { textOf } from './text.ts'

/** Chance that comes back the same for the same seed. */
export type Dice = Random & { below(limit: number): number }

/** A value that a field may have, by chance and in its one form, often one at the edge; undefined where none could be found. */
export function randomValue(name: string, field: FieldDeclaration, dice: Dice): unknown {
  if (field.optional && dice.below(6) === 0) return null
  switch (field.kind) {
    case 'id':
      return field.form === 'integer' ? String(1 + dice.below(1_000_000)) : randomId(dice)
    case 'ref':
      if (field.targetId?.kind === 'text') return randomText(name, field.targetId, dice)
      return randomValue(name, field.targetId ?? { ...field, kind: 'id' }, dice)
    case 'text':
      return randomText(name, field, dice)
    case 'integer':
      return Number(randomWhole(field, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 0, dice))
    case 'bigint':
      return String(randomWhole(field, '-9223372036854775808', '9223372036854775807', 0, dice))
    case 'decimal': {
      const most = decimalOf(10n ** BigInt(field.precision) - 1n, field.scale)
      return decimalOf(randomWhole(field, `-${most}`, most, field.scale, dice), field.scale)
    }
    case 'boolean':
      return dice.below(2) === 1
    case 'timestamp':
      return dice.below(4) === 0 ? pick(timestamps, dice) : randomDay(dice, dice.below(86_400_000)).toISOString()
    case 'date':
      return dice.below(4) === 0 ? pick(dates, dice) : randomDay(dice, 0).toISOString().slice(0, 10)
    case 'enum':
      return pick(field.values, dice)
    case 'json':
      return randomJson(field.schema, dice)
    case 'bytes':
      return Buffer.from(dice.bytes(dice.below(Math.min(field.maxBytes, 12) + 1))).toString('base64url')
  }
}

function pick<Value>(values: readonly Value[], dice: Dice): Value {
  return values[dice.below(values.length)]!
}

function randomId(dice: Dice): string {
  return generateId(1_900_000_000_000 + dice.below(1_000_000), dice)
}

type TextField = FieldDeclaration & { readonly kind: 'text' }

function randomText(name: string, field: TextField, dice: Dice): string | undefined {
  const { minLength = 0, maxLength, pattern } = field
  const whole = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, 'u')
  for (let tries = 0; tries < 20; tries++) {
    const text = pattern === undefined ? freeText(minLength, maxLength, dice) : randomPatternText(pattern, dice)
    const length = [...text].length
    if (length >= minLength && length <= maxLength && (whole?.test(text) ?? true)) return text
  }
  return textOf(name, field, name)
}

/** Characters that functions stumble over: what others take for separators, upper and lower case, more than one UTF-16 unit. */
const characters = [...'aAbzZ019 -_/.,:;|+%"\'\\\n\u00e9\u00df\u{1f30d}']

function freeText(minLength: number, maxLength: number, dice: Dice): string {
  const most = Math.min(maxLength, Math.max(minLength, 24))
  const length = minLength + dice.below(most - minLength + 1)
  return Array.from({ length }, () => pick(characters, dice)).join('')
}

interface Limits {
  readonly minimum?: string | number
  readonly maximum?: string | number
}

/** A whole number within limits, which are decimals of `scale` digits: half of the time an edge or a round one. */
function randomWhole(
  { minimum, maximum }: Limits,
  least: string | number,
  most: string | number,
  scale: number,
  dice: Dice,
): bigint {
  const [from, to] = [scaledOf(String(minimum ?? least), scale), scaledOf(String(maximum ?? most), scale)]
  const isWithin = (value: bigint) => value >= from && value <= to
  if (dice.below(2) === 0)
    return pick([from, to, 0n, 1n, -1n, 5n, 9n, 10n, 99n, 100n, 101n, 1000n].filter(isWithin), dice)
  // As many digits as chance has it: otherwise nearly all would be near the limits.
  const digits = 1 + dice.below(String(to - from).length)
  let offset = 0n
  for (let at = 0; at < digits; at++) offset = offset * 10n + BigInt(dice.below(10))
  const near = isWithin(0n) ? (dice.below(2) === 0 ? offset : -offset) : from + offset
  return isWithin(near) ? near : from + (offset % (to - from + 1n))
}

const timestamps = [
  '0001-01-01T00:00:00.000Z',
  '1969-12-31T23:59:59.999Z',
  '1970-01-01T00:00:00.000Z',
  '2028-02-29T12:00:00.001Z',
  '2030-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59.999Z',
]
const dates = ['0001-01-01', '1969-12-31', '1970-01-01', '2028-02-29', '2030-12-31', '9999-12-31']

/** Within 1970 and 2069. */
function randomDay(dice: Dice, ms: number): Date {
  return new Date(dice.below(36_525) * 86_400_000 + ms)
}

function randomJson(schema: JsonSchema | undefined, dice: Dice): unknown {
  const all = [sampleOf(schema ?? {}), {}, [], { a: { b: [1, null] } }, 'text', '', 0, -1.5, true, [1, 'a', null]]
  const isAllowed = compileSchema(schema ?? {})
  const allowed = all.filter((value) => isAllowed(value).length === 0)
  return allowed.length === 0 ? undefined : pick(allowed, dice)
}
