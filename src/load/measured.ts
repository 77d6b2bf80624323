import { AsyncLocalStorage } from 'node:async_hooks'
import type { Scheduler } from '../core/scheduler.ts'
import type { RequestNames } from './request-name.ts'
import type { Tally } from './tally.ts'
import type { Answer, Send } from './transport.ts'

/** The visit within which a request is sent. */
export interface OngoingVisit {
  readonly refusals: ReadonlySet<string>
  /** Since when its user has been waiting: when the visit was due, for what is sent before anything else of it has come to an end. */
  waitingSinceMs: number | undefined
}

/** Whoever sends from within a visit is found here, however many of them share a client. */
export const visits = new AsyncLocalStorage<OngoingVisit>()

/**
 * What a client sends with, as `fetch`: every exchange within a visit is timed and counted, to the last byte of its answer; those
 * of before and after the load are not.
 */
export function measured(
  send: Send,
  { base, names, tally, scheduler }: Measuring,
): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const visit = visits.getStore()
    if (visit === undefined) return responseOf(await send(url, init))
    const { method = 'GET' } = init
    const name = names(method, url.slice(base.length).split('?', 1)[0]!)
    const sinceMs = visit.waitingSinceMs ?? scheduler.monotonicMs()
    const record = (status: number | null, code: string | null, text: string) =>
      tally.request(name, {
        status,
        code,
        latencyMs: scheduler.monotonicMs() - sinceMs,
        isExpected: code === null || visit.refusals.has(code) || visit.refusals.has(String(status)),
        bytesSent: typeof init.body === 'string' ? Buffer.byteLength(init.body) : 0,
        bytesReceived: Buffer.byteLength(text),
      })
    try {
      const answer = await send(url, init)
      record(answer.status, codeOf(answer), answer.text)
      return responseOf(answer)
    } catch (error) {
      record(null, init.signal?.aborted ? 'TIMEOUT' : codeOfFailure(error), '')
      throw error
    } finally {
      visit.waitingSinceMs = undefined
    }
  }
}

export interface Measuring {
  /** The address of the server, before every path. */
  readonly base: string
  readonly names: RequestNames
  readonly tally: Tally
  readonly scheduler: Scheduler
}

/** Null for a success; else the code of the problem, or what a proxy's answer is called by the client too. */
function codeOf({ status, text }: Answer): string | null {
  if (status < 300) return null
  try {
    const { code } = JSON.parse(text) as { readonly code?: unknown }
    if (typeof code === 'string') return code
  } catch {
    // Whoever answered in the server's place does not speak of problems.
  }
  return `HTTP_${status}`
}

function codeOfFailure(error: unknown): string {
  const { code } = ((error as Error | undefined)?.cause ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' ? code : 'NETWORK'
}

function responseOf({ status, statusText, headers, text }: Answer): Response {
  return new Response(text === '' ? null : text, { status, statusText, headers })
}
