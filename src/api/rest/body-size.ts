import { apiErrors } from '../errors.ts'

const depthMax = 32
export const membersMax = 10_000
export const valuesMax = 40_000

/**
 * Refuses JSON that would keep the process from everybody else while it is parsed, looked through and written again. What that
 * takes depends on how many values there are, most of all on how many names, and hardly on the bytes. Counts what stands
 * outside texts, in one pass and before anything is made of it, so it can be wrong only of what is no JSON anyway.
 */
export function checkSize(json: Uint8Array): void {
  let depth = 0
  let members = 0
  let values = 1
  // What closes as soon as it has opened has nothing in it.
  let isOpening = false
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]!
    if (byte <= space) continue
    if (byte === closeBracket || byte === closeBrace) {
      depth--
      isOpening = false
      continue
    }
    if ((isOpening || byte === comma) && ++values > valuesMax) throw tooMany(`${valuesMax} values`)
    isOpening = byte === openBracket || byte === openBrace
    if (isOpening && ++depth > depthMax) throw apiErrors.MALFORMED_BODY(`the body is more than ${depthMax} levels deep`)
    if (byte === colon && ++members > membersMax) throw tooMany(`${membersMax} members`)
    if (byte === quote) at = endOfText(json, at)
  }
}

/** Where the text that begins here ends. */
function endOfText(json: Uint8Array, start: number): number {
  let at = start + 1
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1
  return at
}

function tooMany(most: string) {
  return apiErrors.BODY_TOO_MANY_VALUES(`the body has more than ${most}`)
}

const space = 0x20
const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const backslash = 0x5c
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d
