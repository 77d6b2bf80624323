import { development } from '../identity.ts'
import type { Environment } from '../registry.ts'
import { sqlite } from '../store.ts'
import type { Topology } from '../topology.ts'

/** One process on one SQLite file, with nothing to install. Who is calling has to be decided before production. */
export function embedded({ production }: Environment): Topology {
  return {
    stores: { main: sqlite() },
    resources: {},
    ...(production ? {} : { identity: development() }),
  }
}
