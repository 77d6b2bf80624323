import { metrics } from '../measure/goal.ts'
import type { ComparedResult } from './result.ts'

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
  const height = head + comparisons.length * step + 8
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + width + 60}" height="${height}" font-family="sans-serif" font-size="12">`,
    text(left, 14, `${result.a} ÷ ${result.b}`, 'start'),
    line(x(1), head - 6, x(1), height - 8, '#999', 1),
    ...bars,
    '</svg>',
    '',
  ].join('\n')
}

const left = 160
const width = 480
const head = 30
const step = 24
const bar = 14

const line = (x1: string, y1: number, x2: string, y2: number, colour: string, thickness: number): string =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}" stroke-width="${thickness}"/>`

const text = (x: number, y: number, content: string, anchor: 'start' | 'end'): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="#808080">${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`
