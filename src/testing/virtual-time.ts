import { timestampOf } from '../app/timestamp.ts'
import { type Clock, clockFrom } from '../core/clock.ts'
import { durationMs } from '../core/duration.ts'
import type { Scheduler } from '../core/scheduler.ts'

/** The time of a test app. It stands still until the test moves it. */
export interface TestClock extends Clock {
  /** Lets this much time pass: `'15m'`. What falls due in it, deadlines and timers, happens in order, each at its moment. */
  advance(duration: string): Promise<void>
  /**
   * Makes it this time, a timestamp. A later one comes at once, as to a machine that slept until then: what fell due happens
   * now, and what repeats does so once. An earlier one is as if somebody had set the clock back: what waits goes on waiting.
   */
  set(timestamp: string): Promise<void>
}

export interface VirtualTime {
  readonly clock: TestClock
  /** Timers follow the clock; immediate tasks run by themselves, as they do in production. */
  readonly scheduler: Scheduler
  /** To be called with each request. No two come at one moment, so that rows that they make have an order. */
  nextRequest(): void
}

export function virtualTime(startMs: number): VirtualTime {
  const timers = new Set<Timer>()
  let offsetMs = startMs
  let monotonicMs = 0
  let immediates = 0
  let lastRequestMs = Number.NaN
  let moving: Promise<void> = Promise.resolve()

  const nextTimer = (untilMs: number): Timer | undefined => {
    let next: Timer | undefined
    for (const timer of timers)
      if (timer.atMs <= untilMs && (next === undefined || timer.atMs < next.atMs)) next = timer
    return next
  }

  /** Runs the next timer that is due by then, at its moment if that is still ahead; false if there is none. */
  const step = (untilMs: number): boolean => {
    const timer = nextTimer(untilMs)
    monotonicMs = Math.max(monotonicMs, timer?.atMs ?? untilMs)
    if (timer === undefined) return false
    timers.delete(timer)
    timer.task()
    return true
  }

  /** Until nothing of the app is ready to run any more. */
  const settled = async (turnsLeast: number) => {
    for (let turns = 0; turns < turnsLeast || (immediates > 0 && turns < turnsMost); turns++) {
      await new Promise(setImmediate)
    }
  }

  const runUntil = async (untilMs: number) => {
    while (step(untilMs)) await settled(1)
  }

  /** One move at a time, in the order in which they were asked for. */
  const move = (how: () => Promise<void>): Promise<void> => {
    const moved = moving.then(async () => {
      await settled(requestTurns)
      await how()
    })
    moving = moved.catch(() => {})
    return moved
  }

  const epochMs = () => offsetMs + monotonicMs
  return {
    clock: {
      ...clockFrom(epochMs),
      advance(duration) {
        const ms = durationMs(duration)
        if (ms < 0)
          throw new TypeError(`advance takes no ${JSON.stringify(duration)}; clock.set(clock.in(…)) goes back`)
        return move(() => runUntil(monotonicMs + ms))
      },
      set(timestamp) {
        const toMs = timestampMs(timestamp)
        return move(async () => {
          const aheadMs = toMs - epochMs()
          if (aheadMs < 0) offsetMs += aheadMs
          else monotonicMs += aheadMs
          await runUntil(monotonicMs)
          // The next request is the first at this moment, whatever was before.
          lastRequestMs = Number.NaN
        })
      },
    },
    scheduler: {
      monotonicMs: () => monotonicMs,
      immediate(task) {
        immediates++
        setImmediate(() => {
          immediates--
          task()
        })
      },
      after(delayMs, task) {
        const timer = { atMs: monotonicMs + delayMs, task }
        timers.add(timer)
        return () => {
          timers.delete(timer)
        }
      },
    },
    nextRequest() {
      const untilMs = monotonicMs + 1
      if (lastRequestMs === epochMs()) while (step(untilMs));
      lastRequestMs = epochMs()
    },
  }
}

interface Timer {
  readonly atMs: number
  readonly task: () => void
}

/** A request that was sent just before reaches its handler within these turns of the event loop, since no socket is between. */
const requestTurns = 10
/** Then somebody keeps the app busy, and time passes nevertheless. */
const turnsMost = 1_000

/** Milliseconds since 1970 of a timestamp. Throws a TypeError on anything else. */
export function timestampMs(text: string): number {
  const timestamp = timestampOf(text)
  if (timestamp === undefined) {
    throw new TypeError(`${JSON.stringify(text)} is not a timestamp; write '2030-01-01T08:00:00.000Z'`)
  }
  return Date.parse(timestamp)
}
