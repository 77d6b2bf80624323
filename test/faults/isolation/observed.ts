import type { Anomaly } from './anomalies.ts'
import { described, type History, type Transaction } from './history.ts'

/** One append: whose it is, and whether the same transaction appended to the same list once more. */
export interface Append {
  readonly by: Transaction
  readonly key: string
  readonly value: number
  readonly isLast: boolean
}

/** What reads tell about the lists. */
export interface Orders {
  /** Of each list the appends in the order in which they came, as far as anybody has seen. */
  readonly versions: ReadonlyMap<string, readonly Append[]>
  /** Reads of what was there before the transaction's own appends: how many appends of the list had come. */
  readonly reads: readonly { readonly by: Transaction; readonly key: string; readonly length: number }[]
}

/** Finds the orders of the lists, and what is wrong with single reads. */
export function observed(history: History): { readonly orders: Orders; readonly anomalies: readonly Anomaly[] } {
  const anomalies: Anomaly[] = []
  const find = (kind: Anomaly['kind'], text: string) => anomalies.push({ kind, text })
  const appends = appendsOf(history)
  const reads: { by: Transaction; key: string; list: readonly number[] }[] = []
  for (const by of history) {
    if (by.outcome !== 'committed') continue
    const own = new Map<string, number[]>()
    const readBefore = new Map<string, readonly number[]>()
    for (const step of by.steps) {
      const { key } = step
      const mine = own.get(key) ?? []
      if (step.kind === 'append') {
        own.set(key, [...mine, step.value])
        continue
      }
      if (step.list === undefined) continue
      const before = step.list.slice(0, Math.max(0, step.list.length - mine.length))
      const isWhole = mine.every((value, at) => step.list![before.length + at] === value)
      const earlier = readBefore.get(key)
      if (!isWhole) find('internal', `${described(by)}: it does not see its own appends to ${key}`)
      else if (earlier !== undefined && !isSame(earlier, before))
        find('internal', `${described(by)}: it reads ${key} twice, and finds something else`)
      else if (earlier === undefined) reads.push({ by, key, list: before })
      readBefore.set(key, before)
    }
  }

  const longest = new Map<string, readonly number[]>()
  for (const { key, list } of reads) if (list.length > (longest.get(key)?.length ?? -1)) longest.set(key, list)
  for (const { by, key, list } of reads) {
    if (!isSame(list, longest.get(key)!.slice(0, list.length)))
      find('incompatible', `${described(by)}: another read of ${key} is [${longest.get(key)!.join(' ')}]`)
    const last = appends.get(`${key}/${list.at(-1)}`)
    if (last !== undefined && last.by !== by && !last.isLast)
      find('G1b', `${described(by)}: its last value of ${key} is not the last of ${described(last.by)}`)
  }

  const versions = new Map<string, readonly Append[]>()
  for (const [key, list] of longest) {
    const found: Append[] = []
    for (const value of new Set(list)) {
      const append = appends.get(`${key}/${value}`)
      const times = list.filter((other) => other === value).length
      if (append === undefined) find('strange', `${value} is in ${key}, and nobody has appended it`)
      else if (append.by.outcome === 'aborted')
        find('G1a', `${value} is in ${key}: ${described(append.by)} was refused`)
      else found.push(append)
      if (times > 1) find('doubled', `${value} is in ${key} ${times} times`)
    }
    versions.set(key, found)
  }

  const seen = new Map([...longest].map(([key, list]) => [key, new Set(list)]))
  for (const { by, key, value } of appends.values()) {
    if (by.outcome !== 'committed' || seen.get(key)?.has(value)) continue
    const later = reads.find((read) => read.key === key && read.by.startedAt > by.endedAt)
    if (later !== undefined)
      find('lost', `${value} is not in ${key}: ${described(by)} had ended when T${later.by.id} read it`)
  }
  const counted = reads.map(({ by, key, list }) => {
    const values = new Set(list)
    return { by, key, length: versions.get(key)!.filter(({ value }) => values.has(value)).length }
  })
  return { orders: { versions, reads: counted }, anomalies }
}

/** By `key/value`. */
function appendsOf(history: History): ReadonlyMap<string, Append> {
  const appends = new Map<string, Append>()
  for (const by of history) {
    const later = new Set<string>()
    for (const step of by.steps.toReversed()) {
      if (step.kind === 'read') continue
      const { key, value } = step
      appends.set(`${key}/${value}`, { by, key, value, isLast: !later.has(key) })
      later.add(key)
    }
  }
  return appends
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at])
}
