import { DatabaseSync, type StatementSync } from 'node:sqlite'

/**
 * Loaded before the command, this records how far a fill has come in a commit of its own, and then writes the values; at the
 * third batch it kills the process in between. The audit must find out what is missed.
 */
const { exec, prepare } = DatabaseSync.prototype
let values: (() => unknown)[] = []
let batches = 0

DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string, ...rest: never[]): StatementSync {
  const statement = prepare.call(this, sql, ...rest)
  if (!sql.startsWith('update "entries" set')) return statement
  // As much of a statement as is used of this one.
  return { run: (...given: never[]) => values.push(() => statement.run(...given)) } as unknown as StatementSync
}

DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  exec.call(this, sql)
  if (sql !== 'commit' || values.length === 0) return
  if (++batches === 3) process.kill(process.pid, 'SIGKILL')
  exec.call(this, 'begin immediate')
  for (const write of values) write()
  exec.call(this, 'commit')
  values = []
}
