import { type Figures, type Goal, type Metric, metrics, type Verdict, verdictOf } from '../measure/goal.ts'
import type { Surroundings } from '../measure/machine.ts'
import type { Pair } from '../measure/pairs.ts'
import type { Stall } from '../measure/stalls.ts'
import { geometricMean, intervalOfRatios, type RatioInterval } from '../measure/statistics.ts'
import type { PairWork, StallWork, StartWork } from '../works/work.ts'

/** What is kept of a run, as `results/NAME.json`: everything that its page and its chart are made from. */
export type Result = ComparedResult | StallResult

export type ComparedResult = Heading & {
  readonly kind: 'compared'
  readonly a: string
  readonly b: string
  readonly connections?: number
  readonly comparisons: readonly Comparison[]
  readonly goals: readonly (Goal & { readonly verdict: Verdict })[]
  readonly pairs: readonly Pair[]
}

export type StallResult = Heading & {
  readonly kind: 'stall'
  readonly goalMs: number
  readonly verdict: Verdict
  readonly stalls: readonly Stall[]
}

/** One metric of both sides: the geometric mean of each, and the ratio A / B with its interval. */
export type Comparison = {
  readonly metric: Metric
  readonly a: number
  readonly b: number
  readonly ratio: RatioInterval
}

export type Heading = {
  readonly name: string
  readonly title: string
  readonly date: string
  readonly command: string
  readonly learned?: string
} & Surroundings

export const comparedResult = (
  work: PairWork | StartWork,
  heading: Heading,
  pairs: readonly Pair[],
): ComparedResult => {
  const comparisons = (Object.keys(metrics) as Metric[]).flatMap((metric) => comparisonOf(metric, pairs))
  const goals = work.goals.map((goal) => {
    const comparison = comparisons.find(({ metric }) => metric === goal.metric)
    if (comparison === undefined)
      throw new Error(`${work.name} has a goal on ${goal.metric}, which it does not measure.`)
    return { ...goal, verdict: verdictOf(goal, comparison.ratio) }
  })
  const sides = work.kind === 'pair' ? [sideName(work, 'a'), sideName(work, 'b')] : [work.a.name, work.b.name]
  return {
    ...heading,
    kind: 'compared',
    a: sides[0]!,
    b: sides[1]!,
    ...(work.kind === 'pair' ? { connections: work.connections } : {}),
    comparisons,
    goals,
    pairs,
  }
}

export const stallResult = (work: StallWork, heading: Heading, stalls: readonly Stall[]): StallResult => ({
  ...heading,
  kind: 'stall',
  goalMs: work.goalMs,
  verdict: stalls.every(({ longestMs }) => longestMs <= work.goalMs) ? 'met' : 'missed',
  stalls,
})

/** Where both sides are one program, what it is asked tells them apart. */
const sideName = (work: PairWork, side: 'a' | 'b'): string => {
  const { subject, plan } = work[side]
  return work.a.subject.name === work.b.subject.name ? `${subject.name}, ${plan.method} ${plan.path}` : subject.name
}

const comparisonOf = (metric: Metric, pairs: readonly Pair[]): readonly Comparison[] => {
  const of = (side: (pair: Pair) => Figures) => pairs.map((pair) => side(pair)[metric])
  const [a, b] = [of((pair) => pair.a), of((pair) => pair.b)]
  const both = a.flatMap((value, n) => (value === undefined || b[n] === undefined ? [] : [{ a: value, b: b[n] }]))
  if (both.length === 0) return []
  return [
    {
      metric,
      a: geometricMean(both.map((pair) => pair.a)),
      b: geometricMean(both.map((pair) => pair.b)),
      ratio: intervalOfRatios(both.map((pair) => pair.a / pair.b)),
    },
  ]
}
