/** Why a read that might have gone to a replica was answered by the primary. */
export type Reason =
  /** Its resource declares no freshness, so no reader may lag. */
  | 'undeclared'
  /** A transaction decides on it. */
  | 'decided'
  /** The caller has seen another history of the data than the one that there is now. */
  | 'history'
  /** The caller has seen more than the primary is known to have. */
  | 'ahead'
  /** No replica had what the caller has seen, nor would have in time. */
  | 'behind'
  /** Every replica lagged more than the resource allows. */
  | 'stale'
  /** No replica was there. */
  | 'down'
  /** It failed where it was sent first. */
  | 'failed'

/** Reads by where they went. They only grow. */
export interface Counts {
  /** By the name of the replica. */
  readonly replicas: Readonly<Record<string, number>>
  readonly primary: Readonly<Record<Reason, number>>
  /** How many of them waited for a replica to come as far as was needed. */
  readonly waited: number
}

export class Counting implements Counts {
  readonly replicas: Record<string, number> = {}
  readonly primary: Record<Reason, number> = {
    undeclared: 0,
    decided: 0,
    history: 0,
    ahead: 0,
    behind: 0,
    stale: 0,
    down: 0,
    failed: 0,
  }
  waited = 0
}
