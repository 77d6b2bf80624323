import { DatabaseSync } from 'node:sqlite'

/** Loaded before the server, this makes its database as small as a full disk would. */
const exec = DatabaseSync.prototype.exec

DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  exec.call(this, sql)
  if (sql.includes('synchronous')) exec.call(this, `pragma max_page_count = ${process.env.PAGES_MAX ?? 600}`)
}
