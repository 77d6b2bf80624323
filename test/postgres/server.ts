import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AtPrimary, PostgresOptions } from '../../src/data/store/postgres/postgres.ts'
import { engineKinds } from '../../src/engines/kinds.ts'

/** A server for tests, in which each store gets a schema of its own. */
export interface TestServer extends AsyncDisposable {
  /** Of the next store, which finds nothing there. */
  options(): PostgresOptions & AtPrimary
}

export async function testServer(): Promise<TestServer> {
  const kind = await engineKinds.postgres()
  const folder = mkdtempSync(join(tmpdir(), 'banyan-postgres-'))
  const { environment } = await kind.up(folder)
  // No test ends the server, so nothing has to wait for the disk.
  const primary = `${environment.PG!}?options=${encodeURIComponent('-c synchronous_commit=off')}`
  let schemas = 0
  return {
    options: () => ({ primary, schema: `s${schemas++}`, connections: 4 }),
    async [Symbol.asyncDispose]() {
      await kind.remove(folder)
    },
  }
}
