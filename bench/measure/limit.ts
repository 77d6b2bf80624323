import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { folderOfPrograms, versionedFolders } from '../../src/engines/programs.ts'
import type { LimitWork } from '../works/work.ts'
import type { CopyOf } from './dataset-copy.ts'
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
    const args = argumentsOf(statement)
    const run = (duration: number) => pgbench([...args, '-T', String(duration)], data.environment.PG!)
    await run(1)
    const before = cpuMicrosecondsOf(data.database!.pid)
    const beganMs = performance.now()
    const rows = (await run(seconds)) * statement.pipelined * statement.rows
    const used = cpuMicrosecondsOf(data.database!.pid) - before
    limits.push({
      statement: statement.name,
      databaseMicroseconds: used / rows,
      perSecond: rows / ((performance.now() - beganMs) / 1000),
    })
    tell(`${work.name}: ${JSON.stringify(limits.at(-1))}`)
  }
  return limits
}

/** A script for each of the values: its variables come from the command line, as only numbers can be made within it. */
const argumentsOf = ({ text, values, pipelined }: LimitStatement): readonly string[] => {
  mkdirSync(scratchFolder, { recursive: true })
  const all = ['-n', '-M', 'prepared', '-c', '64', '-j', '2']
  for (const at of values.keys()) {
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

/** Gives the number of transactions. */
const pgbench = async (args: readonly string[], url: string): Promise<number> => {
  const folder = folderOfPrograms(['pgbench'], versionedFolders('/usr/lib/postgresql'))
  if (folder === undefined) throw new Error('pgbench is not installed; it comes with PostgreSQL.')
  const [command, all] = onProcessor(serverProcessor, join(folder, 'pgbench'), [...args, url])
  const { stdout } = await promisify(execFile)(command, all as string[], { encoding: 'utf8' })
  const count = /number of transactions actually processed: (\d+)/.exec(stdout)?.[1]
  if (count === undefined || !/failed transactions: 0 /.test(stdout)) throw new Error(`pgbench said:\n${stdout}`)
  return Number(count)
}
