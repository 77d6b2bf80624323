import { againstFastify } from './against-fastify.ts'
import { againstItself } from './against-itself.ts'
import { nullPair } from './null-pair.ts'
import { onPostgres } from './on-postgres.ts'
import { postgresLimit } from './postgres-limit.ts'
import { scale } from './scale.ts'
import { stalls } from './stalls.ts'
import type { Work } from './work.ts'

/** Every work, in the order in which `npm run bench` runs them and the page shows them. */
export const works: readonly Work[] = [
  ...againstFastify,
  ...againstItself,
  ...onPostgres,
  postgresLimit,
  ...scale,
  stalls,
  nullPair,
]
