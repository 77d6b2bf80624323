import { isUtf8 } from 'node:buffer'
import { apiErrors } from '../errors.ts'
import { checkSize } from './body-size.ts'

/**
 * Parses a JSON body. Refuses what is too deep or has too much in it, members named `__proto__`, and numbers beyond a double,
 * which would come back as null.
 */
export function parseBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined
  // What is not UTF-8 would be read as U+FFFD, and stored as that.
  if (!isUtf8(bytes)) throw apiErrors.MALFORMED_BODY('the body is not UTF-8')
  checkSize(bytes)
  let value: unknown
  try {
    value = JSON.parse(bytes.toString())
  } catch (error) {
    throw apiErrors.MALFORMED_BODY(
      `the body is not JSON: ${(error as Error).message.replace(/ in JSON.*$/s, '').slice(0, 100)}`,
    )
  }
  check(value)
  return value
}

/** Refuses a body that was packed for the way. */
export function checkEncoding(encoding: string | undefined): void {
  if (encoding !== undefined && encoding !== 'identity')
    throw apiErrors.MEDIA_TYPE_UNSUPPORTED('a body is taken without Content-Encoding')
}

function check(value: unknown): void {
  if (typeof value !== 'object' || value === null) {
    if (value === Infinity || value === -Infinity)
      throw apiErrors.MALFORMED_BODY('the body has a number beyond 1.8e308')
    return
  }
  if (Array.isArray(value)) {
    for (const member of value) if (typeof member !== 'string') check(member)
    return
  }
  for (const name in value) {
    if (name === '__proto__') throw apiErrors.MALFORMED_BODY('the body has a member named __proto__')
    const member = (value as Record<string, unknown>)[name]
    if (typeof member !== 'string') check(member)
  }
}
