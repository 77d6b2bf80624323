import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { resourceManifest } from '../../src/app/manifest.ts'
import { Bookmark } from '../../src/core/bookmark.ts'
import { systemClock } from '../../src/core/clock.ts'
import { deadlineIn } from '../../src/core/deadline.ts'
import { systemRandom } from '../../src/core/random.ts'
import { systemScheduler } from '../../src/core/scheduler.ts'
import { silentTelemetry } from '../../src/core/telemetry.ts'
import { postgres } from '../../src/data/store/postgres/postgres.ts'
import type { Commit, OpenStore } from '../../src/data/store/store.ts'
import { resource, t } from '../../src/index.ts'
import { engine } from '../engine.ts'
import { type TestServer, testServer } from './server.ts'

const { skip } = engine('initdb')
const code = resourceManifest('shop', resource('codes', { id: t.text({ maxLength: 20 }) }).declaration)
const now = '2030-01-01T00:00:00.000Z'

suite('commits that meet others between their look and their write', { skip: skip ?? false }, () => {
  let server: TestServer
  let store: OpenStore
  let other: pg.Client
  before(async () => {
    server = await testServer()
    const options = server.options()
    const deps = { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: '' }
    store = await postgres.open({ ...options, resources: [code] }, deps)
    other = new pg.Client({ connectionString: options.primary })
    await other.connect()
    await other.query(`set search_path = ${options.schema}`)
  })
  after(async () => {
    await other.end()
    await store[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  const insertOf = (id: string): Commit => {
    const values: Readonly<Record<string, string | number>> = { id, createdAt: now, updatedAt: now, version: 1 }
    const row = code.columns.map(({ name }) => values[name]!)
    return { kind: 'commit', writes: [{ kind: 'insert', resource: 'codes', id, slot: 0, row }], assertions: [] }
  }
  const committed = (commits: readonly Commit[]) =>
    store.execute(commits, { deadline: deadlineIn(20_000, systemScheduler), bookmark: new Bookmark() })
  /** Until a statement waits for what the other connection has done. */
  const someoneWaits = async () => {
    for (;;) {
      if ((await other.query('select 1 from pg_locks where not granted')).rowCount !== 0) return
      await sleep(5)
    }
  }

  test('a version of a given id is not used again when a row was made and taken away since', async () => {
    await other.query(
      `begin; insert into codes (id, "createdAt", "updatedAt", version, slot) values ('a', now(), now(), 1, 0)`,
    )
    const outcomes = committed([insertOf('a'), insertOf('b')])
    await someoneWaits()
    await other.query(
      `delete from codes where id = 'a'; insert into _banyan_tombstones values ('codes', 'a', 1); commit`,
    )
    const [first, second] = await outcomes
    assert.equal(first!.ok || first!.error.code, 'STORE_VERSION_CONFLICT')
    // Its neighbour has nothing to do with it.
    assert.equal(second!.ok, true)
    const { rows } = await other.query(`select id, version from codes order by id`)
    assert.deepEqual(rows, [{ id: 'b', version: '1' }])
  })

  test('rows of given ids that meet nobody share one transaction', async () => {
    await committed(['x', 'y', 'z'].map(insertOf))
    const { rows } = await other.query(
      `select count(*), count(distinct xmin::text) as made from codes where id in ('x', 'y', 'z')`,
    )
    assert.deepEqual(rows, [{ count: '3', made: '1' }])
    await other.query(`delete from codes where id in ('x', 'y', 'z')`)
  })

  test('what is refused leaves nothing open on the connection that others share', async () => {
    for (const id of ['c', 'b', 'd']) await committed([insertOf(id)])
    const { rows } = await other.query(`select id from codes order by id`)
    assert.deepEqual(
      rows.map(({ id }) => id),
      ['b', 'c', 'd'],
    )
    const { rowCount } = await other.query(
      `select 1 from pg_stat_activity where state like 'idle in transaction%' and application_name like 'banyan%'`,
    )
    assert.equal(rowCount, 0)
  })
})
