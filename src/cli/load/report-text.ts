import type { Judged } from '../../load/expectation.ts'
import type { Figures, LoadReport, Outcome, RequestFigures } from '../../load/report.ts'
import { wrapped } from '../../topology/text.ts'
import { columnsText } from '../columns.ts'
import { notesOf } from './notes.ts'
import { bytesText, coloured, countText, digits, msText, percentText, rateText } from './words.ts'

/** A report for people: what was asked, what came of it, and what the figures have to be read with. */
export function reportText(report: LoadReport): string {
  const { profile, target, scenarios, requests, all } = report
  const rows = requests.length === 1 ? requests : [...requests, all]
  const parts = [
    `${coloured('bold', profile.name, process.stdout)}: ${target.app} ${target.version} at ${target.url}${target.isStarted ? ', started for this' : ''}; ${modelText(report)}; seed ${profile.seed}`,
    requestsText(rows),
    ...(scenarios.length === 0 ? [] : [scenariosText(scenarios)]),
    ...outcomesText(requests),
    [...noteLines(report), busyLine(report), ...verdictLines(report)].join('\n'),
  ]
  return parts.join('\n\n')
}

function modelText({ profile: { model, durationMs }, seconds, cutShort }: LoadReport): string {
  const time = `${rateText(cutShort === null ? durationMs / 1000 : seconds)} s`
  switch (model.kind) {
    case 'open': {
      const rates = model.phases.map(({ from, to }) =>
        from === to ? rateText(to) : `${rateText(from)} to ${rateText(to)}`,
      )
      return `${rates.join(', then ')} arrivals a second for ${time}`
    }
    case 'closed':
      return `${countText(model.users)} ${model.users === 1 ? 'user' : 'users'} for ${time}`
  }
}

function requestsText(rows: readonly RequestFigures[]): string {
  return columnsText(
    ['REQUEST', ...figureHeadings, 'RECEIVED'],
    rows.map((row) => [...figureCells(row), bytesText(row.bytesReceived)]),
  )
}

function scenariosText(rows: readonly Figures[]): string {
  return columnsText(['SCENARIO', ...figureHeadings], rows.map(figureCells))
}

const figureHeadings = ['COUNT', 'PER SECOND', 'P50', 'P90', 'P95', 'P99', 'MAX', 'ERRORS']

function figureCells({ name, count, rate, latencyMs, errors }: Figures): readonly string[] {
  return [
    name,
    countText(count),
    digits(rate),
    ...(['p50', 'p90', 'p95', 'p99', 'max'] as const).map((figure) => msText(latencyMs?.[figure])),
    errors === 0 ? '0' : `${countText(errors)} (${percentText(errors / count)})`,
  ]
}

/** What was no success, the most frequent first; nothing where all was. */
function outcomesText(requests: readonly Figures[]): readonly string[] {
  const rows = requests.flatMap(({ name, outcomes }) =>
    outcomes.filter(({ code }) => code !== null).map((outcome) => ({ name, outcome })),
  )
  if (rows.length === 0) return []
  return [
    columnsText(
      ['NO SUCCESS', 'STATUS', 'CODE', 'COUNT', ''],
      rows.map(({ name, outcome }) => [
        name,
        `${outcome.status ?? '–'}`,
        outcome.code ?? '',
        countText(outcome.count),
        kindOf(outcome),
      ]),
    ),
  ]
}

function kindOf({ isExpected }: Outcome): string {
  return isExpected ? 'expected' : 'error'
}

function noteLines(report: LoadReport): readonly string[] {
  const lines = notesOf(report).flatMap((note) => wrapped(note, '! ', '  '))
  return lines.map((line) => coloured('yellow', line, process.stdout))
}

function busyLine({ saturation, surroundings: { machine } }: LoadReport): string {
  const { loopBusyMean, serverCoresMean, serverCoresMax } = saturation
  const server =
    serverCoresMean === null || serverCoresMax === null
      ? 'not known'
      : `${digits(serverCoresMean)} cores in the mean, ${digits(serverCoresMax)} at most`
  return `Generator: ${percentText(loopBusyMean)} busy. Server: ${server}. Machine: ${machine.cores} × ${machine.cpu}.`
}

/** Such figures are no measurement, whether or not the profile expects anything. */
export function isWithoutSuccess({ all }: LoadReport): boolean {
  return all.count === all.errors
}

function verdictLines(report: LoadReport): readonly string[] {
  const { expectations, verified } = report
  return [
    ...(isWithoutSuccess(report) ? [markText(false, 'no request succeeded')] : []),
    ...expectations.map((judged) => markText(judged.isMet, expectationText(judged))),
    ...(verified === null
      ? []
      : [markText(verified.isMet, verified.failure === null ? 'verified' : `not verified: ${verified.failure}`)]),
  ]
}

function markText(isMet: boolean, text: string): string {
  return isMet ? coloured('green', `✔ ${text}`, process.stdout) : coloured('red', `✖ ${text}`, process.stdout)
}

function expectationText({ of, figure, limit, measured, isMet }: Judged): string {
  const isShare = figure === 'errors' || figure === 'dropped'
  const value = measured === null ? 'nothing was sent' : isShare ? percentText(measured) : msText(measured)
  return `${figure} of ${of}: ${value}, ${isMet ? 'within' : 'expected at most'} ${limit}`
}
