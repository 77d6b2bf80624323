import { randomFillSync } from 'node:crypto'

/** Where randomness comes from; a test gives a seeded one. */
export interface Random {
  /** `count` unpredictable bytes, valid until the next call. */
  bytes(count: number): Uint8Array
}

const poolBytes = 4096

/** The operating system's randomness, drawn in blocks because one call for ten bytes costs as much as one for thousands. */
export function systemRandom(): Random {
  const pool = new Uint8Array(poolBytes)
  let used = poolBytes
  return {
    bytes(count) {
      if (used + count > poolBytes) {
        randomFillSync(pool)
        used = 0
      }
      used += count
      return pool.subarray(used - count, used)
    },
  }
}

/** A repeatable sequence (mulberry32) for tests and simulations; predictable, so never for keys. */
export function seededRandom(seed: number): Random & { next(): number; below(limit: number): number } {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(next() * 256)),
  }
}
