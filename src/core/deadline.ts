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

/** Something that waits for an answer until a deadline. */
export interface Waiting {
  /** The answer has come. */
  end(): void
}

/**
 * Calls `passed` when the deadline is over, unless the waiting has ended before. Deadlines that are far away share a timer for
 * a tenth of a second, because nearly all requests are answered long before and a timer for each costs them microseconds.
 */
export function waitUntil(deadline: Deadline, scheduler: Scheduler, passed: () => void): Waiting {
  const remainingMs = deadline.remainingMs()
  if (remainingMs < sharedFromMs) return { end: scheduler.after(Math.max(0, remainingMs), passed) }
  let groups = groupsOf.get(scheduler)
  if (groups === undefined) {
    groups = new Map()
    groupsOf.set(scheduler, groups)
  }
  const key = Math.ceil(deadline.atMs / sharedMs)
  let group = groups.get(key)
  if (group === undefined) {
    group = new Set()
    groups.set(key, group)
    scheduler.after(key * sharedMs - deadline.atMs + remainingMs, () => {
      const waiting = groups.get(key)!
      groups.delete(key)
      for (const one of waiting) one.passed()
    })
  }
  return new SharedWaiting(group, passed)
}

const sharedMs = 100
const sharedFromMs = 2_000
const groupsOf = new WeakMap<Scheduler, Map<number, Set<SharedWaiting>>>()

class SharedWaiting implements Waiting {
  readonly passed: () => void
  #group: Set<SharedWaiting>

  constructor(group: Set<SharedWaiting>, passed: () => void) {
    this.passed = passed
    this.#group = group
    group.add(this)
  }

  end(): void {
    this.#group.delete(this)
  }
}
