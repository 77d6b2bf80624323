import type { Position } from '../../core/bookmark.ts'
import type { Reason } from './counts.ts'
import type { Samples } from './samples.ts'

/** What a read asks of the server that answers it. */
export interface Need {
  /** The position that its caller has seen, 0 for none: nothing older may be shown. */
  readonly position: number
  /** How far it may lag. */
  readonly staleForMs: number
}

/** What is known of a replica. */
export interface Known {
  /** Whether it answers; undefined until it has been asked. */
  readonly isUp: boolean | undefined
  /** How far it had come at least, when it last said so. */
  readonly position: Position | undefined
  /** When that question was sent. */
  readonly askedMs: number
}

/** What is known of the primary. */
export interface Standing {
  readonly samples: Samples
  /** The present, and the moment up to which the primary may have gone on: earlier than the present when it is lost. */
  readonly nowMs: number
  readonly freshMs: number
}

/** Whether a replica will do: now, later but within `budgetMs`, or why not. */
export function verdictOf(
  replica: Known,
  need: Need,
  { samples, nowMs, freshMs }: Standing,
  budgetMs: number,
): 'ready' | 'later' | Reason {
  const { isUp, position: at, askedMs } = replica
  const orLater = (reason: Reason, afterMs = 0) => (budgetMs > afterMs ? 'later' : reason)
  if (isUp === undefined) return orLater('down')
  if (!isUp || at === undefined) return 'down'
  if (at.epoch !== samples.epoch) return 'history'
  // What it lagged by when it was asked, at least: so long ago the primary had come to something that it had not.
  const lagMs = Math.max(0, askedMs - (samples.passedMs(at.position) ?? askedMs))
  if (at.position < need.position) {
    const reachedMs = samples.reachedMs(need.position) ?? nowMs
    return orLater('behind', reachedMs + lagMs - nowMs)
  }
  const coveredMs = samples.coveredMs(at.position)
  if (coveredMs !== undefined && freshMs - coveredMs <= need.staleForMs) return 'ready'
  // It may be that nobody has been asked for a while.
  return lagMs > need.staleForMs || freshMs < nowMs ? 'stale' : orLater('stale')
}

/** Of several reasons the one that says most: what kept those from it that came closest. */
export function reasonOf(verdicts: readonly Reason[]): Reason {
  return (['behind', 'stale', 'history'] as const).find((reason) => verdicts.includes(reason)) ?? 'down'
}
