/**
 * How long to wait before another try, in milliseconds: between nothing and a bound that doubles with every try, up to five
 * seconds; after what the other side asks for, where it does. `random`: from 0 to below 1.
 */
export function backoffMs(triesDone: number, random: () => number, retryAfterMs?: number): number {
  if (retryAfterMs !== undefined) return retryAfterMs + random() * firstWaitMs
  // Those that were refused together shall not come back together: full jitter.
  return random() * Math.min(firstWaitMs * 2 ** (triesDone - 1), longestWaitMs)
}

const firstWaitMs = 200
const longestWaitMs = 5_000

/** The seconds or the date of a Retry-After header (RFC 9110, section 10.2.3) as milliseconds from now. */
export function retryAfterMsOf(header: string | null, nowMs = Date.now()): number | undefined {
  if (header === null) return undefined
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
