/** What kind of failure it is, the same on every engine and in every process. */
export type ErrorKind =
  | 'invalid' // the request cannot be understood or its content breaks a rule
  | 'unauthenticated'
  | 'forbidden'
  | 'missing'
  | 'conflict' // the state of a row is not what the caller expected
  | 'unavailable' // try again later; nothing was done
  | 'unknown' // it may or may not have been done
  | 'limit' // too large, too many, too deep
  | 'bug' // an assumption of ours, or of the app's code, was wrong

/** One row of a folder's error table. A code never changes its meaning and is never used again for another. */
export interface ErrorRow {
  readonly kind: ErrorKind
  readonly status: number
  readonly title: string
  /** What the reader can do about it. */
  readonly hint: string
}

/** One thing that is wrong with a request: `pointer` (RFC 6901) into its body, or the name of a `parameter`. */
export interface Issue {
  readonly pointer?: string
  readonly parameter?: string
  readonly detail: string
}

export interface ErrorFacts {
  readonly issues?: readonly Issue[]
  /** The row whose write, or whose expected state, was refused. */
  readonly row?: { readonly resource: string; readonly id: string }
  /** The version of the API in whose words the issues are; without it they are in those of the current one. */
  readonly version?: string
  /** Whole seconds after which trying again makes sense. */
  readonly retryAfterSeconds?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** An error that programs read by `code` and people by `message` and `hint`; `cause` keeps the engine's own error. */
export class BanyanError extends Error {
  readonly code: string
  readonly kind: ErrorKind
  readonly status: number
  readonly title: string
  readonly hint: string
  readonly facts: ErrorFacts

  constructor(code: string, row: ErrorRow, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'BanyanError'
    this.code = code
    this.kind = row.kind
    this.status = row.status
    this.title = row.title
    this.hint = row.hint
    this.facts = facts
  }
}

export type ErrorTable<Rows> = {
  readonly [Code in keyof Rows]: (message: string, facts?: ErrorFacts) => BanyanError
} & {
  readonly [table]: Rows
}

/** A folder's error table as functions: `errors.STORE_FULL('flights: no space left')` makes the error to throw or return. */
export function errorTable<const Rows extends Record<string, ErrorRow>>(rows: Rows): ErrorTable<Rows> {
  const made = Object.fromEntries(
    Object.entries(rows).map(([code, row]) => [
      code,
      (message: string, facts?: ErrorFacts) => new BanyanError(code, row, message, facts),
    ]),
  )
  // The mapped type above is exactly what Object.fromEntries loses.
  return Object.assign(made, { [table]: rows }) as never
}

/** Where a table of functions keeps its rows, for the reference page and the test that compares them. */
export const table: unique symbol = Symbol('error table')

/** States an assumption where it is made. What breaks it is a bug of ours or of the app's code, never of the caller. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw coreErrors.BUG(message)
}

export const coreErrors = errorTable({
  INVALID: {
    kind: 'invalid',
    status: 422,
    title: 'Content not valid',
    hint: 'Change what `errors` names and send it again.',
  },
  BUG: {
    kind: 'bug',
    status: 500,
    title: 'Internal error',
    hint: 'This is a fault of the server, not of the request. The log has the details under this requestId.',
  },
  DEADLINE_PASSED: {
    kind: 'unknown',
    status: 503,
    title: 'Deadline passed',
    hint: 'Nobody can say whether it was done. Repeat a write only with an Idempotency-Key.',
  },
})
