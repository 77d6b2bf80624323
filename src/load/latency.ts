import { createHistogram } from 'node:perf_hooks'
import { type Interval, ranksOf } from './interval.ts'

/** Latencies in milliseconds, kept as a high dynamic range histogram: what it gives back is right to three digits. */
export interface Latencies {
  record(ms: number): void
  add(others: Latencies): void
  reset(): void
  readonly count: number
  /** Null where nothing was recorded. */
  summary(): LatencySummary | null
  /** How far chance may have moved each of these; null where nothing was recorded. */
  intervals(): LatencyIntervals | null
  readonly histogram: ReturnType<typeof createHistogram>
}

export interface LatencySummary {
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

export type LatencyIntervals = Readonly<Record<'p50' | 'p95' | 'p99', Interval>>

/** Nothing here takes longer; what does counts as this. */
const longestUs = 3_600_000_000

export function latencies(): Latencies {
  const histogram = createHistogram({ lowest: 1, highest: longestUs, figures: 3 })
  const ms = (us: number) => Math.round(us) / 1000
  return {
    histogram,
    record: (value) => histogram.record(Math.min(longestUs, Math.max(1, Math.round(value * 1000)))),
    add: (others) => histogram.add(others.histogram),
    reset: () => histogram.reset(),
    get count() {
      return histogram.count
    },
    summary: () =>
      histogram.count === 0
        ? null
        : {
            mean: ms(histogram.mean),
            p50: ms(histogram.percentile(50)),
            p90: ms(histogram.percentile(90)),
            p95: ms(histogram.percentile(95)),
            p99: ms(histogram.percentile(99)),
            max: ms(histogram.max),
          },
    intervals() {
      const { count } = histogram
      if (count === 0) return null
      const of = (percent: number) => {
        const { low, high } = ranksOf(percent / 100, count)
        return {
          low: low < 1 ? 0 : ms(histogram.percentile((low / count) * 100)),
          high: high > count ? null : ms(histogram.percentile((high / count) * 100)),
        }
      }
      return { p50: of(50), p95: of(95), p99: of(99) }
    },
  }
}
