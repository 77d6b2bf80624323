import type { Scheduler } from './scheduler.ts'

/** The moment after which nobody waits for the answer any more. Travels between processes as remaining milliseconds. */
export interface Deadline {
  /** On the scheduler's monotonic clock, in milliseconds. */
  readonly atMs: number
  remainingMs(): number
}

export function deadlineIn(timeoutMs: number, scheduler: Scheduler): Deadline {
  const atMs = scheduler.monotonicMs() + timeoutMs
  return { atMs, remainingMs: () => atMs - scheduler.monotonicMs() }
}

/** The earlier of a deadline and a limit of one's own. */
export function within(deadline: Deadline, timeoutMs: number, scheduler: Scheduler): Deadline {
  return deadline.remainingMs() <= timeoutMs ? deadline : deadlineIn(timeoutMs, scheduler)
}
