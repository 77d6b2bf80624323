import { DatabaseSync } from 'node:sqlite'

/** Loaded before the server, this takes the `fsync` out of its commits. The strace test must find that out. */
const exec = DatabaseSync.prototype.exec

DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  exec.call(this, sql.replace('synchronous = full', 'synchronous = off'))
}
