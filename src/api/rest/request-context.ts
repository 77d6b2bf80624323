import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { Bookmark } from '../../core/bookmark.ts'
import type { Context, Principal } from '../../core/context.ts'
import type { Deadline } from '../../core/deadline.ts'
import type { Scheduler } from '../../core/scheduler.ts'

/** The context of one HTTP request. What few requests need is made when it is asked for. */
export class RequestContext implements Context {
  readonly deadline: Deadline
  readonly principal: Principal | undefined
  readonly idempotencyKey: string | undefined
  readonly bookmark: Bookmark
  #request: FastifyRequest
  #response: ServerResponse
  #requestId: string | undefined
  #abort: AbortController | undefined
  #isOverdue = false

  constructor(
    request: FastifyRequest,
    response: ServerResponse,
    principal: Principal | undefined,
    idempotencyKey: string | undefined,
    deadline: Deadline,
  ) {
    this.#request = request
    this.#response = response
    this.principal = principal
    this.idempotencyKey = idempotencyKey
    this.deadline = deadline
    this.bookmark = bookmarkOf(request)
  }

  get requestId(): string {
    this.#requestId ??= requestIdOf(this.#request)
    return this.#requestId
  }

  get traceparent(): string | undefined {
    return this.#request.headers.traceparent as string | undefined
  }

  /** Aborted when the connection closes before the answer, and when the deadline passes. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController()
      this.#abort = abort
      const response = this.#response
      // Of the response and not of the connection, which goes on to carry others.
      response.once('close', () => {
        if (!response.writableFinished) abort.abort(new DOMException('the caller has gone', 'AbortError'))
      })
      if (this.#isOverdue) this.timeOut()
    }
    return this.#abort.signal
  }

  /** Nobody waits any more for what still runs. The layer that watches the deadline has said so. */
  timeOut(): void {
    this.#isOverdue = true
    this.#abort?.abort(new DOMException('the deadline has passed', 'TimeoutError'))
  }
}

/** The caller's own id for the request, if it is a harmless one, else a new one. Always the same for one request. */
export function requestIdOf(request: FastifyRequest): string {
  const known = ids.get(request)
  if (known !== undefined) return known
  const given = request.headers['x-request-id']
  const id = typeof given === 'string' && /^[\w-]{1,64}$/.test(given) ? given : randomUUID()
  ids.set(request, id)
  return id
}

const ids = new WeakMap<FastifyRequest, string>()

export function deadlineFrom(nowMs: number, timeoutMs: number, scheduler: Scheduler): Deadline {
  const atMs = nowMs + timeoutMs
  return { atMs, remainingMs: () => atMs - scheduler.monotonicMs() }
}

function bookmarkOf({ headers }: FastifyRequest): Bookmark {
  const header = headers['banyan-bookmark']
  if (typeof header === 'string') return Bookmark.decode(header)
  const { cookie } = headers
  if (cookie === undefined) return new Bookmark()
  const match = /(?:^|;\s*)Banyan-Bookmark=([\w-]+)/.exec(cookie)
  return match === null ? new Bookmark() : Bookmark.decode(match[1]!)
}
