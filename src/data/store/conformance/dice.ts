import { seededRandom } from '../../../core/random.ts'

/** Repeatable choices. */
export interface Dice {
  /** A whole number from 0 to below the limit. */
  below(limit: number): number
  chance(percent: number): boolean
  pick<Item>(items: readonly Item[]): Item
  /** One to `most` items. */
  some<Item>(most: number, draw: () => Item): Item[]
}

export function diceOf(seed: number): Dice {
  const { below } = seededRandom(seed)
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick: (items) => items[below(items.length)]!,
    some: (most, draw) => Array.from({ length: 1 + below(most) }, draw),
  }
}
