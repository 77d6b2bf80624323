/** The places of what belongs together; what has no key belongs to nobody. */
export function groups(keys: readonly unknown[]): readonly (readonly number[])[] {
  if (keys.length === 1) return [[0]]
  const found: number[][] = []
  const known = new Map<unknown, number[]>()
  keys.forEach((key, at) => {
    const places = key === undefined ? undefined : known.get(key)
    if (places !== undefined) {
      places.push(at)
      return
    }
    const own = [at]
    found.push(own)
    if (key !== undefined) known.set(key, own)
  })
  return found
}
