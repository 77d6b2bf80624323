import type { ExternalCall, ExternalManifest } from '../../app/external/manifest.ts'
import { compileSchema, type Validator } from '../../app/validator.ts'
import { BanyanError, type ErrorKind } from '../../core/errors.ts'
import { serviceErrors } from '../errors.ts'
import type { OutgoingRequest } from './request.ts'
import { type IncomingAnswer, lost } from './send.ts'

/** Reads the answers of one call: JSON that its document allows, or the error for what it was instead. */
export function answerReader(
  call: ExternalCall,
  schemas: ExternalManifest['schemas'],
): (answer: IncomingAnswer, request: OutgoingRequest) => string | undefined {
  const validators = new Map<string, Validator>()
  const validate = (status: string, value: unknown) => {
    let validator = validators.get(status)
    if (validator === undefined) {
      validator = compileSchema({ allOf: [call.answers[status]!], components: { schemas } })
      validators.set(status, validator)
    }
    return validator(value)
  }
  return (answer, request) => {
    const { status, contentType, text } = answer
    if (status < 200 || status > 299) throw refusalOf(answer, request)
    const known = [String(status), '2XX', 'DEFAULT'].find((each) => Object.hasOwn(call.answers, each))
    if (known === undefined) throw unreadable(request, `with ${status}, which its document does not have`)
    if (call.answers[known] === null) return undefined
    if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(contentType))
      throw unreadable(request, contentType === '' ? 'with nothing' : `with ${contentType.slice(0, 100)}, not JSON`)
    const issues = validate(known, valueIn(text, request))
    if (issues.length > 0) {
      const words = issues.slice(0, 3).map(({ pointer, detail }) => `${pointer} ${detail}`)
      throw unreadable(request, `what its document does not allow: ${words.join('; ')}`)
    }
    return text
  }
}

function valueIn(text: string, request: OutgoingRequest): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unreadable(request, `with what is not JSON: ${(cause as Error).message.slice(0, 100)}`)
  }
}

function unreadable({ id }: OutgoingRequest, what: string): BanyanError {
  return serviceErrors.EXTERNAL_ANSWER(`${id} answered ${what}`)
}

/** What a refusal of the other side means here: what it says of the request goes on to the caller, what it says of us is our fault. */
const meanings: Readonly<Record<number, { readonly status: number; readonly kind: ErrorKind }>> = {
  400: { status: 422, kind: 'invalid' },
  404: { status: 404, kind: 'missing' },
  409: { status: 409, kind: 'conflict' },
  410: { status: 404, kind: 'missing' },
  412: { status: 409, kind: 'conflict' },
  422: { status: 422, kind: 'invalid' },
}

function refusalOf(answer: IncomingAnswer, request: OutgoingRequest): BanyanError {
  const { status, text, retryAfterMs } = answer
  const said = problemIn(text)
  const detail = said.detail ?? said.title ?? `status ${status}`
  const message = `${request.id}: ${detail.slice(0, 500)}`
  const meaning = meanings[status]
  if (meaning !== undefined) {
    const { code, ...row } = serviceErrors.EXTERNAL_REFUSED('')
    return new BanyanError(said.code ?? code, { ...row, ...meaning }, message)
  }
  // Refused before it was looked at.
  if (status === 429)
    return serviceErrors.EXTERNAL_UNAVAILABLE(message, { retryAfterSeconds: Math.ceil((retryAfterMs ?? 1000) / 1000) })
  // What stands before the other service says that it is away; it itself may say that it was too slow.
  if (status === 502 || status === 503 || status === 504)
    return lost(request, `${request.id} answered ${status}: ${detail.slice(0, 500)}`, undefined, retryAfterMs)
  if (status >= 500)
    return serviceErrors.EXTERNAL_FAILED(`${request.id} failed with ${status}: ${detail.slice(0, 500)}`)
  return serviceErrors.EXTERNAL_MISUSED(`${request.id} was refused with ${status}: ${detail.slice(0, 500)}`)
}

/** As much of a problem (RFC 9457) as a refusal has; codes are of the form that ours have. */
function problemIn(text: string): { readonly code?: string; readonly title?: string; readonly detail?: string } {
  try {
    const { code, title, detail } = JSON.parse(text) as Readonly<Record<string, unknown>>
    return {
      ...(typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? { code } : {}),
      ...(typeof title === 'string' ? { title } : {}),
      ...(typeof detail === 'string' ? { detail } : {}),
    }
  } catch {
    return {}
  }
}
