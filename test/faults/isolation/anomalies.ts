import { cyclesOf } from './cycles.ts'
import { dependenciesOf } from './dependencies.ts'
import { described, type History } from './history.ts'
import { observed } from './observed.ts'

/**
 * What is wrong with a history. G0 to G2 are Adya's (Weak Consistency, 1999): a cycle of transactions that each had to come before
 * the next. `realtime` is one that only closes because a transaction had ended before another began: serialisable, not strictly.
 */
export type AnomalyKind =
  | 'G0' // writes of two transactions stand in different orders in different places
  | 'G1a' // something was read that never happened
  | 'G1b' // something was read that its writer went on to change
  | 'G1c' // two transactions have each seen what the other wrote
  | 'G-single' // one has missed what another wrote, and seen what follows from it: a lost update, a skewed read
  | 'G2' // several have each missed what another wrote: write skew
  | 'internal' // a transaction does not see its own writes
  | 'incompatible' // two reads of a list of which neither begins with the other
  | 'strange' // nobody ever appended what was read
  | 'doubled' // one append is there twice
  | 'lost' // a committed append is missing from a read that began when it had been answered
  | 'realtime'

export interface Anomaly {
  readonly kind: AnomalyKind
  /** For people: which transactions, and what makes one come before the next. */
  readonly text: string
}

/**
 * Checks a history of appends to lists and reads of them. Because values are unique and a list keeps its order, a read tells which
 * writes came before it and in which order; from that follows which transaction depends on which, and no serial order exists where
 * they depend on one another in a circle. The idea is Elle's (Kingsbury, Alvaro: Elle, VLDB 2020). It finds nothing of what was
 * never read: a history should end with a read of every list.
 */
export function anomaliesOf(history: History): readonly Anomaly[] {
  const { orders, anomalies } = observed(history)
  const dependencies = dependenciesOf(history, orders)
  const byId = new Map(history.map((transaction) => [transaction.id, transaction]))
  const cycles = cyclesOf(dependencies).map(({ kind, steps }): Anomaly => {
    const members = steps.map(({ from }) => described(byId.get(from)!))
    const reasons = steps.map(({ from, to, why }) => `T${from} came before T${to}, because ${why}`)
    return { kind, text: [...members, ...reasons].join('\n  ') }
  })
  return [...anomalies, ...cycles]
}

/** How often each kind was found, and an example of each. */
export function summaryOf(anomalies: readonly Anomaly[]): string {
  return [...Map.groupBy(anomalies, ({ kind }) => kind)]
    .map(([kind, found]) => `${found.length} of ${kind}, like\n  ${found[0]!.text}`)
    .join('\n')
}
