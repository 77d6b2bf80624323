import { retryAfterMsOf } from '../core/backoff.ts'
import type { Budget } from './budget.ts'
import { type ClientError, clientErrors, errorOf } from './error.ts'
import { retryDelayMs } from './retry.ts'
import type { Session } from './session.ts'

/** One call as HTTP has it. */
export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the client's address, with its query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Whether the route takes an Idempotency-Key: a fresh one is made where somebody is signed in. */
  readonly isKeyed?: boolean
  readonly idempotencyKey?: string | undefined
  /** Does not depend on the caller: no token, no bookmark. */
  readonly isPublic?: boolean
}

/**
 * Sends one call until it has its answer, the JSON value or undefined, or until trying again makes no sense. Sent again are reads,
 * and writes that carry an idempotency key, the same one every time; never another write, because it may have been done.
 */
export async function send(request: Outgoing, session: Session, limit: Budget): Promise<unknown> {
  const place = `${request.method} ${request.path}`
  const headers = await headersOf(request, session, limit)
  const key = headers.get('idempotency-key') ?? undefined
  const isRead = request.method === 'GET'
  let mayBeDone = false
  for (let tries = 1; ; tries++) {
    const attempt = await attemptOnce(request, headers, session, limit)
    if (attempt.kind === 'answer') return valueIn(attempt, place, key)
    mayBeDone ||= attempt.mayBeDone && !isRead
    const error = errorFor(attempt, place, key)
    const delayMs = retryDelayMs({ status: error.status, retryAfterMs: attempt.retryAfterMs }, tries, session.random)
    // Every other refusal is this request's final answer, whatever became of the tries before: with a key they did nothing.
    if (delayMs === undefined) throw error
    const isLast = tries > session.retries || delayMs >= limit.remainingMs() || limit.signal.aborted
    if ((isRead || key !== undefined) && !isLast) {
      await wait(delayMs, session, limit)
    } else if (mayBeDone) {
      throw clientErrors.UNKNOWN_OUTCOME(`${place}: nobody can say whether it was done: ${error.message}`, {
        idempotencyKey: key,
        cause: error,
      })
    } else {
      throw error
    }
  }
}

async function headersOf(request: Outgoing, session: Session, limit: Budget): Promise<Headers> {
  const headers = new Headers({ accept: 'application/json' })
  for (const [name, value] of Object.entries({ ...session.headers, ...request.headers })) headers.set(name, value)
  if (request.isPublic) return headers
  const { token } = session
  const late = () => clientErrors.TIMEOUT(`${request.method} ${request.path}: the token did not come in time`)
  const bearer = typeof token === 'function' ? await limit.race(Promise.resolve(token()), late) : token
  if (bearer) headers.set('authorization', `Bearer ${bearer}`)
  // A key belongs to somebody: without a principal the server refuses it.
  const isFresh = request.isKeyed && headers.has('authorization')
  const key = request.idempotencyKey ?? (isFresh ? freshKey() : undefined)
  if (key !== undefined) headers.set('idempotency-key', key)
  return headers
}

/** 128 random bits. Not `randomUUID`, which browsers have only on pages served over TLS. */
function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

type Attempt =
  | { readonly kind: 'answer'; readonly response: Response; readonly text: string }
  | ({ readonly kind: 'refusal'; readonly response: Response; readonly text: string } & Failed)
  | ({ readonly kind: 'silence'; readonly isLate: boolean; readonly cause: unknown } & Failed)

interface Failed {
  readonly retryAfterMs: number | undefined
  /** Whether the request may have had its effect nevertheless. */
  readonly mayBeDone: boolean
}

async function attemptOnce(request: Outgoing, headers: Headers, session: Session, limit: Budget): Promise<Attempt> {
  const { method, path, body, isPublic } = request
  const bookmark = isPublic ? undefined : session.bookmark.encode()
  if (bookmark !== undefined) headers.set('banyan-bookmark', bookmark)
  const isTooLate = limit.signal.aborted
  try {
    const response = await session.fetch(`${session.url}${path}`, {
      method,
      headers,
      signal: limit.signal,
      // A redirected write would arrive as a read, whose answer would pass for the write's.
      redirect: method === 'GET' ? 'follow' : 'error',
      ...(body === undefined ? {} : { body }),
    })
    const isLost = session.bookmark.observe(response.headers.get('banyan-bookmark'))
    // On its own, so that a listener that throws does not make a failure of a write that was done.
    if (isLost && session.onBookmarkLost) queueMicrotask(session.onBookmarkLost)
    const text = await response.text()
    if (response.ok) return { kind: 'answer', response, text }
    const retryAfterMs = retryAfterMsOf(response.headers.get('retry-after'))
    return { kind: 'refusal', response, text, retryAfterMs, mayBeDone: [502, 504].includes(response.status) }
  } catch (cause) {
    limit.throwIfAborted()
    return {
      kind: 'silence',
      isLate: limit.signal.aborted,
      cause,
      retryAfterMs: undefined,
      mayBeDone: !isTooLate && !neverSent.has(codeOf(cause)),
    }
  }
}

/** Node says when there was not even a connection; browsers do not tell. */
const neverSent = new Set<unknown>(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])

function codeOf(error: unknown): unknown {
  return (error as { cause?: { code?: unknown } } | undefined)?.cause?.code
}

function errorFor(attempt: Exclude<Attempt, { kind: 'answer' }>, place: string, key: string | undefined): ClientError {
  if (attempt.kind === 'refusal') return errorOf(attempt.response, attempt.text, place, key)
  const facts = { idempotencyKey: key, cause: attempt.cause }
  if (attempt.isLate) return clientErrors.TIMEOUT(`${place}: no answer in time`, facts)
  const reason = codeOf(attempt.cause) ?? (attempt.cause as Error | undefined)?.message
  return clientErrors.NETWORK(`${place}: no answer (${reason})`, facts)
}

function valueIn({ response, text }: { response: Response; text: string }, place: string, key: string | undefined) {
  if (text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    const message = `${place}: ${response.status}, but the answer is not JSON: ${text.slice(0, 100)}`
    throw clientErrors.NOT_JSON(message, { status: response.status, idempotencyKey: key, cause })
  }
}

async function wait(ms: number, session: Session, limit: Budget): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const pause =
    session.sleep?.(ms) ??
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms)
    })
  try {
    // When the time is up the next try says so, with all that is known then.
    await limit.race(pause, () => new Error('late')).catch(() => limit.throwIfAborted())
  } finally {
    clearTimeout(timer)
  }
}
