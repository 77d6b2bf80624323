import { durationMs } from '../core/duration.ts'
import type { Scheduler } from '../core/scheduler.ts'
import type { Chance } from './chance.ts'

/** How long somebody thinks: always so long, `'2s'`, or at random with this mean (exponential), `{ mean: '2s' }`. */
export type Think = string | { readonly mean: string }

/** One pause, in milliseconds. Throws a TypeError for what is no duration. */
export function thinkMs(think: Think, random: Chance): number {
  if (typeof think === 'string') return durationMs(think)
  return -Math.log(1 - random.next()) * durationMs(think.mean)
}

/** The time in which a load begins new visits. When it is over nobody waits any more: whoever is under way goes on at once. */
export interface Stage {
  readonly isOver: boolean
  wait(ms: number): Promise<void>
  end(): void
}

export function stage(scheduler: Scheduler): Stage {
  const waiting = new Set<() => void>()
  let isOver = false
  return {
    get isOver() {
      return isOver
    },
    wait: (ms) =>
      new Promise((resolve) => {
        if (isOver) return resolve()
        const cancel = scheduler.after(Math.max(0, ms), () => {
          waiting.delete(goOn)
          resolve()
        })
        const goOn = () => {
          cancel()
          resolve()
        }
        waiting.add(goOn)
      }),
    end() {
      isOver = true
      for (const goOn of waiting) goOn()
      waiting.clear()
    },
  }
}
