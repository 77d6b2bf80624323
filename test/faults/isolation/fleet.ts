import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EndedEarly, type RunningServer, startServer, temporaryFolder } from '../../running-server.ts'
import type { Database } from './databases.ts'

/** The processes of an app, started again whenever they have ended. */
export interface Fleet extends AsyncDisposable {
  /** Where those that run are. */
  readonly urls: readonly string[]
  /** None will run any more. */
  readonly isOver: boolean
  /** Ends one at once, and starts it again. */
  kill(at: number): Promise<void>
}

export async function fleetOn(database: Database, app: string): Promise<Fleet> {
  const folder = temporaryFolder()
  const start = async (at: number): Promise<RunningServer> => {
    for (let tries = 1; ; tries++) {
      try {
        return await startServer({ app, dataFolder: join(folder.path, `${at}`), env: database.env })
      } catch (error) {
        // Its database may be down at this moment.
        if (!(error instanceof EndedEarly) || tries === 20) throw error
        await sleep(200)
      }
    }
  }
  const servers = new Map<number, RunningServer>()
  await Promise.all(Array.from({ length: database.processes }, async (_, at) => servers.set(at, await start(at))))
  let isOver = false
  return {
    get isOver() {
      return isOver
    },
    get urls() {
      return [...servers.values()].map(({ url }) => url)
    },
    async kill(at) {
      const server = servers.get(at)!
      servers.delete(at)
      await server.kill()
      servers.set(at, await start(at))
    },
    async [Symbol.asyncDispose]() {
      isOver = true
      for (const server of servers.values()) await server[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}
