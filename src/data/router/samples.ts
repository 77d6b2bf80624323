import type { Position } from '../../core/bookmark.ts'

/** A stretch of time in which the primary stood at one position. */
interface Stand {
  readonly position: number
  /** When it was first asked and stood there, and when last. */
  readonly firstMs: number
  lastMs: number
}

/** So many are kept; the older ones then stand further apart. */
const standsMax = 512

/**
 * When the primary stood where, on this process's own clock: a replica that has come as far lags no more than the time since. No
 * clock of an engine is asked. Each stand has the time at which the question was sent, so that what it says of a lag is never
 * too little.
 */
export class Samples {
  readonly epoch: string
  #stands: Stand[] = []

  constructor({ epoch, position }: Position, askedMs: number) {
    this.epoch = epoch
    this.observe(position, askedMs)
  }

  /** The primary, asked at this time, answered with this position. */
  observe(position: number, askedMs: number): void {
    const last = this.#stands.at(-1)
    // An answer that was overtaken by a later one.
    if (last !== undefined && position < last.position) return
    if (last?.position === position) {
      last.lastMs = Math.max(last.lastMs, askedMs)
      return
    }
    // Whoever has come this far has also come as far as the one before.
    this.#stands.push({ position, firstMs: askedMs, lastMs: Math.max(askedMs, last?.lastMs ?? askedMs) })
    if (this.#stands.length > standsMax) {
      const half = standsMax / 2
      // The first stays: nothing before it is known.
      this.#stands = this.#stands.filter((_, at) => at >= half || at % 2 === 0)
    }
  }

  /** How far the primary is known to have come. */
  get position(): number {
    return this.#stands.at(-1)!.position
  }

  /** When the primary was last known to have nothing beyond this position; undefined for one before anything that is known. */
  coveredMs(position: number): number | undefined {
    return this.#stands[this.#countTo(position) - 1]?.lastMs
  }

  /** When the primary was first known to be beyond this position; undefined if it is not. */
  passedMs(position: number): number | undefined {
    return this.#stands[this.#countTo(position)]?.firstMs
  }

  /** When the primary was first known to have come as far as this; undefined if it has not. */
  reachedMs(position: number): number | undefined {
    const covered = this.#stands[this.#countTo(position) - 1]
    return covered?.position === position ? covered.firstMs : this.passedMs(position)
  }

  /** How many stands are not beyond this position. */
  #countTo(position: number): number {
    let low = 0
    let high = this.#stands.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#stands[middle]!.position <= position) low = middle + 1
      else high = middle
    }
    return low
  }
}
