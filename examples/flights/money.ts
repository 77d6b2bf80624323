/** The price of several seats, exact: three times `"199.90"` is `"599.70"`. Takes and gives decimals of scale 2, not negative. */
export function times(price: string, seats: number): string {
  // A decimal always shows all digits of its scale, so without the point it is the number of cents.
  const cents = BigInt(price.replace('.', '')) * BigInt(seats)
  const digits = String(cents).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}
