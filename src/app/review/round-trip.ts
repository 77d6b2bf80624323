import { isDeepStrictEqual } from 'node:util'
import { BanyanError } from '../../core/errors.ts'
import { seededRandom } from '../../core/random.ts'
import { type Dice, randomValue } from '../example/random-value.ts'
import type { FieldRecord } from '../manifest.ts'
import { valueCheck } from '../value-check.ts'
import { converter } from '../version/converter.ts'
import type { Conversion, ConversionDeclaration } from '../version/difference.ts'

export interface Trip {
  readonly version: string
  readonly place: string
  /** The fields of now. */
  readonly now: FieldRecord
  readonly declared: ConversionDeclaration
  readonly functions: Conversion
}

const rounds = 200
const seed = 20_260_601

/**
 * Runs a conversion there and back on values made up by chance, the same ones each time: how it broke, as a sentence with the
 * values that showed it; undefined where it held.
 *
 * - What `toOld` makes of values of now, the version can show; and what `fromOld` makes of that, shows as the same: it keeps all
 *   that the version can say.
 * - What `fromOld` makes of values of the version, the fields of now allow; and it shows as the values that were given.
 *
 * A conversion with one function is run one way.
 */
export function brokenTrip(trip: Trip): string | undefined {
  const { declared, functions } = trip
  const steps = stepsOf(trip)
  const now = Object.fromEntries(declared.from.map((name) => [name, trip.now[name]!]))
  const dice = seededRandom(seed)
  try {
    for (let round = 0; round < rounds; round++) {
      const values = drawn(now, dice)
      const old = drawn(declared.fields, dice)
      if (functions.toOld && values !== undefined) thereAndBack(values, steps, functions)
      if (functions.fromOld && old !== undefined) backAndThere(old, steps, functions)
    }
    return undefined
  } catch (error) {
    if (error instanceof Broken) return error.message
    throw error
  }
}

type Values = Readonly<Record<string, unknown>>

class Broken extends Error {}

interface Steps {
  /** Each throws Broken, the story so far in front. */
  toOld(now: Values, story: string): Values
  fromOld(old: Values, story: string): Values
}

function thereAndBack(now: Values, { toOld, fromOld }: Steps, functions: Conversion): void {
  const there = `toOld of ${words(now)}`
  const shown = toOld(now, there)
  if (functions.fromOld === undefined) return
  const back = `${there} gives ${words(shown)}, and fromOld of that`
  const kept = fromOld(shown, back)
  const again = toOld(kept, `${back} gives ${words(kept)}, and toOld of that`)
  if (!isDeepStrictEqual(again, shown)) throw new Broken(`${back} gives ${words(kept)}, which shows as ${words(again)}`)
}

function backAndThere(old: Values, { toOld, fromOld }: Steps, functions: Conversion): void {
  const back = `fromOld of ${words(old)}`
  const made = fromOld(old, back)
  if (functions.toOld === undefined) return
  const shown = toOld(made, `${back} gives ${words(made)}, and toOld of that`)
  if (!isDeepStrictEqual(shown, old)) throw new Broken(`${back} gives ${words(made)}, which shows as ${words(shown)}`)
}

function stepsOf({ version, place, now, declared, functions }: Trip): Steps {
  const convert = converter({ version, place }, declared, functions)
  const checks = declared.from.map((name) => [name, valueCheck(now[name]!)] as const)
  const step = (run: () => Values, story: string): Values => {
    try {
      return run()
    } catch (error) {
      throw new Broken(`${story} ${failureOf(error)}`)
    }
  }
  return {
    toOld: (values, story) => step(() => convert.toOld(values), story),
    fromOld(values, story) {
      const made = step(() => convert.fromOld(values), story)
      for (const [name, check] of checks) {
        const detail = check(made[name])
        if (detail !== undefined) throw new Broken(`${story} gives ${words(made)}, where ${name} ${detail}`)
      }
      return made
    },
  }
}

function failureOf(error: unknown): string {
  if (!(error instanceof BanyanError)) throw error
  const { cause, issues = [] } = error.facts
  if (cause !== undefined) return `fails: ${(cause as Error)?.message ?? String(cause)}`
  const [{ pointer = '', detail } = { detail: 'is not as declared' }] = issues
  return `gives what the version cannot show: ${pointer.slice(1)} ${detail}`
}

/** Undefined where no value could be made up for one of them. */
function drawn(fields: FieldRecord, dice: Dice): Values | undefined {
  const values = Object.entries(fields).map(([name, field]) => [name, randomValue(name, field, dice)] as const)
  return values.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(values)
}

const wordsMax = 200

function words(values: Values): string {
  const text = JSON.stringify(values)
  return text.length > wordsMax ? `${text.slice(0, wordsMax)}…` : text
}
