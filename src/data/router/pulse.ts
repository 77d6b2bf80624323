import type { Scheduler } from '../../core/scheduler.ts'

export interface PulseOptions {
  readonly scheduler: Scheduler
  readonly busyMs: number
  readonly idleMs: number
  /** Goes on as busy for so long after it was last woken. */
  readonly busyForMs: number
  readonly beat: () => void
}

export interface Pulse {
  /** There is something to do. */
  wake(): void
  stop(): void
}

/** Runs `beat` again and again: often while there is something to do, seldom otherwise. The first one is now. */
export function pulse({ scheduler, busyMs, idleMs, busyForMs, beat }: PulseOptions): Pulse {
  let wokenMs = scheduler.monotonicMs()
  let isBusy = false
  let callOff = () => {}
  const go = () => {
    beat()
    isBusy = scheduler.monotonicMs() - wokenMs <= busyForMs
    callOff = scheduler.after(isBusy ? busyMs : idleMs, go)
  }
  go()
  return {
    wake() {
      wokenMs = scheduler.monotonicMs()
      if (isBusy) return
      callOff()
      go()
    },
    stop: () => callOff(),
  }
}
