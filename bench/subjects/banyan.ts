import { join } from 'node:path'
import { airportCode } from '../app/rows.ts'
import { benchFolder, rootFolder } from '../measure/paths.ts'
import type { Subject } from '../works/work.ts'
import { build } from './build.ts'

/** Banyan with some environment variables that switch a part of it off: for ablations. */
export const banyanWith = (name: string, switches: Readonly<Record<string, string>>): Subject => ({
  name,
  prepare: async () => build(),
  program: (dataDirectory) => ({
    name,
    command: process.execPath,
    args: [join(rootFolder, 'bin', 'banyan.js'), 'start'],
    cwd: join(benchFolder, 'app'),
    environment: (port) => ({ PORT: String(port), BANYAN_DATA: dataDirectory, ...switches }),
    probe: `/v1/airports/${airportCode(0)}`,
  }),
})

/** Banyan as it is installed and started by `banyan start`. */
export const banyan = banyanWith('Banyan', {})

/** Banyan on the memory store, for what must not depend on a disk. */
export const banyanInMemory = banyanWith('Banyan in memory', {
  BANYAN_TOPOLOGY: join(benchFolder, 'app', 'memory.json'),
})
