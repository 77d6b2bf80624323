import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { folderOfPrograms, versionedFolders } from '../../src/engines/programs.ts'
import type { LimitWork } from '../works/work.ts'
import type { CopyOf, DataCopy } from './dataset-copy.ts'
import { scratchFolder } from './paths.ts'
import { cpuMicrosecondsOf } from './process-tree.ts'
import { onProcessor, serverProcessor } from './processor.ts'
import type { Tell } from './rounds.ts'

/** A statement as `pgbench` sends it, prepared, from 64 clients. */
export type LimitStatement = {
  readonly name: string
  /** With `$1`, `$2` … */
  readonly text: string
  /** What is bound to it, in turns. */
  readonly values: readonly (readonly string[])[]
  /** So many are sent without waiting for the answers to those before. */
  readonly pipelined: number
  /** So many rows are read or written by one; what it costs is divided by them. */
  readonly rows: number
}

export type Limit = {
  readonly statement: string
  /** Of the database, for a row (a list is one). */
  readonly databaseMicroseconds: number
  readonly perSecond: number
}

export const runLimit = async (
  work: LimitWork,
  copyOf: CopyOf,
  seconds: number,
  tell: Tell,
): Promise<readonly Limit[]> => {
  await using data = await copyOf('a')
  const limits: Limit[] = []
  for (const statement of work.statements()) {
    const { seconds: took, transactions, cpuMicroseconds } = await pgbench(statement, data, seconds)
    const rows = transactions * statement.pipelined * statement.rows
    limits.push({
      statement: statement.name,
      databaseMicroseconds: cpuMicroseconds / rows,
      perSecond: rows / took,
    })
    tell(`${work.name}: ${JSON.stringify(limits.at(-1))}`)
  }
  return limits
}

/**
 * A script for each of the values, or one that sends all in a pipeline: every client prepares each statement of each script. Their
 * variables come from the command line, as only numbers can be made within them.
 */
const argumentsOf = ({ text, values, pipelined }: LimitStatement): readonly string[] => {
  mkdirSync(scratchFolder, { recursive: true })
  const all = ['-n', '-M', 'prepared', '-c', '64', '-j', '2']
  const scripts = pipelined === 1 ? values.length : 1
  for (let at = 0; at < scripts; at++) {
    const lines = Array.from({ length: pipelined }, (_, n) => {
      const set = (at + n) % values.length
      return `${text.replaceAll(/\$(\d+)/g, (_all, parameter) => `:v${set}_${parameter}`)};`
    })
    const script = pipelined === 1 ? lines : ['\\startpipeline', ...lines, '\\endpipeline']
    const file = join(scratchFolder, `limit-${at}.sql`)
    writeFileSync(file, `${script.join('\n').replaceAll(/\n\s+/g, ' ')}\n`)
    all.push('-f', file)
  }
  for (const [at, set] of values.entries())
    for (const [parameter, value] of set.entries()) all.push('-D', `v${at}_${parameter + 1}=${value}`)
  return all
}

/**
 * What it took from one report to the last, a second apart each: its connections are made by then, which takes the database longer
 * than many statements.
 */
const pgbench = async (statement: LimitStatement, { environment, database }: DataCopy, seconds: number) => {
  const folder = folderOfPrograms(['pgbench'], versionedFolders('/usr/lib/postgresql'))
  if (folder === undefined) throw new Error('pgbench is not installed; it comes with PostgreSQL.')
  const args = [...argumentsOf(statement), '-P', '1', '-T', String(seconds + warmUpSeconds + 1), environment.PG!]
  const child = spawn(...onProcessor(serverProcessor, join(folder, 'pgbench'), args), {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  const reports: { readonly seconds: number; readonly rate: number; readonly cpu: number }[] = []
  let said = ''
  for await (const line of createInterface(child.stderr)) {
    said += `${line}\n`
    const found = /^progress: ([\d.]+) s, ([\d.]+) tps.* 0 failed$/.exec(line)
    if (found !== null)
      reports.push({ seconds: Number(found[1]), rate: Number(found[2]), cpu: cpuMicrosecondsOf(database!.pid) })
  }
  const [code] = (await ended) as [number]
  const [first, ...measured] = reports.filter(({ seconds: at, rate }) => at >= warmUpSeconds && rate > 0)
  const last = measured.at(-1)
  if (code !== 0 || first === undefined || last === undefined) throw new Error(`pgbench failed with ${code}:\n${said}`)
  const transactions = measured.reduce(
    (sum, { seconds: at, rate }, n) => sum + rate * (at - (measured[n - 1] ?? first).seconds),
    0,
  )
  return { transactions, seconds: last.seconds - first.seconds, cpuMicroseconds: last.cpu - first.cpu }
}

/** In which statements are prepared, and planned for each of their first uses. */
const warmUpSeconds = 3
