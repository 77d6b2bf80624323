import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { silentTelemetry } from '../../src/core/telemetry.ts'
import { serversOf } from '../../src/data/store/postgres/servers.ts'
import { engine } from '../engine.ts'
import { caller } from './caller.ts'
import { type Cluster, type Role, replicaRoles, startCluster } from './cluster.ts'
import { type Counters, startCounters } from './counters.ts'

const { skip } = engine('initdb')

suite('a failover of PostgreSQL', { skip: skip ?? false }, () => {
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

  /** What writers and readers met while one primary was killed and a replica was promoted in its place. */
  const failOver = async (name: string, from: Role, choose: () => Promise<Role>) => {
    const acknowledged = new Set<string>()
    const statuses = new Map<number, number>()
    let isOver = false
    let back: { readonly atMs: number } | undefined
    let isPromoted = false
    const note = (status: number) => statuses.set(status, (statuses.get(status) ?? 0) + 1)
    const write = async (writer: number) => {
      const { put } = caller(counters.send)
      for (let at = 0; !isOver; at++) {
        const id = `${name}-${writer}-${at}`
        const status = await put(`/v1/counters/${id}`, at)
        note(status)
        if (status !== 201) await pause(5)
        else {
          acknowledged.add(id)
          if (isPromoted) back ??= { atMs: performance.now() }
        }
      }
    }
    const reads = { answered: 0, refused: 0 }
    const readOn = async () => {
      while (!isOver) {
        const found = await caller(counters.send).get('/v1/counters/before')
        if (found === 1) reads.answered++
        else reads.refused++
        await pause(5)
      }
    }
    const before = caller(counters.send)
    await before.put('/v1/counters/before', 1)
    while ((await before.get('/v1/counters/before')) !== 1) await pause(5)
    const work = [...[0, 1, 2, 3].map(write), readOn()]
    await pause(500)
    await cluster.kill(from)
    const killedMs = performance.now()
    await pause(500)
    const refused = await counters.send('/v1/counters/meanwhile', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'meanwhile', value: 1 }),
    })
    const next = await choose()
    await cluster.promote(next)
    const promotedMs = performance.now()
    isPromoted = true
    for (let tries = 0; back === undefined && tries < 400; tries++) await pause(25)
    await pause(300)
    isOver = true
    await Promise.all(work)
    assert.ok(back !== undefined, 'writes did not resume')
    const there = await cluster.sql(next, `select id from counters where id like '${name}-%'`)
    const found = new Set(there.map(({ id }) => id))
    return {
      next,
      refused,
      statuses,
      reads,
      acknowledged: acknowledged.size,
      lost: [...acknowledged].filter((id) => !found.has(id)).length,
      resumedAfterMs: Math.round(back.atMs - promotedMs),
      lostForMs: Math.round(back.atMs - killedMs),
      before,
    }
  }
  type Met = Awaited<ReturnType<typeof failOver>>

  const check = ({ refused, statuses, reads, before, ...figures }: Met) => {
    assert.equal(refused.status, 503)
    assert.equal(refused.headers.get('retry-after'), '1')
    assert.deepEqual([...statuses.keys()].toSorted(), [201, 503])
    assert.ok(reads.answered > 20, `${reads.answered} reads`)
    return `${figures.acknowledged} acknowledged, ${figures.lost} lost; writes back ${figures.resumedAfterMs} ms after the promotion, ${figures.lostForMs} ms after the loss; ${reads.answered} reads answered and ${reads.refused} not, ${statuses.get(503)} writes 503`
  }

  test('is followed: writes resume by themselves, reads go on, and what was lost is told', async (context) => {
    // As whoever performs it does: the one that has received most.
    const furthest = async (): Promise<Role> => {
      const received = await Promise.all(
        replicaRoles.map((role) => cluster.sql(role, `select (pg_last_wal_receive_lsn() - '0/0')::text as bytes`)),
      )
      const [one, other] = received.map(([row]) => BigInt(row!.bytes as string)) as [bigint, bigint]
      return one >= other ? 'replica-1' : 'replica-2'
    }
    const met = await failOver('asynchronous', 'primary', furthest)
    context.diagnostic(check(met))
    assert.equal(met.reads.refused, 0)
    assert.equal(await met.before.get('/v1/counters/before'), 1)
    assert.equal(met.before.isLost, true)
    // The other replica follows the old primary still, and is not read from.
    const served = structuredClone(counters.counts.replicas)
    for (let reads = 0; reads < 10; reads++) await caller(counters.send).get('/v1/counters/before')
    assert.deepEqual(counters.counts.replicas, served)
    promoted = met.next
  })
  let promoted: Role

  test('loses nothing that was acknowledged where a standby holds every write', async (context) => {
    const other = replicaRoles.find((role) => role !== promoted)!
    const slot = other.replace('-', '_')
    await cluster.sql(promoted, `select pg_create_physical_replication_slot('${slot}')`)
    const [{ primary_conninfo }] = (await cluster.sql(other, 'show primary_conninfo')) as [{ primary_conninfo: string }]
    const { port } = new URL(cluster.urlOf(promoted))
    const follows = primary_conninfo.replace(/port=\d+/, `port=${port}`).replaceAll("'", "''")
    await cluster.sql(other, `alter system set primary_conninfo = '${follows}'`)
    await cluster.sql(other, 'select pg_reload_conf()')
    await cluster.sql(promoted, `alter system set synchronous_standby_names = '*'`)
    await cluster.sql(promoted, 'select pg_reload_conf()')
    const state = async () => (await cluster.sql(promoted, 'select sync_state from pg_stat_replication'))[0]?.sync_state
    for (let tries = 0; (await state()) !== 'sync'; tries++) {
      assert.ok(tries < 600, 'the other replica did not follow')
      await pause(50)
    }
    const options = { primary: cluster.urlOf(promoted), replicas: [cluster.urlOf(other)] }
    const { found } = await serversOf(options, { telemetry: silentTelemetry })
    assert.match(found.durability, /synchronous_standby_names \*: an acknowledged write has reached them/)
    // The replica that follows the new history is read from again.
    const name = new URL(cluster.urlOf(other)).host
    const before = counters.counts.replicas[name]!
    for (let tries = 0; counters.counts.replicas[name] === before; tries++) {
      assert.ok(tries < 600, 'it is not read from')
      await caller(counters.send).get('/v1/counters/before')
      await pause(10)
    }
    const met = await failOver('synchronous', promoted, async () => other)
    context.diagnostic(check(met))
    assert.equal(met.lost, 0)
    // There was one replica, and while that becomes the primary nobody is there.
    assert.ok(met.reads.refused < met.reads.answered)
  })

  test('a server of an older history that is back is neither written to nor read from', async () => {
    await cluster.start('primary')
    const { put } = caller(counters.send)
    for (let value = 0; value < 20; value++) {
      assert.ok([200, 201].includes(await put('/v1/counters/after', value)))
      await pause(20)
    }
    const there = await cluster.sql('primary', `select id from counters where id = 'after'`)
    assert.deepEqual(there, [])
    // Also by a process that begins now, whose topology still names it first.
    await using begun = await startCounters(cluster.environment).catch(
      (error: unknown) => error as Error & AsyncDisposable,
    )
    assert.ok(!(begun instanceof Error), `it did not start: ${begun}`)
    assert.equal(await caller(begun.send).get('/v1/counters/after'), 19)
  })
})
