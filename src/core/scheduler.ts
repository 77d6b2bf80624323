/** When things run. Everything in the runtime that waits does so through a scheduler, so that a test can decide the order. */
export interface Scheduler {
  /** Milliseconds on a clock that never goes back; its zero means nothing. */
  monotonicMs(): number
  /** Runs the task at the end of this turn of the event loop, after the sockets that are ready now have been read. */
  immediate(task: () => void): void
  /** Runs the task once, no earlier than after the delay. The returned function calls it off. Never keeps a process alive. */
  after(delayMs: number, task: () => void): () => void
}

export const systemScheduler: Scheduler = {
  monotonicMs: () => performance.now(),
  immediate: (task) => {
    setImmediate(task)
  },
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
