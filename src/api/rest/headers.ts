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
  if (accept === undefined || accept === '*/*' || accept.includes('application/json')) return
  const accepted = accept.split(',').some((part) => {
    const [type, ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
    if (parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) return false
    return type === '*/*' || type === 'application/*' || type === 'application/problem+json'
  })
  if (!accepted) throw apiErrors.NOT_ACCEPTABLE(`the answer would be application/json`)
}
