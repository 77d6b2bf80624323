import { backoffMs } from '../core/backoff.ts'

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
  return isPassing(failure) ? backoffMs(triesDone, random, failure.retryAfterMs) : undefined
}

function isPassing({ status, retryAfterMs }: Failure): boolean {
  // 502 and 504 are what a load balancer says when a server behind it went away.
  if (status === 0 || status === 429 || status === 502 || status === 503 || status === 504) return true
  // The same key is being worked on; any other conflict stays.
  return status === 409 && retryAfterMs !== undefined
}
