import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { suite, test } from 'node:test'
import { systemClock } from '../../../core/clock.ts'
import { seededRandom } from '../../../core/random.ts'
import { silentTelemetry } from '../../../core/telemetry.ts'
import { everyScan } from '../conformance/every-scan.ts'
import { samples } from '../conformance/samples.ts'
import { storeDrivers } from '../drivers.ts'
import type { OpenStore, StoreDriver } from '../store.ts'
import { excessOf, planOf } from './plan.ts'

async function openSamples(): Promise<OpenStore> {
  const driver = (await storeDrivers.sqlite()) as StoreDriver<{ readonly file: string }>
  const deps = { telemetry: silentTelemetry, clock: systemClock, random: seededRandom(1), dataFolder: '/nowhere' }
  return driver.open({ file: ':memory:', resources: samples }, deps)
}

suite('the plan of SQLite', () => {
  test('answers every comparison of every list by seeking, and sorts none', async () => {
    await using store = await openSamples()
    let count = 0
    for (const scan of everyScan()) {
      const { statement, plan, excess } = await store.explain(scan)
      assert.deepEqual(excess, [], `${JSON.stringify(scan)}\n${statement}\n${plan.join('\n')}`)
      count++
    }
    assert.ok(count > 1000, `${count} scans`)
  })

  test('seeks the rows that refer to one that is deleted', async () => {
    await using store = await openSamples()
    for (const { name: resource } of samples) {
      const write = { kind: 'delete', resource, id: 'a', deletedAt: '' } as const
      const { plan, excess } = await store.explain({ kind: 'commit', writes: [write], assertions: [] })
      assert.deepEqual(excess, [], plan.join('\n'))
    }
  })

  test('is seen through where it reads in vain', () => {
    using database = new DatabaseSync(':memory:')
    database.exec(
      'create table t (id text primary key, a text, b integer not null) strict, without rowid; create index "t(a,b)" on t (a, b)',
    )
    const excess = (where: string, order: string, comparisons: number) =>
      excessOf(
        planOf(database, { sql: `select * from t where ${where} order by ${order} limit 1`, values: [] }),
        comparisons,
      )
    assert.deepEqual(excess('a = ?', 'b, id', 1), [])
    assert.deepEqual(excess('b = ?', 'id', 1), ['scan'])
    // In these two ways pages behind a cursor were asked for once. What SQLite makes of the first depends on its version.
    assert.notDeepEqual(excess('(a > ? or (a = ? and (b, id) > (?, ?)))', 'a, b, id', 4), [])
    assert.deepEqual(excess('a = ? and b >= ? and (b, id) > (?, ?)', 'b, id', 4), ['filter'])
    assert.deepEqual(excess('a = ?', 'id', 1), ['sort'])
    assert.deepEqual(excess('b > ?', 'b', 1), ['scan', 'sort'])
  })
})
