import { seededRandom } from '../core/random.ts'

/** The randomness of one visit. What it draws depends on the seed of the run and on the visit alone, never on what others do. */
export interface Chance {
  /** From 0 to below 1. */
  next(): number
  /** A whole number from 0 to below the limit. */
  below(limit: number): number
  /** One of a list. Throws a TypeError where there is none. */
  pick<Value>(list: readonly Value[]): Value
}

/** The chance at a place of a run: `chance(seed, user, turn)`. */
export function chance(seed: number, ...place: readonly number[]): Chance {
  const { next, below } = seededRandom(place.reduce(mixed, seed >>> 0))
  return {
    next,
    below,
    pick(list) {
      if (list.length === 0) throw new TypeError('random.pick was given an empty list')
      return list[below(list.length)]! // Below its length there is a value, which may itself be undefined.
    },
  }
}

/** Where chance is needed outside of visits, which begin with the number of their user. */
export const places = { setup: -1, pace: -2 } as const

/** Neighbours get streams that have nothing to do with one another. */
function mixed(state: number, part: number): number {
  const product = Math.imul(state ^ (part + 0x9e3779b9), 0x85ebca6b)
  return Math.imul(product ^ (product >>> 13), 0xc2b2ae35) >>> 0
}
