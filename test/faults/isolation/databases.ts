import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { engine } from '../../engine.ts'
import { type ClusterOptions, startCluster } from '../../postgres/cluster.ts'
import { temporaryFolder } from '../../running-server.ts'

/** What an app keeps its data in, while it is treated badly. */
export interface Database {
  /** Variables of the app's processes. */
  readonly env: Readonly<Record<string, string>>
  /** How many processes may serve from it at once. */
  readonly processes: number
  /** Kills its server and starts that again; absent where it lives within the process of the app. */
  readonly crash?: () => Promise<void>
}

export interface DatabaseServer extends AsyncDisposable {
  /** One in which there is nothing yet. */
  fresh(): Database
}

export interface DatabaseKind {
  readonly name: string
  /** The reason, where it is not installed. */
  readonly skip: string | false
  start(): Promise<DatabaseServer>
}

/** Each process has its data in a folder of its own. */
export const embedded: DatabaseServer = { fresh: () => ({ env: {}, processes: 1 }), async [Symbol.asyncDispose]() {} }

/** A line for each engine. */
export const relationalDatabases: readonly DatabaseKind[] = [
  { name: 'SQLite', skip: false, start: async () => embedded },
  { name: 'PostgreSQL', skip: engine('initdb').skip ?? false, start: () => postgresServer({}) },
]

/** `settings` of the server beside its own, to make it worse on purpose. */
export async function postgresServer(settings: NonNullable<ClusterOptions['settings']>): Promise<DatabaseServer> {
  const cluster = await startCluster({ replicas: 0, settings })
  const folder = temporaryFolder()
  let schemas = 0
  return {
    fresh() {
      const schema = `s${schemas++}`
      const file = join(folder.path, `${schema}.json`)
      const options = { primary: { env: 'PG' }, schema }
      const stores = { main: { driver: 'postgres', options } }
      writeFileSync(file, JSON.stringify({ stores, identity: { driver: 'development' } }))
      return {
        env: { PG: cluster.environment.PG!, BANYAN_TOPOLOGY: file },
        processes: 2,
        async crash() {
          cluster.kill('primary')
          await cluster.start('primary')
        },
      }
    },
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]()
      await cluster[Symbol.asyncDispose]()
    },
  }
}
