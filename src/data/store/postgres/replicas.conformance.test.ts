import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { engine } from '../../../../test/engine.ts'
import { startCluster } from '../../../../test/postgres/cluster.ts'
import { systemClock } from '../../../core/clock.ts'
import { systemRandom } from '../../../core/random.ts'
import { systemScheduler } from '../../../core/scheduler.ts'
import { silentTelemetry } from '../../../core/telemetry.ts'
import { batching } from '../../batching/batching.ts'
import { remembering } from '../../router/remembering.ts'
import { replicated } from '../../router/replicas.ts'
import { storeConformance } from '../conformance.ts'
import type { Store } from '../store.ts'
import { postgres } from './postgres.ts'

const { skip } = engine('initdb')

if (skip !== undefined) suite('a router over postgres and two replicas', { skip }, () => {})
else {
  const cluster = await startCluster()
  after(() => cluster[Symbol.asyncDispose]())
  const scheduler = systemScheduler
  const deps = { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: '' }
  const { gives } = postgres
  const batched = (store: Store) => batching(store, { scheduler, ordered: gives.ordered, reads: gives.readsTogether })
  const answered = { primary: 0, replicas: 0 }
  let schemas = 0

  storeConformance(
    'a router over postgres and two replicas',
    async (resources) => {
      const engine = await postgres.open(
        {
          primary: cluster.urlOf('primary'),
          replicas: [cluster.urlOf('replica-1'), cluster.urlOf('replica-2')],
          schema: `s${schemas++}`,
          connections: 4,
          resources,
        },
        deps,
      )
      const replication = engine.replication!
      const store = replicated(
        { ...replication, store: batched(engine) },
        replication.replicas.map((replica) => ({ ...replica, store: batched(replica) })),
        await replication.progress(),
        { scheduler, telemetry: silentTelemetry, name: 'main', staleForMs: () => 60_000 },
      )
      const remembered = remembering(store, 'main')
      return {
        ...remembered,
        async [Symbol.asyncDispose]() {
          await remembered[Symbol.asyncDispose]()
          const sum = (counts: Readonly<Record<string, number>>) =>
            Object.values(counts).reduce((all, count) => all + count, 0)
          answered.primary += sum(store.counts.primary)
          answered.replicas += sum(store.counts.replicas)
        },
      }
    },
    { gives },
  )

  test('the replicas have answered', (context) => {
    context.diagnostic(JSON.stringify(answered))
    assert.ok(answered.replicas > 1_000)
  })
}
