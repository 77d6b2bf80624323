import type { Deadline } from '../../core/deadline.ts'
import type { Scheduler } from '../../core/scheduler.ts'
import type { Need } from './verdict.ts'

export interface WaitingOptions<Found> {
  readonly scheduler: Scheduler
  /** So long anybody waits. */
  readonly waitForMs: number
  /** What there is for a need; undefined while there may be something within the budget. */
  readonly find: (need: Need, budgetMs: number) => Found | undefined
  /** Asks all servers how far they have come. */
  readonly ask: () => void
}

export interface WaitingRoom<Found> {
  /** Never longer than the budget or the deadline. */
  wait(need: Need, deadline: Deadline): Promise<Found>
  /** Something has changed: who waits may find what it needs. */
  look(): void
}

/** Servers are asked again after so long while anybody waits. */
const askEveryMs = 3

/** Where reads wait for a replica to come as far as they need. The servers are asked for all of them together. */
export function waitingRoom<Found>(options: WaitingOptions<Found>): WaitingRoom<Found> {
  const { scheduler, waitForMs, find, ask } = options
  const waiting = new Set<() => void>()
  let isAsking = false

  const askOn = () => {
    isAsking = waiting.size > 0
    if (!isAsking) return
    ask()
    scheduler.after(askEveryMs, askOn)
  }

  return {
    wait: (need, deadline) =>
      new Promise((resolve) => {
        const untilMs = scheduler.monotonicMs() + Math.min(waitForMs, deadline.remainingMs())
        const look = () => {
          const found = find(need, untilMs - scheduler.monotonicMs())
          if (found === undefined) return
          callOff()
          waiting.delete(look)
          resolve(found)
        }
        const callOff = scheduler.after(untilMs - scheduler.monotonicMs(), look)
        waiting.add(look)
        if (!isAsking) askOn()
      }),
    look() {
      for (const look of [...waiting]) look()
    },
  }
}
