import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Counts } from '../../src/data/router/counts.ts'
import { engine } from '../engine.ts'
import { caller } from './caller.ts'
import { type Cluster, replicaRoles, startCluster } from './cluster.ts'
import { type Counters, startCounters } from './counters.ts'
import { testServer } from './server.ts'

const { skip } = engine('initdb')

suite('an app on PostgreSQL with two replicas', { skip: skip ?? false }, () => {
  let cluster: Cluster
  let counters: Counters
  before(async () => {
    cluster = await startCluster()
    counters = await startCounters(cluster.environment)
  })
  after(async () => {
    await counters?.[Symbol.asyncDispose]()
    await cluster?.[Symbol.asyncDispose]()
  })
  const until = async (says: string, isSo: () => Promise<boolean> | boolean) => {
    for (let tries = 0; tries < 600; tries++) {
      if (await isSo()) return
      await pause(50)
    }
    assert.fail(`it never came to this: ${says}`)
  }
  const fromReplicas = () => Object.values(counters.counts.replicas).reduce((sum, count) => sum + count)

  test('reads where freshness is declared go to replicas, and everybody reads what they wrote', async () => {
    const { put, get } = caller(counters.send)
    const before = fromReplicas()
    for (let value = 1; value <= 50; value++) {
      assert.ok([200, 201].includes(await put('/v1/counters/own', value)))
      assert.equal(await get('/v1/counters/own'), value)
    }
    assert.ok(fromReplicas() > before)
    await put('/v1/balances/own', 1)
    const gone = fromReplicas()
    assert.equal(await get('/v1/balances/own'), 1)
    assert.equal(fromReplicas(), gone)
  })

  test('replicas that apply nothing show what was, to those who may see it, as long as that is allowed', async () => {
    const writer = caller(counters.send)
    for (const name of ['counters', 'gauges']) await writer.put(`/v1/${name}/held`, 1)
    await until('replicas have it', async () => (await caller(counters.send).get('/v1/gauges/held')) === 1)
    for (const role of replicaRoles) await cluster.sql(role, 'select pg_wal_replay_pause()')
    try {
      for (const name of ['counters', 'gauges']) {
        await writer.put(`/v1/${name}/held`, 2)
        assert.equal(await writer.get(`/v1/${name}/held`), 2)
      }
      await pause(400)
      assert.equal(await caller(counters.send).get('/v1/counters/held'), 1)
      assert.equal(await caller(counters.send).get('/v1/gauges/held'), 2)
      assert.ok(counters.counts.primary.stale > 0)
    } finally {
      for (const role of replicaRoles) await cluster.sql(role, 'select pg_wal_replay_resume()')
    }
    await until('replicas go on', async () => (await caller(counters.send).get('/v1/counters/held')) === 2)
  })

  for (const delayMs of [0, 100]) {
    test(`how many reads go to replicas that are ${delayMs} ms behind, with one write to nine reads`, async (context) => {
      await cluster.delay(delayMs)
      const wrong: string[] = []
      const shares = await shareOf(counters.counts, async () => {
        await Promise.all(
          Array.from({ length: 40 }, async (_, at) => {
            const { put, get } = caller(counters.send)
            const path = `/v1/counters/share-${at}`
            await put(path, 0)
            let written = 0
            for (let turn = at % 10; turn < (at % 10) + 20; turn++) {
              await pause(2 * ((at * 7 + turn * 53) % 200))
              if (turn % 10 === 0) await put(path, ++written)
              else {
                const found = await get(path)
                if (found !== written) wrong.push(`${path} has ${found}, and ${written} was written`)
              }
            }
          }),
        )
      })
      context.diagnostic(`behind by ${delayMs} ms: ${shares}`)
      assert.deepEqual(wrong, [])
      await cluster.delay(0)
    })
  }

  test('a replica that is killed is left out, no read fails, and it is read from again once it is back', async () => {
    const { put, get } = caller(counters.send)
    await put('/v1/counters/killed', 7)
    await until('replicas have it', async () => (await get('/v1/counters/killed')) === 7)
    await cluster.kill('replica-1')
    for (let reads = 0; reads < 100; reads++) assert.equal(await get('/v1/counters/killed'), 7)
    assert.ok(counters.log.some((line) => /^warn: .*is left out until it answers/.test(line)))
    await cluster.start('replica-1')
    const [name] = Object.keys(counters.counts.replicas) as [string]
    const before = counters.counts.replicas[name]!
    await until('it is read from again', async () => {
      await get('/v1/counters/killed')
      return counters.counts.replicas[name]! > before
    })
  })

  test('a replica that hangs is left out, and the reads that hung there are answered elsewhere', async (context) => {
    const { get } = caller(counters.send)
    assert.equal(await get('/v1/counters/killed'), 7)
    const [, name] = Object.keys(counters.counts.replicas) as [string, string]
    cluster.hold('replica-2')
    const beganMs = performance.now()
    const found = await Promise.all(Array.from({ length: 20 }, () => get('/v1/counters/killed')))
    context.diagnostic(`20 reads, some of which hung, took ${Math.round(performance.now() - beganMs)} ms`)
    assert.deepEqual(found, Array(20).fill(7))
    const before = counters.counts.replicas[name]!
    for (let reads = 0; reads < 20; reads++) assert.equal(await get('/v1/counters/killed'), 7)
    assert.equal(counters.counts.replicas[name], before)
    cluster.release('replica-2')
    await until('it is read from again', async () => {
      await get('/v1/counters/killed')
      return counters.counts.replicas[name]! > before
    })
  })

  test('a server with other data is refused when the app starts, in words; one that is down is not', async () => {
    await using other = await testServer()
    await assert.rejects(startCounters({ ...cluster.environment, PG_REPLICAS: other.options().primary }), {
      code: 'STORE_UNREACHABLE',
      message:
        /^PostgreSQL at 127.0.0.1:\d+ is no replica of the one at 127.0.0.1:\d+: its data are of another system$/,
    })
    const down = new URL(cluster.urlOf('replica-1'))
    down.port = '1'
    await using started = await startCounters({ ...cluster.environment, PG_REPLICAS: down.href })
    assert.equal(await caller(started.send).get('/v1/counters/killed'), 7)
    assert.deepEqual(
      started.log.filter((line) => /127.0.0.1:1 is not there/.test(line)),
      ['warn: PostgreSQL at 127.0.0.1:1 is not there: nobody listens; it is read from once it is there'],
    )
  })
})

/** How the reads that may go to replicas were spread while something was done. */
async function shareOf(counts: Counts, work: () => Promise<void>): Promise<string> {
  const before = structuredClone(counts)
  await work()
  const { undeclared, decided, ...reasons } = counts.primary
  const stayed = Object.entries(reasons).flatMap(([reason, count]) => {
    const more = count - before.primary[reason as keyof typeof reasons]
    return more === 0 ? [] : [[reason, more] as const]
  })
  const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0)
  const gone = sum(Object.values(counts.replicas)) - sum(Object.values(before.replicas))
  const all = gone + sum(stayed.map(([, count]) => count))
  const why = stayed.map(([reason, count]) => `${reason} ${count}`).join(', ')
  return `${((100 * gone) / all).toFixed(1)} % of ${all} reads went to replicas; to the primary: ${why || 'none'}; ${counts.waited - before.waited} waited`
}
