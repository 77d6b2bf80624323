import type { FastifyRequest } from 'fastify'
import { serviceErrors } from '../../service/errors.ts'
import { apiErrors } from '../errors.ts'

/** The version in `If-Match: "v7"`; undefined without the header. */
export function ifMatchVersion({ headers }: FastifyRequest): number | undefined {
  const given = headers['if-match']
  if (given === undefined) return undefined
  const match = /^"v(\d{1,15})"$/.exec(given)
  if (match === null) throw apiErrors.HEADER_INVALID('If-Match accepts the ETag of one row: "v7"')
  return Number(match[1])
}

/** Whether `If-None-Match` names this tag (RFC 9110, weak comparison). */
export function noneMatches({ headers }: FastifyRequest, tag: string): boolean {
  const given = headers['if-none-match']
  if (given === undefined) return false
  if (given === tag || given === '*') return true
  return given.split(',').some((one) => one.trim().replace(/^W\//, '') === tag)
}

/** The idempotency key, where the route takes one. */
export function idempotencyKeyOf(
  { headers }: FastifyRequest,
  isAccepted: boolean,
  isSignedIn: boolean,
): string | undefined {
  const given = headers['idempotency-key']
  if (given === undefined) return undefined
  if (!isAccepted) throw serviceErrors.IDEMPOTENCY_KEY_REFUSED('this route takes no Idempotency-Key')
  if (!isSignedIn) throw serviceErrors.IDEMPOTENCY_KEY_REFUSED('a key belongs to a signed-in caller')
  if (typeof given !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(given)) {
    throw serviceErrors.IDEMPOTENCY_KEY_REFUSED('the key must be 1 to 128 printable characters without spaces')
  }
  return given
}

/** Refuses a request whose Accept leaves out JSON. */
export function checkAccept({ headers: { accept } }: FastifyRequest): void {
  if (accept === undefined || accept === '*/*' || accept === lastAccepted) return
  if (!acceptsJson(accept)) throw apiErrors.NOT_ACCEPTABLE(`the answer would be application/json`)
  lastAccepted = accept
}

/** Nearly every caller of a process sends the same one. */
let lastAccepted = 'application/json'

/** The range that says most of JSON decides (RFC 9110, section 12.5.1). */
function acceptsJson(accept: string): boolean {
  let closest = -1
  let accepts = false
  for (const part of accept.toLowerCase().split(',')) {
    const [range, ...parameters] = part.split(';').map((text) => text.trim()) as [string, ...string[]]
    const closeness = ['*/*', 'application/*', 'application/json'].indexOf(range)
    if (closeness <= closest) continue
    closest = closeness
    accepts = !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  }
  return accepts
}
