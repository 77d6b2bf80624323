import { seededRandom } from './random.ts'
import type { Scheduler } from './scheduler.ts'

/**
 * A scheduler over virtual time whose order is drawn from the seed: whatever is ready may run next, and the same seed gives
 * the same order. Nothing runs by itself, only inside `run` and `runUntilIdle`; an error of a task rejects them.
 */
export function seededScheduler(seed: number): SeededScheduler {
  const random = seededRandom(seed)
  const waiting = new Set<Task>()
  let nowMs = 0

  const add = (atMs: number, run: () => void) => {
    const task = { atMs, run }
    waiting.add(task)
    return () => {
      waiting.delete(task)
    }
  }

  /** Runs one task that is due by then, moving the time to the next one where none is ready. */
  const step = (untilMs: number) => {
    const nextMs = Math.min(...Array.from(waiting, ({ atMs }) => atMs))
    if (waiting.size === 0 || nextMs > untilMs) return false
    nowMs = Math.max(nowMs, nextMs)
    const ready = [...waiting].filter(({ atMs }) => atMs <= nowMs)
    const task = ready[random.below(ready.length)]!
    waiting.delete(task)
    task.run()
    return true
  }

  const runUntil = async (untilMs: number, tasksMax: number) => {
    await settled()
    for (let tasks = 0; step(untilMs); tasks++) {
      if (tasks === tasksMax) throw new Error(`Seed ${seed}: still busy after ${tasksMax} tasks`)
      await settled()
    }
  }

  return {
    monotonicMs: () => nowMs,
    immediate: (task) => {
      add(nowMs, task)
    },
    after: (delayMs, task) => add(nowMs + delayMs, task),
    run: async (durationMs) => {
      const untilMs = nowMs + durationMs
      await runUntil(untilMs, tasksMost)
      nowMs = untilMs
    },
    runUntilIdle: (tasksMax = tasksMost) => runUntil(Number.POSITIVE_INFINITY, tasksMax),
    get waiting() {
      return waiting.size
    },
  }
}

export interface SeededScheduler extends Scheduler {
  /** Lets this much virtual time pass, with everything that falls due in it. */
  run(durationMs: number): Promise<void>
  /** Runs until no task is left, timers included. Rejects after `tasksMax` (100,000) tasks: something schedules itself for ever. */
  runUntilIdle(tasksMax?: number): Promise<void>
  /** How many tasks have neither run nor been called off. */
  readonly waiting: number
}

interface Task {
  readonly atMs: number
  readonly run: () => void
}

const tasksMost = 100_000

/**
 * Promise reactions run to their end before the next task, as they do between two tasks of Node's event loop. A real
 * immediate ends only after the last of them, however long the chain; counting turns would cut long chains in two.
 */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
