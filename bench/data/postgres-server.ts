import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { engineKinds } from '../../src/engines/kinds.ts'
import { dataFolder } from '../measure/paths.ts'
import { treeOf } from '../measure/process-tree.ts'
import { databaseProcessor, moveTo } from '../measure/processor.ts'

/** The PostgreSQL that all sides of a run share, each with a database of its own. Its data are kept for the next run. */
export interface PostgresServer extends AsyncDisposable {
  readonly version: string
  /** The process whose tree does all of its work. */
  readonly pid: number
  urlOf(database: string): string
  /** Runs one statement in a database, and gives its rows. */
  run(database: string, statement: string): Promise<readonly Readonly<Record<string, unknown>>[]>
}

export const startPostgres = async (): Promise<PostgresServer> => {
  const kind = await engineKinds.postgres()
  let url = (await kind.up(folder)).environment.PG!
  if (await configure(url)) {
    await kind.down(folder)
    url = (await kind.up(folder)).environment.PG!
  }
  const pid = await postmasterOf(url)
  moveTo(databaseProcessor, treeOf(pid))
  const urlOf = (database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href
  return {
    version: await kind.installed(),
    pid,
    urlOf,
    run: (database, statement) => runOn(urlOf(database), statement),
    [Symbol.asyncDispose]: () => kind.down(folder),
  }
}

const folder = join(dataFolder, 'postgres')

/**
 * Durable as it comes, with room for all copies. What it does by itself at times of its own choosing is left to the times between
 * measurements: copies are vacuumed and analyzed, and a checkpoint is made, before each.
 */
const settings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '1GB',
  max_connections: '300',
  autovacuum: 'off',
  checkpoint_timeout: '1h',
  max_wal_size: '16GB',
}

/** Whether anything had to be changed, for which the server has to start again. */
const configure = async (url: string): Promise<boolean> => {
  let isChanged = false
  for (const [name, wanted] of Object.entries(settings)) {
    const [row] = await runOn(url, `show ${name}`)
    if (row![name] === wanted) continue
    await runOn(url, `alter system set ${name} = '${wanted}'`)
    isChanged = true
  }
  return isChanged
}

/** The parent of the process that serves a connection. */
const postmasterOf = async (url: string): Promise<number> => {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${rows[0]!.pid}/status`, 'utf8'))![1])
  } finally {
    await client.end()
  }
}

const runOn = async (url: string, statement: string) => {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}
