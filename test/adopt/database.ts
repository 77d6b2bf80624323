import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { engineKinds } from '../../src/engines/kinds.ts'
import { versionedFolders } from '../../src/engines/programs.ts'
import { temporaryFolder } from '../running-server.ts'

/** A database that was there before. */
export interface Database extends AsyncDisposable {
  readonly url: string
  /** Rows as the client of PostgreSQL reads them. */
  sql(text: string, values?: readonly unknown[]): Promise<readonly Record<string, any>[]> // `any`: whatever the test has selected
  /** The schemas of the shop as a dump has them. */
  dump(): Promise<string>
  /** Another one on the same server, with nothing in it. */
  another(name: string): Promise<string>
}

export async function database(file: string): Promise<Database> {
  const folder = temporaryFolder()
  const kind = await engineKinds.postgres()
  const { environment } = await kind.up(folder.path)
  const url = environment.PG!
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(readFileSync(new URL(file, import.meta.url), 'utf8'))
  return {
    url,
    sql: async (text, values) => (await client.query(text, values as unknown[] | undefined)).rows,
    async dump() {
      const args = ['--schema-only', '--schema=crm', '--schema=shop', url]
      const { stdout } = await promisify(execFile)(programOf('pg_dump'), args)
      return stdout.replaceAll(/^\\(un)?restrict .*$/gm, '')
    },
    async another(name) {
      await client.query(`create database ${name}`)
      return Object.assign(new URL(url), { pathname: `/${name}` }).href
    },
    async [Symbol.asyncDispose]() {
      await client.end()
      await kind.remove(folder.path)
      folder[Symbol.dispose]()
    },
  }
}

function programOf(name: string): string {
  const folders = [...versionedFolders('/usr/lib/postgresql'), ...(process.env.PATH ?? '').split(':')]
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? name
}
