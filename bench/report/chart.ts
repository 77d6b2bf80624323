import { type Figures, metrics } from '../measure/goal.ts'
import { geometricMean } from '../measure/statistics.ts'
import type { ComparedResult, VersusResult } from './result.ts'

/**
 * The ratios of a work as horizontal bars with their intervals as whiskers, a line at one, and a mark where a goal is. The
 * colours are readable on a light and on a dark page.
 */
export const chartOf = (result: ComparedResult): string => {
  const { comparisons, goals } = result
  const ends = comparisons.flatMap(({ ratio }) => [ratio.mean, Number.isFinite(ratio.high) ? ratio.high : ratio.mean])
  const top = Math.max(1.2, ...ends, ...goals.map(({ value }) => value)) * 1.05
  const x = (ratio: number) => (left + (Math.min(ratio, top) / top) * width).toFixed(1)
  const bars = comparisons.flatMap(({ metric, ratio }, row) => {
    const y = head + row * step
    const middle = y + bar / 2
    const marks = goals
      .filter((goal) => goal.metric === metric)
      .map(({ value, verdict }) =>
        line(x(value), y - 3, x(value), y + bar + 3, verdict === 'met' ? '#2e9e5b' : '#d33', 3),
      )
    return [
      text(left - 8, middle + 4, metrics[metric].title, 'end'),
      `<rect x="${left}" y="${y}" width="${Number(x(ratio.mean)) - left}" height="${bar}" fill="#6f8fc9"/>`,
      ...(ratio.pairs > 1
        ? [
            line(x(ratio.low), middle, x(ratio.high), middle, '#555', 1.5),
            line(x(ratio.low), middle - 4, x(ratio.low), middle + 4, '#555', 1.5),
            line(x(ratio.high), middle - 4, x(ratio.high), middle + 4, '#555', 1.5),
          ]
        : []),
      ...marks,
      text(left + width + 8, middle + 4, ratio.mean.toFixed(2), 'start'),
    ]
  })
  const height = heightOf(comparisons.length)
  return svgOf(`${result.a} ÷ ${result.b}`, height, [line(x(1), head - 6, x(1), height - 8, '#999', 1), ...bars])
}

/** The processor time of a request at each server as a bar: the app's part, and behind it the database's. */
export const versusChartOf = ({ a, opponents, rounds }: VersusResult): string => {
  const means = (of: (round: VersusResult['rounds'][number]) => Figures) =>
    parts.map(({ metric }) => geometricMean(rounds.map((round) => of(round)[metric]!)))
  const servers = [
    { name: a, means: means((round) => round.a) },
    ...opponents.map(({ name }, at) => ({ name, means: means((round) => round.opponents[at]![1]) })),
  ]
  const top = Math.max(...servers.map((server) => totalOf(server.means)))
  const bars = servers.flatMap(({ name, means: values }, row) => {
    const y = head + row * step
    const ends = values.map((_, at) => left + (totalOf(values.slice(0, at + 1)) / top) * width)
    return [
      text(left - 8, y + bar / 2 + 4, name, 'end'),
      ...parts.map(({ colour }, at) => {
        const begin = ends[at - 1] ?? left
        return `<rect x="${begin.toFixed(1)}" y="${y}" width="${(ends[at]! - begin).toFixed(1)}" height="${bar}" fill="${colour}"/>`
      }),
      text(ends.at(-1)! + 8, y + bar / 2 + 4, values.map((value) => value.toFixed(0)).join(' + '), 'start'),
    ]
  })
  return svgOf('CPU µs per request, app + database', heightOf(servers.length), bars)
}

const parts = [
  { metric: 'appMicroseconds', colour: '#6f8fc9' },
  { metric: 'databaseMicroseconds', colour: '#c99a5b' },
] as const

const totalOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

const left = 160
const width = 480
const head = 30
const step = 24
const bar = 14

const heightOf = (rows: number): number => head + rows * step + 8

const svgOf = (title: string, height: number, content: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + width + 100}" height="${height}" font-family="sans-serif" font-size="12">`,
    text(left, 14, title, 'start'),
    ...content,
    '</svg>',
    '',
  ].join('\n')

const line = (x1: string, y1: number, x2: string, y2: number, colour: string, thickness: number): string =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}" stroke-width="${thickness}"/>`

const text = (x: number, y: number, content: string, anchor: 'start' | 'end'): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="#808080">${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`
