import type { FieldDeclaration } from '../../../app/field.ts'
import type { ResourceManifest } from '../../../app/manifest.ts'
import { generateId } from '../../../core/id.ts'
import { seededRandom } from '../../../core/random.ts'
import type { Value } from '../store.ts'
import type { Dice } from './dice.ts'
import { samples } from './samples.ts'
import { idOf } from './session.ts'

/** A part of the rows that refers to no other part; `number` tells it from the others. */
export interface World {
  readonly number: number
  readonly group: string
  /** By resource: the ids that are ever used. Few, so that writes meet. */
  readonly ids: Readonly<Record<string, readonly string[]>>
}

const idsPerResource = 10

export function worldOf(number: number): World {
  const random = seededRandom(number)
  const ids = samples.map((sample) => [
    sample.name,
    Array.from({ length: idsPerResource }, (_, at) =>
      sample.ids === 'given'
        ? `${'aAé\uffff😀'.at(at % 4)}${number}-${at}`
        : generateId(1_900_000_000_000 + random.below(1000), random),
    ),
  ])
  return { number, group: `group ${number}`, ids: Object.fromEntries(ids) }
}

/** Half of the time the one with every kind of field, else one of those that refer to each other. */
export function pickSample(dice: Dice): ResourceManifest {
  return dice.chance(45) ? samples[0]! : dice.pick(samples)
}

/** A value of a field, from few enough that rows share them and from the ends of what the kind can hold. */
export function drawValue(dice: Dice, world: World, field: FieldDeclaration, name: string): Value {
  if (name === 'group') return world.group
  if (field.optional && dice.below(5) === 0) return null
  if (field.unique)
    return field.kind === 'integer' ? world.number * 100 + dice.below(10) : `${world.number}/${dice.below(10)}`
  return drawPresent(dice, world, field)
}

export function drawPresent(dice: Dice, world: World, field: FieldDeclaration): Exclude<Value, null> {
  const { pick } = dice
  switch (field.kind) {
    case 'text':
      return pick(texts)
    case 'integer':
      return field.maximum === undefined && field.minimum === undefined ? pick(integers) : dice.below(10)
    case 'bigint':
      return field.maximum === undefined ? pick(bigints) : pick(['-3', '0', '9', '10', '9007199254740993'])
    case 'decimal':
      return pick(decimals[field.scale] ?? decimals[2]!)
    case 'boolean':
      return dice.below(2) === 1
    case 'timestamp':
      return pick(timestamps)
    case 'date':
      return pick(['0001-01-01', '2029-12-31', '2030-01-01', '9999-12-31'])
    case 'json':
      return pick(['null', '{}', '[1.50,"é"]', '"\\ud83d"'])
    case 'enum':
      return pick(field.values)
    case 'id':
      return idOf(dice.below(4))
    case 'ref':
      return pick(world.ids[field.target]!)
    case 'bytes':
      return pick(['', 'AA', '_-8'])
  }
}

/** Also words that are the same when they are searched, or begin alike. */
const texts = ['', 'A', 'a', 'a%', 'aa', 'é', '\uffff', '😀', 'A aa', 'Ein É', 'ab ba AB', 'straße', 'STRASSE aab']
/** What is searched for: in the form of `wordsOf`. */
export const searchedFor = ['a', 'aa', 'e', 'ab', 'ba', 'strasse', 'stras', 'ein', 'aab', '0', '1', 'none'] as const
const integers = [0, -1, 1, 2, 9, 10, 100, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]
const bigints = [
  '0',
  '-1',
  '9',
  '10',
  '-10',
  '9007199254740992',
  '9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
]
const decimals: Readonly<Record<number, readonly string[]>> = {
  0: ['0', '9', '10', '-10', '999999999999999999', '-999999999999999999'],
  2: ['0.00', '0.05', '9.99', '10.00', '-0.50', '-2.00', '100.50'],
  18: ['0.000000000000000000', '0.000000000000000001', '-0.100000000000000000', '0.999999999999999999'],
}
export const timestamps = [
  '1969-12-31T23:59:59.999Z',
  '2030-01-01T00:00:00.000Z',
  '2030-01-01T00:00:00.001Z',
  '2030-06-01T12:00:00.000Z',
]

/** What may be added to a field; undefined where nothing may. */
export function drawAmount(dice: Dice, field: FieldDeclaration): number | string | undefined {
  const { pick } = dice
  switch (field.kind) {
    case 'integer':
      return pick([1, -1, 3, -3, 0, Number.MAX_SAFE_INTEGER])
    case 'bigint':
      return pick(['1', '-1', '5', '9223372036854775807', '-9223372036854775808'])
    case 'decimal':
      return pick(decimals[field.scale] ?? decimals[2]!)
    default:
      return undefined
  }
}

/** The columns that an update may set. */
export function settable({ columns, partitionBy }: ResourceManifest) {
  const fixed = new Set(['id', 'group', 'createdAt', 'updatedAt', 'version', partitionBy])
  return columns.filter(({ name }) => !fixed.has(name))
}
