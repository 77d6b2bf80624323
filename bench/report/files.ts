import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { resultsFolder } from '../measure/paths.ts'
import { chartOf, versusChartOf } from './chart.ts'
import { pageOf } from './markdown.ts'
import type { Result } from './result.ts'

/** Keeps a result and its chart, and writes the page of all results that there are, in the order of the works. */
export const keep = (result: Result, order: readonly string[]): void => {
  mkdirSync(resultsFolder, { recursive: true })
  writeFileSync(join(resultsFolder, `${result.name}.json`), `${JSON.stringify(result, undefined, 2)}\n`)
  const chart =
    result.kind === 'compared' ? chartOf(result) : result.kind === 'versus' ? versusChartOf(result) : undefined
  if (chart !== undefined) writeFileSync(join(resultsFolder, `${result.name}.svg`), chart)
  const results = readdirSync(resultsFolder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(resultsFolder, file), 'utf8')) as Result)
    .sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name))
  writeFileSync(join(resultsFolder, 'README.md'), pageOf(results))
}
