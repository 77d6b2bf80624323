/** Names of types for what the app names: each stands for one thing, and none for two. */
export interface TypeNames {
  /** `flights` and `Row`: `FlightsRow`. The same words get the same name. */
  of(...words: readonly string[]): string
}

/** `reserved`: names that mean something already. */
export function typeNames(reserved: Iterable<string>): TypeNames {
  const names = new Map<string, string>()
  const taken = new Set(reserved)
  return {
    of(...words) {
      const key = words.join('.')
      const known = names.get(key)
      if (known !== undefined) return known
      const name = words.map(capitalised).join('')
      // `order-items` and `orderItems` are two resources.
      let free = name
      for (let count = 2; taken.has(free); count++) free = `${name}${count}`
      taken.add(free)
      names.set(key, free)
      return free
    },
  }
}

function capitalised(word: string): string {
  return word
    .split(/[_-]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')
}
