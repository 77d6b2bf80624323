import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemScheduler } from '../../core/scheduler.ts'
import { silentTelemetry } from '../../core/telemetry.ts'
import { batching } from '../batching/batching.ts'
import { storeConformance } from '../store/conformance.ts'
import { storeDrivers } from '../store/drivers.ts'
import { memoryServers } from './memory-servers.ts'
import { remembering } from './remembering.ts'
import { replicated } from './replicas.ts'

const { gives } = await storeDrivers.memory()

let read = 0

// Its replicas are behind by a few milliseconds.
storeConformance(
  'a router over memory and two replicas',
  async (resources) => {
    const scheduler = systemScheduler
    const { primary, replicas } = await memoryServers(resources, { scheduler })
    for (const [at, replica] of replicas.entries()) {
      replica.follows = false
      const follow = () => {
        replica.apply()
        scheduler.after(at + 1, follow)
      }
      follow()
    }
    const batched = <Server extends (typeof replicas)[number] | typeof primary>(server: Server) => ({
      ...server,
      store: batching(server.store, { scheduler, ordered: gives.ordered }),
    })
    const store = replicated(batched(primary), replicas.map(batched), primary.position(), {
      scheduler,
      telemetry: silentTelemetry,
      name: 'main',
      staleForMs: () => 60_000,
    })
    const remembered = remembering(store, 'main')
    return {
      ...remembered,
      async [Symbol.asyncDispose]() {
        await remembered[Symbol.asyncDispose]()
        read += Object.values(store.counts.replicas).reduce((sum, count) => sum + count)
      },
    }
  },
  { gives },
)

test('the replicas have answered', () => assert.ok(read > 1_000, `${read} reads`))
