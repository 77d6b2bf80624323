import type { Counts } from '../../src/data/router/counts.ts'
import { boot } from '../../src/runtime/boot.ts'
import type { Topology } from '../../src/topology/topology.ts'
import { temporaryFolder } from '../running-server.ts'
import counters from './app/app.ts'
import type { Send } from './caller.ts'

export const topology: Topology = {
  stores: {
    main: { driver: 'postgres', options: { primary: { env: 'PG' }, replicas: { env: 'PG_REPLICAS', list: true } } },
  },
  resources: {},
}

/** The app of counters in this process. */
export interface Counters extends AsyncDisposable {
  readonly send: Send
  readonly counts: Counts
  /** What was logged. */
  readonly log: readonly string[]
}

export async function startCounters(variables: Readonly<Record<string, string>>): Promise<Counters> {
  const folder = temporaryFolder()
  const log: string[] = []
  const runtime = await boot(counters, topology, {
    dataFolder: folder.path,
    production: false,
    telemetry: { log: (level, message) => void log.push(`${level}: ${message}`) },
    variables,
  })
  const answer = await runtime.inProcess()
  return {
    send: (path, init) => answer(new Request(`http://counters${path}`, init)),
    counts: runtime.stores.get('main')!.counts!,
    log,
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}
