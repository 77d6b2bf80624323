import { DatabaseSync, type StatementSync } from 'node:sqlite'

/**
 * Loaded before the server, this makes group commit answer before it commits: transactions stay open for a while, and what was
 * acknowledged meanwhile is lost with the process. The kill test must find that out.
 */
const prepare = DatabaseSync.prototype.prepare
let isOpen = false

DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string, ...rest: never[]): StatementSync {
  const statement = prepare.call(this, sql, ...rest)
  if (sql === 'begin immediate') {
    return {
      run: () => {
        if (!isOpen) statement.run()
        isOpen = true
      },
    } as unknown as StatementSync // As much of a statement as is used of this one.
  }
  if (sql === 'commit') {
    setInterval(() => {
      if (isOpen) statement.run()
      isOpen = false
    }, 5000).unref()
    return { run: () => {} } as unknown as StatementSync // See above.
  }
  return statement
}
