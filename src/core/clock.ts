import { durationMs } from './duration.ts'

/** What time it is. Handlers get theirs as `clock`; a test gives one that it moves itself. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  epochMs(): number
  /** The time now as a timestamp value, `"2030-01-01T08:00:00.000Z"`. */
  now(): string
  /** The timestamp that lies this duration ahead; `clock.in('-1h')` lies behind. */
  in(duration: string): string
}

/** A clock over any source of milliseconds. */
export function clockFrom(epochMs: () => number): Clock {
  let lastMs = Number.NaN
  let lastText = ''
  const text = (ms: number) => {
    // Many rows are stamped within one millisecond, and formatting a date costs more than everything else here.
    if (ms !== lastMs) {
      lastText = new Date(ms).toISOString()
      lastMs = ms
    }
    return lastText
  }
  return {
    epochMs,
    now: () => text(epochMs()),
    in: (duration) => new Date(epochMs() + durationMs(duration)).toISOString(),
  }
}

export const systemClock: Clock = clockFrom(Date.now)
