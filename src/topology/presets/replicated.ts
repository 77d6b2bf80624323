import { env } from '../env.ts'
import { development } from '../identity.ts'
import type { Environment } from '../registry.ts'
import { postgres } from '../store.ts'
import type { Topology } from '../topology.ts'

/** One database that many processes may share, with copies of it that are read from: PostgreSQL, at the addresses that the environment has. */
export function replicated({ production }: Environment): Topology {
  return {
    stores: { main: postgres({ primary: env('PG'), replicas: env.list('PG_REPLICAS') }) },
    resources: {},
    ...(production ? {} : { identity: development() }),
  }
}
