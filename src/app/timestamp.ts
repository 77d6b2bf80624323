const pattern = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** The canonical form of an RFC 3339 timestamp: UTC with milliseconds. Undefined if it is none, or not within the years 0 to 9999. */
export function timestampOf(text: string): string | undefined {
  const match = pattern.exec(text)
  if (match === null || !isDate(match[1]!)) return undefined
  if (text.length === 24 && text.endsWith('Z')) return text
  const utc = new Date(text)
  const canonical = Number.isNaN(utc.getTime()) ? '' : utc.toISOString()
  return canonical.length === 24 ? canonical : undefined
}

/** Whether this is a day of the (proleptic Gregorian) calendar. */
export function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (match === null) return false
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  return days !== undefined && day >= 1 && day <= days
}
