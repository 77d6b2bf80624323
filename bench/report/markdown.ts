import { metrics } from '../measure/goal.ts'
import type { ComparedResult, Comparison, LimitResult, Result, StallResult } from './result.ts'
import { versusGoals, versusTable } from './versus.ts'

/** The page of all results: what was measured where, a table of the goals, then each work with its figures and its chart. */
export const pageOf = (results: readonly Result[]): string =>
  [
    '# Measured',
    '',
    'Made by `npm run bench`; do not edit. Every figure is a ratio of two programs that ran in turns (A B B A) on one machine,',
    'with the geometric mean of the pairs and its 95 % interval. A goal `≥ x` is met when the lower end of the interval is at',
    'or above x, a goal `≤ x` when its upper end is at or below x. Load comes from `wrk`, closed loop, so p50 and p99 are those',
    'at saturation unless there is one connection. On PostgreSQL, processor time is that of the app and of the database, and servers',
    'by hand answer with a constant `Banyan-Bookmark`: they have no position to tell. The rules and the reasons are in',
    '`bench/README.md`.',
    '',
    '| work | figure | ratio (95 % interval) | goal | |',
    '|---|---|---|---|---|',
    ...results.flatMap(goalRows),
    '',
    ...results.flatMap((result) => [sectionOf(result), '']),
  ].join('\n')

const goalRows = (result: Result): readonly string[] => {
  const link = `[${result.title}](#${anchorOf(result.title)})`
  switch (result.kind) {
    case 'stall': {
      const longest = Math.max(...result.stalls.map(({ longestMs }) => longestMs))
      return [`| ${link} | longest, ms | ${longest.toFixed(1)} | ≤ ${result.goalMs} | ${shown(result.verdict)} |`]
    }
    case 'limit':
      return [`| ${link} | | | none | printed |`]
    case 'versus':
      return versusGoals(result, link)
    case 'compared':
      return comparedGoals(result, link)
  }
}

const comparedGoals = (result: ComparedResult, link: string): readonly string[] => {
  if (result.goals.length === 0) return [`| ${link} | | ${ratioText(headline(result))} | none | printed |`]
  return result.goals.map((goal) => {
    const comparison = result.comparisons.find(({ metric }) => metric === goal.metric)!
    const sign = goal.is === '>=' ? '≥' : '≤'
    return `| ${link} | ${metrics[goal.metric].title} | ${ratioText(comparison)} | ${sign} ${goal.value} | ${shown(goal.verdict)} |`
  })
}

const headline = ({ comparisons }: ComparedResult): Comparison =>
  comparisons.find(({ metric }) => metric === 'requestsPerSecond') ?? comparisons[0]!

export const shown = (verdict: 'met' | 'missed'): string => (verdict === 'met' ? 'met' : '**missed**')

export const sectionOf = (result: Result): string =>
  [
    `## ${result.title}`,
    '',
    ...tableOf(result),
    '',
    ...(result.learned === undefined ? [] : [`Learned: ${result.learned}`, '']),
    `${result.date}, \`${result.command}\`, ${result.machine.cpu}, ${result.machine.cores} cores, ${result.machine.memoryGigabytes} GB, ${result.machine.kernel}; ${Object.entries(
      result.versions,
    )
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}. [Data](${result.name}.json)`,
  ].join('\n')

const tableOf = (result: Result): readonly string[] => {
  switch (result.kind) {
    case 'stall':
      return stallTable(result)
    case 'limit':
      return limitTable(result)
    case 'versus':
      return versusTable(result)
    case 'compared':
      return comparedTable(result)
  }
}

const comparedTable = (result: ComparedResult): readonly string[] => [
  `A is ${result.a}, B is ${result.b}${result.connections === undefined ? '' : `; ${result.connections} connection${result.connections === 1 ? '' : 's'}`}; ${result.pairs.length} pairs.`,
  '',
  `![${result.title}](${result.name}.svg)`,
  '',
  '| figure | A | B | A / B (95 % interval) | goal | |',
  '|---|---:|---:|---:|---|---|',
  ...result.comparisons.map((comparison) => {
    const { title, digits } = metrics[comparison.metric]
    const goals = result.goals.filter(({ metric }) => metric === comparison.metric)
    const wanted = goals.map(({ is, value }) => `${is === '>=' ? '≥' : '≤'} ${value}`).join(', ')
    const verdicts = goals.map(({ verdict }) => shown(verdict)).join(', ')
    return `| ${title} | ${comparison.a.toFixed(digits)} | ${comparison.b.toFixed(digits)} | ${ratioText(comparison)} | ${wanted} | ${verdicts} |`
  }),
]

const stallTable = ({ stalls, goalMs }: StallResult): readonly string[] => [
  `The longest time for which one input kept the event loop from everything else. Goal: at most ${goalMs} ms.`,
  '',
  '| input | bytes | answered | longest stall, ms |',
  '|---|---:|---:|---:|',
  ...stalls.map(
    ({ input, bytes, status, longestMs }) =>
      `| ${input} | ${bytes} | ${status} | ${longestMs > goalMs ? `**${longestMs.toFixed(1)}**` : longestMs.toFixed(1)} |`,
  ),
]

const limitTable = ({ limits }: LimitResult): readonly string[] => [
  'The statements of the servers by hand from `pgbench -M prepared`, 64 clients. A row is what was read, listed or made once.',
  '',
  '| statement | CPU µs of the database per row | rows per second |',
  '|---|---:|---:|',
  ...limits.map(
    ({ statement, databaseMicroseconds, perSecond }) =>
      `| ${statement} | ${databaseMicroseconds.toFixed(1)} | ${perSecond.toFixed(0)} |`,
  ),
]

export const ratioText = ({ ratio }: Comparison): string =>
  ratio.pairs === 1
    ? `${ratio.mean.toFixed(2)} (one pair: no interval)`
    : `${ratio.mean.toFixed(2)} (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`

/** How Markdown viewers make the anchor of a heading. */
const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\- ]/gu, '')
    .replaceAll(' ', '-')
