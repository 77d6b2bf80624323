import { DatabaseSync, type StatementSync } from 'node:sqlite'

/**
 * Loaded before the process, this kills it, as `kill -9` would, when its database is told a statement for the so-manieth time
 * (`KILL_AT='commit 3'`): before it is run, or behind it with `KILL_AT='commit 3 done'`. Counted from the first statement that
 * begins as `KILL_FROM` does, if there is one.
 */
const [word = '', number = '', isBehind] = (process.env.KILL_AT ?? '').split(' ')
const from = process.env.KILL_FROM ?? ''
let left = from === '' ? Number(number) : Number.POSITIVE_INFINITY

function around<Result>(sql: string, run: () => Result): Result {
  if (from !== '' && sql.startsWith(from)) left = Math.min(left, Number(number))
  const isIt = sql.startsWith(word) && --left === 0
  if (isIt && isBehind === undefined) process.kill(process.pid, 'SIGKILL')
  const result = run()
  if (isIt) process.kill(process.pid, 'SIGKILL')
  return result
}

const { exec, prepare } = DatabaseSync.prototype

DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  around(sql, () => exec.call(this, sql))
}

DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string, ...rest: never[]): StatementSync {
  const statement = prepare.call(this, sql, ...rest)
  const run = statement.run.bind(statement) as (...values: unknown[]) => ReturnType<StatementSync['run']>
  return Object.assign(statement, { run: (...values: unknown[]) => around(sql, () => run(...values)) })
}
