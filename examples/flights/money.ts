/** The price of several seats, exact: three times `"199.90"` is `"599.70"`. Takes and gives decimals of scale 2, not negative. */
export function times(price: string, seats: number): string {
  return priceOf(centsOf(price) * seats)
}

/** `"199.90"` as 19990. */
export function centsOf(price: string): number {
  // A decimal always shows all digits of its scale, so without the point it is the number of cents.
  return Number(price.replace('.', ''))
}

/** 19990 as `"199.90"`. */
export function priceOf(cents: number): string {
  const digits = String(cents).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}
