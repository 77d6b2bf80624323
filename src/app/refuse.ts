import { BanyanError, type ErrorKind } from '../core/errors.ts'

/** Statuses with which a handler may refuse, and what each says. */
const refusals = {
  400: ['invalid', 'REFUSED_INVALID', 'Request refused', 'Change the request as the detail says.'],
  403: ['forbidden', 'REFUSED_FORBIDDEN', 'Not allowed', 'The caller may not do this.'],
  404: ['missing', 'REFUSED_MISSING', 'Not found', 'There is no such thing, or you may not know of it.'],
  409: [
    'conflict',
    'REFUSED_CONFLICT',
    'Not possible now',
    'The present state does not allow this. Read it to see why.',
  ],
  422: ['invalid', 'REFUSED_CONTENT', 'Content refused', 'Change the content as the detail says.'],
} as const satisfies Record<number, readonly [ErrorKind, string, string, string]>

export interface RefuseOptions {
  /** What programs read, in capitals: `'SEATS_GONE'`. */
  readonly code?: Uppercase<string>
  /** What people read. */
  readonly detail?: string
  readonly hint?: string
}

/** The error with which a handler refuses a request: `throw refuse(409, { code: 'SEATS_GONE', detail: 'flight 12 is full' })`. */
export function refuse(status: keyof typeof refusals, options: RefuseOptions = {}): BanyanError {
  const [kind, code, title, hint] = refusals[status]
  return new BanyanError(
    options.code ?? code,
    { kind, status, title, hint: options.hint ?? hint },
    options.detail ?? title,
  )
}
