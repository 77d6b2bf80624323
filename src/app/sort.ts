/** `departsAt`, `-departsAt`, or several members of one path, all in one direction: `-destination,-departsAt`. */
export interface Sort {
  readonly fields: readonly string[]
  readonly descending: boolean
}

/** Undefined where the directions differ: a path is followed as declared or exactly in reverse. */
export function sortOf(text: string): Sort | undefined {
  const names = text.split(',')
  const descending = names[0]!.startsWith('-')
  if (names.some((name) => name.startsWith('-') !== descending)) return undefined
  return { fields: names.map((name) => (descending ? name.slice(1) : name)), descending }
}
