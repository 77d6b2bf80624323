import { type Figures, type Goal, type Metric, metrics, type Verdict, verdictOf } from '../measure/goal.ts'
import type { Limit } from '../measure/limit.ts'
import type { Surroundings } from '../measure/machine.ts'
import type { Pair } from '../measure/pairs.ts'
import type { Stall } from '../measure/stalls.ts'
import { geometricMean, intervalOfRatios, type RatioInterval } from '../measure/statistics.ts'
import { isByHand, type Versus } from '../measure/versus.ts'
import type { PairWork, StallWork, StartWork, VersusWork } from '../works/work.ts'

/** What is kept of a run, as `results/NAME.json`: everything that its page and its chart are made from. */
export type Result = ComparedResult | VersusResult | LimitResult | StallResult

export type ComparedResult = Heading & {
  readonly kind: 'compared'
  readonly a: string
  readonly b: string
  readonly connections?: number
  readonly comparisons: readonly Comparison[]
  readonly goals: readonly (Goal & { readonly verdict: Verdict })[]
  readonly pairs: readonly Pair[]
}

export type VersusResult = Heading & {
  readonly kind: 'versus'
  readonly a: string
  readonly connections: number
  readonly opponents: readonly MeasuredOpponent[]
  readonly qualifying: Versus['qualifying']
  readonly rounds: Versus['rounds']
}

/** Beside whom A was measured in full, why, and what came out. */
export type MeasuredOpponent = {
  readonly name: string
  readonly is: readonly string[]
  readonly comparisons: readonly Comparison[]
  readonly goals: readonly (Goal & { readonly verdict: Verdict })[]
}

export type LimitResult = Heading & { readonly kind: 'limit'; readonly limits: readonly Limit[] }

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
  const comparisons = comparisonsOf(pairs)
  const goals = verdictsOf(work.name, work.goals, comparisons)
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

/** The goals are about the best by hand: whose requests cost least, and who answers most of them, over all rounds. */
export const versusResult = (work: VersusWork, heading: Heading, { qualifying, rounds }: Versus): VersusResult => {
  const measured = rounds[0]!.opponents.map(([name], at) => ({
    opponent: work.opponents.find(({ subject }) => subject.name === name)!,
    comparisons: comparisonsOf(rounds.map(({ a, opponents }) => ({ a, b: opponents[at]![1] }))),
  }))
  const byHand = measured.filter(({ opponent }) => isByHand(opponent))
  const bestBy = (metric: Metric, sign: 1 | -1) =>
    byHand.toSorted((one, other) => sign * (figureOf(one, metric) - figureOf(other, metric)))[0]
  const [cheapest, fastest] = [bestBy('cpuMicroseconds', 1), bestBy('requestsPerSecond', -1)]
  return {
    ...heading,
    kind: 'versus',
    a: work.a.subject.name,
    connections: work.connections,
    opponents: measured.map((one) => {
      const { opponent, comparisons } = one
      const isGenerated = opponent.role === 'generated'
      const goals = [
        ...work.goals.best.filter(({ metric }) => one === (metric === 'cpuMicroseconds' ? cheapest : fastest)),
        ...(isGenerated ? work.goals.generated : []),
      ]
      const is = [
        ...(one === cheapest ? ['least CPU by hand'] : []),
        ...(one === fastest ? ['most requests by hand'] : []),
        ...(isGenerated ? ['generated'] : []),
      ]
      return { name: opponent.subject.name, is, comparisons, goals: verdictsOf(work.name, goals, comparisons) }
    }),
    qualifying,
    rounds,
  }
}

const figureOf = ({ comparisons }: { readonly comparisons: readonly Comparison[] }, metric: Metric): number =>
  comparisons.find((comparison) => comparison.metric === metric)!.b

export const limitResult = (heading: Heading, limits: readonly Limit[]): LimitResult => ({
  ...heading,
  kind: 'limit',
  limits,
})

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

type Sides = Pick<Pair, 'a' | 'b'>

const comparisonsOf = (pairs: readonly Sides[]): readonly Comparison[] =>
  (Object.keys(metrics) as Metric[]).flatMap((metric) => comparisonOf(metric, pairs))

const verdictsOf = (name: string, goals: readonly Goal[], comparisons: readonly Comparison[]) =>
  goals.map((goal) => {
    const comparison = comparisons.find(({ metric }) => metric === goal.metric)
    if (comparison === undefined) throw new Error(`${name} has a goal on ${goal.metric}, which it does not measure.`)
    return { ...goal, verdict: verdictOf(goal, comparison.ratio) }
  })

const comparisonOf = (metric: Metric, pairs: readonly Sides[]): readonly Comparison[] => {
  const of = (side: (pair: Sides) => Figures) => pairs.map((pair) => side(pair)[metric])
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
