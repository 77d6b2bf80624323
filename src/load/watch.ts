import type { Second } from './report.ts'
import type { World } from './run.ts'
import { isSaturated } from './saturation.ts'
import type { Tally } from './tally.ts'
import type { Crowd } from './visit.ts'

/** Looks at the run once a second, until it is told to end. */
export function everySecond({ scheduler, readings, onSecond }: World, tally: Tally, crowd: Crowd) {
  const startMs = scheduler.monotonicMs()
  const series: Second[] = []
  const elapsed = () => Math.round(scheduler.monotonicMs() - startMs) / 1000
  const look = () => {
    const at = elapsed()
    const seconds = at - (series.at(-1)?.at ?? 0)
    const now = { ...tally.endSecond(), at, seconds, inFlight: crowd.inFlight, readings: readings() }
    const second = { ...now, isGeneratorSaturated: isSaturated(now) }
    series.push(second)
    onSecond?.(second)
  }
  readings() // What was before the start is not to be told.
  let cancel = () => {}
  const next = (at: number) => {
    cancel = scheduler.after(Math.max(0, startMs + at * 1000 - scheduler.monotonicMs()), () => {
      look()
      next(at + 1)
    })
  }
  next(1)
  return {
    elapsed,
    /** The last one is shorter than a second. */
    end(): readonly Second[] {
      cancel()
      look()
      return series
    },
  }
}
