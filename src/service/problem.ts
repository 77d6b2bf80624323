import type { BanyanError, Issue } from '../core/errors.ts'

/** An error as clients read it (RFC 9457). */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly hint: string
  readonly errors?: readonly Issue[]
  readonly requestId: string
}

/** What is told of an error. Of a bug nothing but its number: the details are in the log. */
export function problemOf(error: BanyanError, requestId: string): Problem {
  const { title, status, hint, kind, facts } = error
  const code = kind === 'bug' ? 'BUG' : error.code
  return {
    type: `urn:banyan:problem:${code}`,
    title,
    status,
    detail: kind === 'bug' ? 'An assumption of the server did not hold.' : error.message,
    code,
    hint,
    ...(facts.issues === undefined || kind === 'bug' ? {} : { errors: facts.issues }),
    requestId,
  }
}
