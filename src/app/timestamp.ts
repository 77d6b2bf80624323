const pattern = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(\d{1,6}))?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** The canonical form of an RFC 3339 timestamp: UTC with milliseconds. Undefined if it is none, or not within the years 0 to 9999. */
export function timestampOf(text: string): string | undefined {
  if (isCanonical(text)) return text
  const utc = utcOf(text)
  return utc === undefined || utc.digits.length > 3 ? undefined : utc.millis
}

/** The same with microseconds. */
export function microsecondsOf(text: string): string | undefined {
  const utc = utcOf(text)
  return utc === undefined ? undefined : `${utc.millis.slice(0, 20)}${utc.digits.padEnd(6, '0')}Z`
}

/** In UTC, cut off behind the milliseconds, and all digits behind the second. */
function utcOf(text: string): { readonly millis: string; readonly digits: string } | undefined {
  const match = pattern.exec(text)
  if (match === null || !isDate(match[1]!)) return undefined
  const digits = match[3] ?? ''
  const utc = new Date(digits.length > 3 ? text.replace(digits, digits.slice(0, 3)) : text)
  const millis = Number.isNaN(utc.getTime()) ? '' : utc.toISOString()
  return millis.length === 24 ? { millis, digits } : undefined
}

/** Nearly every timestamp comes in its one form, and passes here several times a request: digits cost less than patterns. */
function isCanonical(text: string): boolean {
  return (
    text.length === 24 &&
    text.charCodeAt(10) === 0x54 &&
    text.charCodeAt(13) === colon &&
    text.charCodeAt(16) === colon &&
    text.charCodeAt(19) === 0x2e &&
    text.charCodeAt(23) === 0x5a &&
    digits(text, 11, 13) < 24 &&
    digits(text, 14, 16) < 60 &&
    digits(text, 17, 19) < 60 &&
    digits(text, 20, 23) < 1000 &&
    isDay(text)
  )
}

/** Whether this is a day of the (proleptic Gregorian) calendar. */
export function isDate(text: string): boolean {
  return text.length === 10 && isDay(text)
}

/** Whether the first ten characters are one. */
function isDay(text: string): boolean {
  if (text.charCodeAt(4) !== hyphen || text.charCodeAt(7) !== hyphen) return false
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 7)
  const day = digits(text, 8, 10)
  if (month < 1 || month > 12 || day < 1 || Number.isNaN(year)) return false
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day <= (month === 2 && isLeap ? 29 : days[month - 1]!)
}

const hyphen = 0x2d
const colon = 0x3a
const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** The number that these digits write; NaN if one of them is none. */
function digits(text: string, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}
