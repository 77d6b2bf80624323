import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../../src/data/store/mysql/connection.ts'
import type { MysqlOptions } from '../../src/data/store/mysql/mysql.ts'
import { quoteName } from '../../src/data/store/mysql/name.ts'
import { inDatabase } from '../../src/data/store/mysql/scratch.ts'
import { mariadb } from '../../src/engines/mariadb/mariadb.ts'

/** A server for tests, in which each store gets a database of its own. */
export interface TestServer extends AsyncDisposable {
  /** Of the next store, which finds nothing there. */
  options(): Promise<MysqlOptions>
  /** Takes the rows out of a database, and leaves its tables: making them takes longest. */
  empty(options: MysqlOptions): Promise<void>
}

export async function testServer(): Promise<TestServer> {
  // No test ends the server, so nothing has to wait for the disk.
  const kind = mariadb({ replicas: 0, isDurable: false })
  const folder = mkdtempSync(join(tmpdir(), 'banyan-mysql-'))
  const { environment } = await kind.up(folder)
  const url = environment.MYSQL!
  const admin = await connect({ url, statementTimeoutMs: 10_000, onEnd() {} })
  const execute = (text: string) => admin.run({ text, values: [] })
  let databases = 0
  return {
    async options() {
      const name = `s${databases++}`
      await execute(`create database ${name}`)
      return { primary: inDatabase(url, name), connections: 4 }
    },
    async empty({ primary }) {
      const database = new URL(primary).pathname.slice(1)
      const { rows } = await execute(
        `select table_name from information_schema.tables where table_schema = '${database}' and table_name not in ('_banyan_schema', '_banyan_migrations')`,
      )
      for (const [table] of rows) await execute(`delete from ${database}.${quoteName(String(table))}`)
    },
    async [Symbol.asyncDispose]() {
      await admin.end()
      await kind.remove(folder)
    },
  }
}
