/** Decimals lie in the file as scaled integers: `"199.90"` is 19990 at scale 2. */
export const scaledOf = (text) => {
  const point = text.indexOf('.')
  if (point === -1) return Number(text) * 100
  const scaled = Number(text.slice(0, point) + text.slice(point + 1).padEnd(2, '0'))
  return scaled === 0 ? 0 : scaled
}

export const decimalOf = (scaled) => {
  const digits = String(Math.abs(scaled)).padStart(3, '0')
  return `${scaled < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** A timestamp in its one form, UTC with milliseconds. */
export const timestampOf = (text) => (text.length === 24 && text.endsWith('Z') ? text : new Date(text).toISOString())
