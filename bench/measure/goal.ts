import type { RatioInterval } from './statistics.ts'

/**
 * Whether a goal is met: `>= x` when the lower end of the interval is at or above x, `<= x` when its upper end is at or
 * below x. What the interval leaves open is missed, whatever its middle says.
 */
export const verdictOf = (goal: Goal, interval: RatioInterval): Verdict =>
  (goal.is === '>=' ? interval.low >= goal.value : interval.high <= goal.value) ? 'met' : 'missed'

export type Goal = { readonly metric: Metric; readonly is: '<=' | '>='; readonly value: number }
export type Verdict = 'met' | 'missed'

/**
 * The figures that a run can give. The processor time per request is that of the app and, where the rows are on a server of their
 * own, of that server as well; both are then told apart, too. Every figure is compared as a ratio of the two sides of a pair.
 */
export const metrics = {
  cpuMicroseconds: { title: 'CPU µs per request', digits: 1 },
  appMicroseconds: { title: 'CPU µs of the app', digits: 1 },
  databaseMicroseconds: { title: 'CPU µs of the database', digits: 1 },
  requestsPerSecond: { title: 'requests per second', digits: 0 },
  p50Ms: { title: 'p50 in ms', digits: 3 },
  p99Ms: { title: 'p99 in ms', digits: 3 },
  firstAnswerMs: { title: 'first answer after, ms', digits: 0 },
  pssMegabytes: { title: 'memory (PSS) in MB', digits: 1 },
  rssMegabytes: { title: 'memory (RSS) in MB', digits: 1 },
} as const satisfies Record<string, { readonly title: string; readonly digits: number }>

export type Metric = keyof typeof metrics
/** What one run of one side measured; what it did not measure is absent. */
export type Figures = { readonly [M in Metric]?: number }
