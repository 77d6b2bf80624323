import type { ExternalCall, ExternalParameter } from '../../app/external/manifest.ts'
import { coreErrors } from '../../core/errors.ts'

/** A call as HTTP has it, before anything that changes from try to try. */
export interface OutgoingRequest {
  /** `pricing.quote`. */
  readonly id: string
  readonly call: ExternalCall
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** Sending it twice has one effect: an idempotent method (RFC 9110, section 9.2.2), or a key that the other side takes. */
  readonly isRepeatable: boolean
}

/** Puts a validated input where the document has its place. */
export function requestOf(
  id: string,
  call: ExternalCall,
  input: Readonly<Record<string, unknown>>,
  address: string,
  key: string | undefined,
): OutgoingRequest {
  const given = (place: ExternalParameter['in']) =>
    call.parameters.flatMap((parameter) => {
      const value = input[parameter.name]
      return parameter.in !== place || value === undefined || value === null ? [] : [{ ...parameter, value }]
    })
  const path = given('path').reduce(
    (text, { name, value }) => text.replaceAll(`{${name}}`, () => segment(id, name, value)),
    call.path,
  )
  const query = given('query').flatMap(({ name, explode, value }) =>
    (explode ? [value].flat() : [plainText(value)]).map(
      (one) => `${encodeURIComponent(name)}=${encodeURIComponent(plainText(one))}`,
    ),
  )
  const body = bodyOf(call, input)
  return {
    id,
    call,
    url: `${address}${path}${query.length === 0 ? '' : `?${query.join('&')}`}`,
    headers: {
      ...Object.fromEntries(
        given('header').map(({ name, value }) => [name.toLowerCase(), headerText(id, name, value)]),
      ),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body,
    isRepeatable: call.method === 'GET' || call.method === 'PUT' || call.method === 'DELETE' || key !== undefined,
  }
}

function bodyOf({ body, parameters }: ExternalCall, input: Readonly<Record<string, unknown>>): string | undefined {
  switch (body) {
    case 'none':
      return undefined
    case 'whole':
      return input.body === undefined ? undefined : JSON.stringify(input.body)
    case 'members': {
      const names = new Set(parameters.map(({ name }) => name))
      return JSON.stringify(Object.fromEntries(Object.entries(input).filter(([name]) => !names.has(name))))
    }
  }
}

function segment(id: string, name: string, value: unknown): string {
  const text = plainText(value)
  // Dots would be taken for steps of the path, even when they are escaped.
  if (text !== '' && text !== '.' && text !== '..') return encodeURIComponent(text)
  const detail = `cannot be ${JSON.stringify(text)} in a path`
  throw coreErrors.INVALID(`${id}: ${name} ${detail}`, { issues: [{ pointer: `/${name}`, detail }] })
}

function headerText(id: string, name: string, value: unknown): string {
  const text = plainText(value)
  if (/^[\x20-\x7e]*$/.test(text)) return text
  const detail = 'must be of printable ASCII characters to stand in a header'
  throw coreErrors.INVALID(`${id}: ${name} ${detail}`, { issues: [{ pointer: `/${name}`, detail }] })
}

function plainText(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(',') : String(value)
}
