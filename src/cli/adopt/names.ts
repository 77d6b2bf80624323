import { canBeField, canBeResource } from '../../app/review/names.ts'

/** Gives names that are free and may be used, the first of some that is. */
export interface Namer {
  /** `wanted`: from the best to the least; behind the last one come numbers. */
  nameOf(...wanted: readonly string[]): string
}

/** Engines compare names without regard to case. */
export function resourceNamer(): Namer {
  return namer((name) => canBeResource(name) && !/^banyan/i.test(name))
}

export function fieldNamer(): Namer {
  return namer((name) => name !== 'id' && canBeField(name))
}

export function variableNamer(): Namer {
  const taken = new Set(Object.getOwnPropertyNames(globalThis))
  return namer((name) => /^[A-Z]\w*$/.test(name) && !taken.has(name))
}

function namer(isAllowed: (name: string) => boolean): Namer {
  const taken = new Set<string>()
  const isFree = (name: string) => isAllowed(name) && !taken.has(name.toLowerCase())
  return {
    nameOf(...wanted) {
      let name = wanted.find(isFree)
      for (let number = 2; name === undefined; number++) {
        const numbered = `${wanted.at(-1)!.slice(0, 58)}${number}`
        if (isFree(numbered)) name = numbered
      }
      taken.add(name.toLowerCase())
      return name
    },
  }
}

/** `order_items`, `Order Items` and `"order-items"` are `orderItems`; what has no letter to begin with gets one. */
export function camelCase(name: string, otherwise: string): string {
  const words = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
  const joined = words.map((word, at) => (at === 0 ? decapitalised(word) : capitalised(word))).join('')
  return (/^[a-z]/.test(joined) ? joined : `${otherwise}${capitalised(joined)}`).slice(0, 60)
}

/** `categories` is what many a `Category` is in. */
export function singular(name: string): string {
  if (/[^aeiou]ies$/.test(name)) return `${name.slice(0, -3)}y`
  if (/(ss|x|z|ch|sh)es$/.test(name)) return name.slice(0, -2)
  return /[^sui]s$/.test(name) ? name.slice(0, -1) : name
}

export function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** `ID` and `URLPath` begin a name as `id` and `urlPath` do. */
function decapitalised(word: string): string {
  if (word === word.toUpperCase()) return word.toLowerCase()
  return word.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]/, (start) => start.toLowerCase())
}
