import type { Issue } from '../core/errors.ts'
import type { ErrorCode } from './error-code.ts'

/** What the server says is wrong (RFC 9457). */
export interface Problem {
  readonly status: number
  readonly code: ErrorCode
  readonly title: string
  readonly detail?: string
  readonly hint?: string
  readonly errors?: readonly Issue[]
  readonly requestId?: string
}

/** Every failure of a call. Programs read `code` and `status`, people `message` and `hint`. */
export class ClientError extends Error {
  /** The status of the answer; 0 where there was none. */
  readonly status: number
  /** The server's code, or one of the client's own. */
  readonly code: ErrorCode
  readonly title: string
  readonly detail: string | undefined
  /** What the reader can do about it. */
  readonly hint: string | undefined
  /** What is wrong with which part of the request. */
  readonly errors: readonly Issue[]
  /** What finds this request in the server's log. */
  readonly requestId: string | undefined
  /** The key that the write was sent with: repeated with it, the write has its effect once. */
  readonly idempotencyKey: string | undefined

  constructor(message: string, problem: Problem, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'ClientError'
    this.status = problem.status
    this.code = problem.code
    this.title = problem.title
    this.detail = problem.detail
    this.hint = problem.hint
    this.errors = problem.errors ?? []
    this.requestId = problem.requestId
    this.idempotencyKey = facts.idempotencyKey
  }
}

export interface ErrorFacts {
  readonly status?: number
  readonly idempotencyKey?: string | undefined
  readonly cause?: unknown
}

/** The failures that the client itself finds. */
export const rows = {
  NETWORK: { title: 'No answer', hint: 'Is the server running at this address, and may it be reached from here?' },
  TIMEOUT: { title: 'Timed out', hint: 'Try again later, or give the call a longer timeout.' },
  UNKNOWN_OUTCOME: {
    title: 'Outcome unknown',
    hint: 'The write may or may not have been done. Read what it would have changed, or repeat it with the same idempotencyKey if it had one.',
  },
  INVALID_CALL: { title: 'Cannot be sent', hint: 'Change the call as the message says.' },
  UNKNOWN_NAME: {
    title: 'No such route',
    hint: 'Does this server run the app that the client is typed by, in the same version?',
  },
  NOT_JSON: { title: 'Not JSON', hint: 'Does something between the client and the server answer in its place?' },
  NOT_BANYAN: { title: 'Not a Banyan API', hint: 'Give the address below which /openapi.json lies.' },
} as const satisfies Record<string, { readonly title: string; readonly hint: string }>

/** The table as functions: `clientErrors.TIMEOUT('bookings.book: …')` makes the error to throw. */
export const clientErrors = Object.fromEntries(
  Object.entries(rows).map(([code, row]) => [
    code,
    (message: string, facts: ErrorFacts = {}) =>
      new ClientError(message, { ...row, status: facts.status ?? 0, code, detail: message }, facts),
  ]),
  // The type below is exactly what Object.fromEntries loses.
) as unknown as Readonly<Record<keyof typeof rows, (message: string, facts?: ErrorFacts) => ClientError>>

/** The error for an answer that is not a success, whoever gave it: a proxy on the way answers in its own words. */
export function errorOf(response: Response, text: string, place: string, key: string | undefined): ClientError {
  const { status, statusText } = response
  const said = problemIn(text)
  const problem: Problem = {
    code: `HTTP_${status}`,
    title: statusText || 'Refused',
    ...(said ?? (text === '' ? {} : { detail: text.slice(0, 200) })),
    status,
  }
  const reason = problem.detail ?? problem.title
  const issues = (problem.errors ?? []).filter(({ detail }) => !reason.includes(detail))
  const reasons = [
    reason,
    ...issues.map(({ pointer, parameter, detail }) => `${pointer ?? parameter}: ${detail}`),
  ].join('; ')
  return new ClientError(`${place}: ${status} ${problem.code}: ${reasons}`, problem, { idempotencyKey: key })
}

/** The problem in this text, if it is one of ours; others have JSON of their own shape. */
function problemIn(text: string): Problem | undefined {
  try {
    const value = JSON.parse(text) as Partial<Problem> | null
    return typeof value?.code === 'string' && typeof value.title === 'string' ? (value as Problem) : undefined
  } catch {
    return undefined
  }
}
