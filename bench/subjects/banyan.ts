import { join } from 'node:path'
import { airportCode } from '../app/rows.ts'
import { type FlightsData, prepareFlights } from '../data/flights.ts'
import { benchFolder, rootFolder } from '../measure/paths.ts'
import type { Program } from '../measure/server.ts'
import type { Subject } from '../works/work.ts'
import { build } from './build.ts'

/** Banyan as it is installed and started by `banyan start`, serving the app in a folder of `bench/`. */
const banyanOf = (name: string, { folder, topology, probe, ...more }: Served): Subject => ({
  name,
  prepare: async () => build(),
  program: (dataDirectory) => ({
    name,
    command: process.execPath,
    args: [join(rootFolder, 'bin', 'banyan.js'), 'start', '--topology', topology],
    cwd: join(benchFolder, folder),
    environment: (port) => ({ PORT: String(port), BANYAN_DATA: dataDirectory }),
    probe,
    ...more,
  }),
})

/** The flights example over data of its own. */
export const banyanOverFlights = (name: string, data: FlightsData): Subject => {
  const subject = banyanOf(name, { folder: '../examples/flights', topology: 'embedded', probe: '/v2/airports/SFO' })
  return {
    ...subject,
    data: data.folder,
    async prepare() {
      await subject.prepare()
      await prepareFlights(data, subject.program)
    },
  }
}

type Served = Pick<Program, 'probe' | 'patienceMs'> & { readonly folder: string; readonly topology: string }

const measured = { folder: 'app', probe: `/v1/airports/${airportCode(0)}` }

export const banyan = banyanOf('Banyan', { ...measured, topology: 'embedded' })

/** Every commit a transaction of its own, with its own `fsync`. */
export const banyanUnbatched = banyanOf('Banyan, batching off', { ...measured, topology: 'unbatched.json' })

/** Another app, which takes whatever a request can carry, on the memory store: nothing here depends on a disk. */
export const banyanInMemory = banyanOf('Banyan in memory', {
  folder: 'stall-app',
  topology: 'memory.json',
  probe: '/healthz',
})

/** The topology of the app on PostgreSQL, and the variable that tells it where that is. */
export const postgresTopology = 'postgres.json'
export const addressOf = (url: string): Readonly<Record<string, string>> => ({ PG: url })

export const banyanOnPostgres = banyanOf('Banyan', { ...measured, topology: postgresTopology })

/** Each operation a statement of its own. */
export const banyanOnPostgresUnbatched = banyanOf('Banyan, batching off', {
  ...measured,
  topology: 'postgres-unbatched.json',
})
