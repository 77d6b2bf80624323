/** What came of one try that failed. */
export interface Failure {
  /** 0 where there was no answer. */
  readonly status: number
  readonly retryAfterMs: number | undefined
}

/**
 * How long to wait before the same request is sent again, in milliseconds; undefined where another try cannot help. Whether it
 * may be sent again at all, the caller knows.
 */
export function retryDelayMs(failure: Failure, triesDone: number, random: () => number): number | undefined {
  if (!isPassing(failure)) return undefined
  // Those that were refused together shall not come back together: full jitter.
  const backoffMs = random() * Math.min(firstWaitMs * 2 ** (triesDone - 1), longestWaitMs)
  return failure.retryAfterMs === undefined ? backoffMs : failure.retryAfterMs + random() * firstWaitMs
}

const firstWaitMs = 200
const longestWaitMs = 5_000

function isPassing({ status, retryAfterMs }: Failure): boolean {
  // 502 and 504 are what a load balancer says when a server behind it went away.
  if (status === 0 || status === 429 || status === 502 || status === 503 || status === 504) return true
  // The same key is being worked on; any other conflict stays.
  return status === 409 && retryAfterMs !== undefined
}

/** The header's seconds or date (RFC 9110, section 10.2.3) as milliseconds from now. */
export function retryAfterMsOf(header: string | null, nowMs = Date.now()): number | undefined {
  if (header === null) return undefined
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
