import type { History } from './history.ts'
import type { Orders } from './observed.ts'

/** One transaction had to come before another. */
export interface Dependency {
  readonly from: number
  readonly to: number
  /** `ww`: it wrote what the other wrote over; `wr`: wrote what the other read; `rw`: read what the other wrote over; `rt`: had ended. */
  readonly kind: 'ww' | 'wr' | 'rw' | 'rt'
  /** `it appended 3 to x and the other 4 behind it` */
  readonly why: string
}

/** Of the transactions that took place: those that were committed, and those of unknown outcome whose appends were seen. */
export function dependenciesOf(history: History, { versions, reads }: Orders): readonly Dependency[] {
  const dependencies: Dependency[] = []
  const add = (kind: Dependency['kind'], from: number, to: number, why: string) => {
    if (from !== to) dependencies.push({ kind, from, to, why })
  }
  for (const [key, appends] of versions) {
    appends.forEach((append, at) => {
      const next = appends[at + 1]
      if (next !== undefined)
        add(
          'ww',
          append.by.id,
          next.by.id,
          `it appended ${append.value} to ${key} and the other ${next.value} behind it`,
        )
    })
  }
  for (const { by, key, length } of reads) {
    const appends = versions.get(key)!
    const [last, next] = [appends[length - 1], appends.slice(length).find((append) => append.by !== by)]
    if (last !== undefined)
      add('wr', last.by.id, by.id, `it appended ${last.value} to ${key} and the other has read it`)
    if (next !== undefined)
      add('rw', by.id, next.by.id, `it read ${key} without ${next.value}, which the other appended`)
  }
  const seen = new Set([...versions.values()].flat().map(({ by }) => by.id))
  const took = history.filter(({ id, outcome }) => outcome === 'committed' || (outcome === 'unknown' && seen.has(id)))
  for (const { from, to } of realTime(took)) add('rt', from, to, 'it had ended when the other began')
  return dependencies
}

/** Who had ended before whom began: only those pairs from which all others follow. */
function realTime(transactions: History): readonly { readonly from: number; readonly to: number }[] {
  const found: { from: number; to: number }[] = []
  const starts = transactions.map((one) => ({ at: one.startedAt, one, isEnd: false }))
  const ends = transactions.map((one) => ({ at: one.endedAt, one, isEnd: true }))
  /** Those that have ended, and behind whose end nobody who has ended began. */
  let frontier: History = []
  const behind = new Map<number, ReadonlySet<number>>()
  // At the same moment one begins before another ends: they ran beside each other.
  for (const { one, isEnd } of [...starts, ...ends].toSorted(
    (a, b) => a.at - b.at || Number(a.isEnd) - Number(b.isEnd),
  )) {
    if (!isEnd) {
      behind.set(one.id, new Set(frontier.map(({ id }) => id)))
      for (const { id } of frontier) found.push({ from: id, to: one.id })
      continue
    }
    const covered = behind.get(one.id)!
    frontier = [...frontier.filter(({ id }) => !covered.has(id)), one]
  }
  return found
}
