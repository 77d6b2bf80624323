import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { engine } from '../../../../test/engine.ts'
import { testServer } from '../../../../test/postgres/server.ts'
import { systemClock } from '../../../core/clock.ts'
import { systemRandom } from '../../../core/random.ts'
import { silentTelemetry } from '../../../core/telemetry.ts'
import { everyScan } from '../conformance/every-scan.ts'
import { samples } from '../conformance/samples.ts'
import type { OpenStore, Write } from '../store.ts'
import { postgres } from './postgres.ts'
import { connectForWork } from './session.ts'

const { skip } = engine('initdb')

suite('the plan of PostgreSQL', { skip: skip ?? false }, () => {
  let server: Awaited<ReturnType<typeof testServer>>
  let store: OpenStore
  before(async () => {
    server = await testServer()
    const deps = { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: '' }
    const options = server.options()
    store = await postgres.open({ ...options, resources: samples }, deps)
    await fill(options)
  })
  after(async () => {
    await store[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  test('seeks every comparison of every list in the index of its path, and sorts none', async () => {
    const faults = new Map<string, string>()
    let count = 0
    const turn = randomInt(everyNth)
    for (const scan of everyScan()) {
      if (++count % everyNth !== turn) continue
      const { statement, plan, excess } = await store.explain(scan)
      const index = `${scan.resource}(${scan.path.filter((name) => name !== 'id').join(',')})`
      // The server may rather take another index that leaves so few rows that they can be compared.
      const isRead = plan.some(
        (line, at) => line.startsWith(' ') && line.includes('Filter:') && nodeOf(plan, at).includes(`"${index}"`),
      )
      const told = excess.filter((kind) => kind !== 'filter' || isRead)
      if (told.length > 0) faults.set(statement, `${told}: ${statement}\n${plan.join('\n')}`)
    }
    assert.equal([...faults.values()].slice(0, 3).join('\n\n'), '')
    assert.ok(count > 1000, `${count} scans`)
  })

  test('every statement that commits share is one that the server takes', async () => {
    const updatedAt = '2030-01-01T00:00:00.000Z'
    for (const { name: resource, columns, fields } of samples) {
      const row = columns.map(({ name }) => (name === 'version' ? 1 : null))
      const set = Object.fromEntries(Object.keys(fields).map((name) => [name, null]))
      const writes: readonly Write[] = [
        { kind: 'insert', resource, id: 'a', slot: 0, row },
        { kind: 'update', resource, id: 'a', set, add: {}, guards: [], version: 1, updatedAt },
        { kind: 'delete', resource, id: 'a', version: 1, deletedAt: updatedAt },
      ]
      for (const write of writes) {
        const { plan, excess } = await store.explain({ kind: 'commit', writes: [write], assertions: [] })
        assert.deepEqual(excess, [], plan.join('\n'))
      }
    }
  })
})

/** To ask of all lists takes a quarter of a minute; each run asks of others. */
const everyNth = 6

/** The line of the node that a line of a plan is about. */
function nodeOf(plan: readonly string[], at: number): string {
  return plan.slice(0, at).findLast((line) => line.includes('->')) ?? plan[0]!
}

/** Rows of which there are many enough for the planner to see what an index is worth. */
async function fill(options: ReturnType<Awaited<ReturnType<typeof testServer>>['options']>): Promise<void> {
  const admin = await connectForWork(options)
  const some = (value: string) => `case when random() < 0.1 then null else ${value} end`
  const columns = {
    id: 'gen_random_uuid()',
    group: `'g' || i % 7`,
    text: some(`'t' || i`),
    integer: some('i % 50'),
    bigint: some('i'),
    decimal: some('i % 90 + 0.25'),
    fraction: some('random()::numeric(18, 18)'),
    whole: some('i'),
    boolean: some('i % 2 = 0'),
    timestamp: some(`timestamptz '2030-01-01' + i * interval '1 minute'`),
    date: some(`date '2030-01-01' + i % 400`),
    enum: some(`case i % 3 when 0 then 'low' when 1 then 'middle' else 'high' end`),
    identifier: some('gen_random_uuid()'),
    createdAt: `timestamptz '2030-01-01' + i * interval '1 second'`,
    updatedAt: `timestamptz '2030-01-01' + i * interval '1 second'`,
    version: '1',
    slot: '0',
  }
  const names = Object.keys(columns).map((name) => `"${name}"`)
  await admin.execute(
    `insert into everything (${names}) select ${Object.values(columns)} from generate_series(1, 20000) as i; analyze`,
  )
  await admin.end()
}
