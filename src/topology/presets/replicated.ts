import { env } from '../env.ts'
import { development } from '../identity.ts'
import type { Environment } from '../registry.ts'
import { postgres } from '../store.ts'
import type { Topology } from '../topology.ts'

/** One database that many processes may share: PostgreSQL, at the address that the environment has. */
export function replicated({ production }: Environment): Topology {
  return {
    stores: { main: postgres({ primary: env('PG') }) },
    resources: {},
    ...(production ? {} : { identity: development() }),
  }
}
