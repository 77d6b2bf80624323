import { stripVTControlCharacters } from 'node:util'
import type { LoadReport, Second } from '../../load/report.ts'
import { type ChartLine, chart, escaped } from './chart.ts'
import { reportText } from './report-text.ts'

/** A report as one page that needs nothing else: its text, and what happened in each second. */
export function reportPage(report: LoadReport): string {
  const { profile, series } = report
  const line = (name: string, colour: string, value: (second: Second) => number | null | undefined): ChartLine => ({
    name,
    colour,
    // The last second is too short for a rate.
    points: series
      .filter(({ seconds }) => seconds > 0.5)
      .flatMap((second) => {
        const found = value(second)
        return found == null ? [] : [{ at: second.at, value: found }]
      }),
  })
  const charts = [
    chart('Traffic', 'per second', [
      line('requests', '#4a7fd0', ({ requests, seconds }) => requests / seconds),
      line('dropped', '#c98a1b', ({ dropped, seconds }) => dropped / seconds),
      line('errors', '#d33', ({ errors, seconds }) => errors / seconds),
    ]),
    chart('Latency', 'ms', [
      line('p50', '#2e9e5b', ({ latencyMs }) => latencyMs?.p50),
      line('p95', '#c98a1b', ({ latencyMs }) => latencyMs?.p95),
      line('p99', '#d33', ({ latencyMs }) => latencyMs?.p99),
    ]),
    chart('Busy', 'cores', [
      line('server', '#4a7fd0', ({ readings }) => readings.serverCores),
      line('generator', '#808080', ({ readings }) => readings.loopBusy),
    ]),
  ]
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(profile.name)}, ${escaped(report.startedAt)}</title>
<style>
:root { color-scheme: light dark; font-family: sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
svg { width: 100%; margin-bottom: 1rem }
pre { overflow-x: auto; font-size: .8rem }
</style>
<h1>${escaped(profile.name)}</h1>
${charts.join('\n')}
<pre>${escaped(stripVTControlCharacters(reportText(report)))}</pre>
</html>
`
}
