import { setTimeout as sleep } from 'node:timers/promises'
import type { Fleet } from './fleet.ts'

/** What came of a request, as far as whoever sent it can say. */
export type Answer =
  // `any`: of whatever operation was called.
  | { readonly kind: 'done'; readonly body: any }
  /** By an answer which says that nothing was done. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string }
  | { readonly kind: 'unknown' }

export interface CallOptions {
  readonly body: unknown
  /** Sent with each try. */
  readonly key?: string
  /** Gives up after so many tries that nobody knows the outcome of. */
  readonly triesMax: number
}

/** Sends to one process or another of a fleet. Now and then an answer is lost on its way. */
export type Caller = (path: string, options: CallOptions) => Promise<Answer>

export function callerOf(fleet: Fleet, random: { below(limit: number): number }): Caller {
  return async (path, { body, key, triesMax }) => {
    let unknown = 0
    let refused = 0
    while (!fleet.isOver) {
      const { urls } = fleet
      const url = urls[random.below(urls.length)]
      const answer = url === undefined ? 'unsent' : await sendTo(`${url}/v1/${path}`, body, key)
      if (answer === 'unsent') {
        await sleep(20)
        continue
      }
      const outcome: Answer = random.below(lostOneOf) === 0 ? { kind: 'unknown' } : answer
      if (outcome.kind === 'done') return outcome
      // Of an earlier try that may still be under way a refusal says nothing.
      if (outcome.kind === 'refused' && unknown === 0) return outcome
      if (outcome.kind === 'unknown') unknown++
      else if (outcome.status !== 503) refused++
      if (unknown >= triesMax || refused >= refusalsMax) return { kind: 'unknown' }
      await sleep(20 + random.below(60))
    }
    return { kind: 'unknown' }
  }
}

const lostOneOf = 20

/** What is refused so often behind a try of unknown outcome will not be done any more. */
const refusalsMax = 3

async function sendTo(url: string, body: unknown, key: string | undefined): Promise<Answer | 'unsent'> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer dev:tester',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    })
    const text = await response.text()
    const answer = text === '' ? undefined : JSON.parse(text)
    if (response.ok) return { kind: 'done', body: answer }
    if (leavesOpen.has(answer.code)) return { kind: 'unknown' }
    return { kind: 'refused', status: response.status, code: answer.code }
  } catch (error) {
    const { cause } = error as { readonly cause?: { readonly code?: string } }
    return cause?.code === 'ECONNREFUSED' ? 'unsent' : { kind: 'unknown' }
  }
}

/** Answers which say that nobody knows, and one that another try with this key is under way. */
const leavesOpen: ReadonlySet<string> = new Set(['STORE_COMMIT_UNKNOWN', 'DEADLINE_PASSED', 'IDEMPOTENCY_RUNNING'])
