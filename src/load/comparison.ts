import { allRequests } from './expectation.ts'
import { type Interval, overlap, rateInterval, shareInterval } from './interval.ts'
import type { LatencyIntervals } from './latency.ts'
import type { Figures, LoadReport, ProfileFacts } from './report.ts'

/** Two reports of the same load beside each other. */
export interface Comparison {
  readonly rows: readonly ComparedFigure[]
  /** In words, one sentence. */
  readonly verdict: string
  /** What the ratios have to be read with. */
  readonly cautions: readonly string[]
}

export interface ComparedFigure {
  readonly name: string
  readonly figure: 'rate' | 'p50' | 'p95' | 'p99' | 'errors'
  readonly earlier: number
  readonly now: number
  /** Now by earlier; null where the earlier is zero. */
  readonly ratio: number | null
  /** `unclear`: it differs, and chance may have made that. */
  readonly verdict: 'better' | 'worse' | 'same' | 'unclear'
}

/** What differs by less is not worth a word, even where chance cannot have made it. */
const band = 0.1

export function comparisonOf(now: LoadReport, earlier: LoadReport): Comparison {
  const before = new Map(earlier.requests.map((figures) => [figures.name, figures]))
  const pairs = [
    [now.all, earlier.all] as const,
    ...now.requests.flatMap((figures) => {
      const known = before.get(figures.name)
      return known === undefined ? [] : [[figures, known] as const]
    }),
  ]
  const rows = pairs.flatMap(([left, right]) => rowsOf(left, right))
  return { rows, verdict: verdictOf(rows), cautions: cautionsOf(now, earlier) }
}

/** In what two profiles differ, in words; empty where they are the same load. The seed is no difference: only chance is another. */
export function differencesOf(now: ProfileFacts, earlier: ProfileFacts): readonly string[] {
  const parts = (['name', 'model', 'durationMs', 'timeoutMs', 'retries'] as const).flatMap((part) => {
    const [here, there] = [now[part], earlier[part]].map((value) => JSON.stringify(value))
    return here === there ? [] : [`${part} was ${there} and is ${here}`]
  })
  const names = new Set([...now.scenarios, ...earlier.scenarios].map(({ name }) => name))
  const scenarios = [...names].flatMap((name) => {
    const [here, there] = [now, earlier].map(({ scenarios }) => scenarios.find((scenario) => scenario.name === name))
    if (here === undefined) return [`there is no scenario ${name} any more`]
    if (there === undefined) return [`the scenario ${name} is new`]
    return JSON.stringify(here) === JSON.stringify(there) ? [] : [`the scenario ${name} has changed`]
  })
  return [...parts, ...scenarios]
}

function rowsOf(now: Figures, earlier: Figures): readonly ComparedFigure[] {
  const row = (figure: ComparedFigure['figure'], measured: (figures: Figures) => Measured | null) => {
    const [left, right] = [measured(now), measured(earlier)]
    return left === null || right === null ? [] : [compared({ name: now.name, figure }, left, right)]
  }
  return [
    ...row('rate', ({ rate, count }) => ({ value: rate, interval: rateInterval(rate, count) })),
    ...(['p50', 'p95', 'p99'] as const).flatMap((figure) => row(figure, (figures) => latencyOf(figure, figures))),
    ...row('errors', ({ errors, count }) => ({
      value: count === 0 ? 0 : errors / count,
      interval: shareInterval(errors, count),
    })),
  ]
}

interface Measured {
  readonly value: number
  readonly interval: Interval
}

function latencyOf(figure: keyof LatencyIntervals, { latencyMs, latencyIntervalsMs }: Figures): Measured | null {
  if (latencyMs === null || latencyIntervalsMs === null) return null
  return { value: latencyMs[figure], interval: latencyIntervalsMs[figure] }
}

function compared(of: Pick<ComparedFigure, 'name' | 'figure'>, now: Measured, earlier: Measured): ComparedFigure {
  const ratio = earlier.value === 0 ? null : now.value / earlier.value
  const isSame = ratio === null ? now.value === 0 : Math.abs(ratio - 1) <= band
  // Of a rate, more is better; of everything else, less.
  const isBetter = now.value > earlier.value === (of.figure === 'rate')
  const isChance = overlap(now.interval, earlier.interval)
  const verdict = isSame ? 'same' : isChance ? 'unclear' : isBetter ? 'better' : 'worse'
  return { ...of, earlier: earlier.value, now: now.value, ratio, verdict }
}

/** What all requests together say comes first, then what single ones do. */
function verdictOf(rows: readonly ComparedFigure[]): string {
  const said = (verdict: 'better' | 'worse') => {
    const found = rows.filter((row) => row.verdict === verdict)
    const all = found.filter(({ name }) => name === allRequests)
    return (all.length > 0 ? all : found).map(({ name, figure }) =>
      name === allRequests ? figure : `${figure} of ${name}`,
    )
  }
  const [better, worse] = [said('better'), said('worse')]
  if (better.length === 0 && worse.length === 0) {
    return rows.some(({ name, verdict }) => name === allRequests && verdict === 'unclear')
      ? 'Not told apart: what differs may be chance. More requests would tell more.'
      : 'About the same: nothing differs by more than 10 % that chance does not explain.'
  }
  if (worse.length === 0) return `Better: ${listed(better)}; nothing is worse.`
  if (better.length === 0) return `Worse: ${listed(worse)}; nothing is better.`
  return `Mixed: better ${listed(better)}; worse ${listed(worse)}.`
}

function listed(names: readonly string[]): string {
  return names.length <= 1 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function cautionsOf(now: LoadReport, earlier: LoadReport): readonly string[] {
  const machines = [now, earlier].map(({ surroundings }) => JSON.stringify(surroundings.machine))
  const both = [
    { report: now, which: 'This run' },
    { report: earlier, which: 'The earlier run' },
  ]
  return [
    ...(machines[0] === machines[1]
      ? []
      : ['The machines differ: the ratios say as much about them as about the app.']),
    ...differencesOf(now.profile, earlier.profile).map((difference) => `Another load: ${difference}.`),
    ...both.flatMap(({ report, which }) =>
      report.cutShort === null ? [] : [`${which} was cut short: ${report.cutShort}.`],
    ),
    ...both.flatMap(({ report: { saturation }, which }) =>
      saturation.generatorSaturatedSeconds === 0
        ? []
        : [
            `${which} had a saturated generator for ${saturation.generatorSaturatedSeconds} s: its latencies are partly its own.`,
          ],
    ),
    ...both.flatMap(({ report: { arrivals }, which }) =>
      arrivals === null || arrivals.dropped === 0
        ? []
        : [`${which} dropped ${arrivals.dropped} arrivals: its latencies leave them out.`],
    ),
  ]
}
