import type { ComparedFigure, Comparison } from '../../load/comparison.ts'
import type { LoadReport } from '../../load/report.ts'
import { columnsText } from '../columns.ts'
import { coloured, digits, msText, percentText } from './words.ts'

/** A comparison for people: the ratios, what they have to be read with, and the verdict. */
export function comparisonText({ rows, cautions, verdict }: Comparison, now: LoadReport, earlier: LoadReport): string {
  return [
    columnsText(
      ['COMPARED', 'FIGURE', 'EARLIER', 'NOW', 'RATIO', ''],
      rows.map((row) => [
        row.name,
        row.figure,
        valueText(row, row.earlier),
        valueText(row, row.now),
        ratioText(row),
        row.verdict,
      ]),
    ),
    [
      `Earlier: ${sourceText(earlier)}`,
      `Now:     ${sourceText(now)}`,
      ...cautions.map((caution) => coloured('yellow', `! ${caution}`, process.stdout)),
    ].join('\n'),
    coloured('bold', verdict, process.stdout),
  ].join('\n\n')
}

function valueText({ figure }: ComparedFigure, value: number): string {
  switch (figure) {
    case 'rate':
      return `${digits(value)}/s`
    case 'errors':
      return percentText(value)
    case 'p50':
    case 'p95':
    case 'p99':
      return msText(value)
  }
}

function ratioText({ ratio }: ComparedFigure): string {
  return ratio === null ? '–' : ratio.toFixed(2)
}

function sourceText({ startedAt, target, surroundings, profile }: LoadReport): string {
  const { machine, node, banyan, commit } = surroundings
  return `${startedAt}, ${target.app} ${target.version}, commit ${commit ?? 'unknown'}, ${machine.cores} × ${machine.cpu}, Node ${node}, banyan ${banyan}, seed ${profile.seed}`
}
