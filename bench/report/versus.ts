import { type Figures, type Metric, metrics } from '../measure/goal.ts'
import { geometricMean } from '../measure/statistics.ts'
import { ratioText, shown } from './markdown.ts'
import type { MeasuredOpponent, VersusResult } from './result.ts'

/** One table of everybody who was measured in full, and the short round in which they were found. */
export const versusTable = (result: VersusResult): readonly string[] => [
  `A is ${result.a}; ${result.connections} connections; ${result.rounds.length} round${result.rounds.length === 1 ? '' : 's'} of all in turns. CPU is that of the app and the database.`,
  '',
  `![${result.title}](${result.name}.svg)`,
  '',
  `| server | ${columns.map((metric) => metrics[metric].title).join(' | ')} | CPU, A / server | requests per second, A / server |`,
  `|---|${columns.map(() => '---:|').join('')}---|---|`,
  `| ${result.a} | ${columns.map((metric) => meanOf(result, metric)).join(' | ')} | | |`,
  ...result.opponents.map((opponent) => {
    const figures = columns.map((metric) => comparisonOf(opponent, metric)?.b.toFixed(metrics[metric].digits) ?? '')
    const why = opponent.is.length === 0 ? '' : ` (${opponent.is.join(', ')})`
    return `| ${opponent.name}${why} | ${figures.join(' | ')} | ${ratioOf(opponent, 'cpuMicroseconds')} | ${ratioOf(opponent, 'requestsPerSecond')} |`
  }),
  '',
  `Everybody for some seconds, which found the best by hand and is only a hint, as CPU µs a request and requests per second: ${[
    [result.a, result.qualifying.a] as const,
    ...result.qualifying.opponents,
  ]
    .map(([name, figures]) => `${name} ${hintOf(figures)}`)
    .join('; ')}.`,
]

/** A row for each goal, with the server that it is about. */
export const versusGoals = (result: VersusResult, link: string): readonly string[] =>
  result.opponents.flatMap((opponent) =>
    opponent.goals.map(({ metric, is, value, verdict }) => {
      const ratio = ratioText(comparisonOf(opponent, metric)!)
      return `| ${link}, beside ${opponent.name} | ${metrics[metric].title} | ${ratio} | ${is === '>=' ? '≥' : '≤'} ${value} | ${shown(verdict)} |`
    }),
  )

const columns = [
  'cpuMicroseconds',
  'appMicroseconds',
  'databaseMicroseconds',
  'requestsPerSecond',
  'p50Ms',
  'p99Ms',
  'pssMegabytes',
] as const satisfies readonly Metric[]

const meanOf = ({ rounds }: VersusResult, metric: Metric): string =>
  geometricMean(rounds.map(({ a }) => a[metric]!)).toFixed(metrics[metric].digits)

const comparisonOf = ({ comparisons }: MeasuredOpponent, metric: Metric) =>
  comparisons.find((comparison) => comparison.metric === metric)

/** The ratio and, where there is a goal, whether it was met. */
const ratioOf = (opponent: MeasuredOpponent, metric: Metric): string => {
  const ratio = ratioText(comparisonOf(opponent, metric)!)
  const goals = opponent.goals
    .filter((goal) => goal.metric === metric)
    .map(({ is, value, verdict }) => `, goal ${is === '>=' ? '≥' : '≤'} ${value}: ${shown(verdict)}`)
  return `${ratio}${goals.join('')}`
}

const hintOf = ({ appMicroseconds, databaseMicroseconds, requestsPerSecond }: Figures): string =>
  `${appMicroseconds!.toFixed(0)} + ${databaseMicroseconds!.toFixed(0)} µs, ${requestsPerSecond!.toFixed(0)}/s`
