/** Exact decimals as scaled integers: `"199.90"` at scale 2 is 19990n. */
export function scaledOf(text: string, scale: number): bigint {
  const negative = text.startsWith('-')
  const [whole = '0', fraction = ''] = (negative ? text.slice(1) : text).split('.')
  const scaled = BigInt(whole + fraction.padEnd(scale, '0').slice(0, scale))
  return negative ? -scaled : scaled
}

/** The decimal of a scaled integer, always with `scale` digits after the point. */
export function decimalOf(scaled: bigint | number, scale: number): string {
  const negative = scaled < 0
  const digits = String(negative ? -scaled : scaled)
  if (scale === 0) return negative ? `-${digits}` : digits
  const padded = digits.length > scale ? digits : digits.padStart(scale + 1, '0')
  return `${negative ? '-' : ''}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}

/** The canonical form: `"1.5"` at scale 2 is `"1.50"`, and there is no negative zero. */
export function canonicalDecimal(text: string, scale: number): string {
  // Most come in that form already, and big integers are dear.
  if (
    scale > 0 &&
    text.charCodeAt(0) !== minus &&
    text.length > scale &&
    text.charCodeAt(text.length - scale - 1) === point
  )
    return text
  return decimalOf(scaledOf(text, scale), scale)
}

/** Below 0, 0 or above 0, as `left` is smaller than, equal to or larger than `right`. Takes decimals of any scale. */
export function compareDecimals(left: string, right: string): number {
  // Up to 15 digits a double tells any two apart, in their order.
  if (left.length <= 15 && right.length <= 15) return order(Number(left), Number(right))
  const scale = Math.max(fractionDigits(left), fractionDigits(right))
  return order(scaledOf(left, scale), scaledOf(right, scale))
}

function order<Size extends number | bigint>(left: Size, right: Size): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function fractionDigits(text: string): number {
  const point = text.indexOf('.')
  return point === -1 ? 0 : text.length - point - 1
}

const minus = 0x2d
const point = 0x2e
