import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { engine } from '../../../../test/engine.ts'
import { testServer } from '../../../../test/mysql/server.ts'
import { t } from '../../../app/field.ts'
import { resourceManifest } from '../../../app/manifest.ts'
import { resource } from '../../../app/resource.ts'
import { systemClock } from '../../../core/clock.ts'
import { systemRandom } from '../../../core/random.ts'
import { silentTelemetry } from '../../../core/telemetry.ts'
import { batchContext, idOf } from '../conformance/session.ts'
import type { Row, Scan } from '../store.ts'
import { connect } from './connection.ts'
import { readModel } from './migration/remembered.ts'
import { mysql } from './mysql.ts'
import { scanStatement } from './scan.ts'
import { tablesOf } from './table.ts'

const { skip } = engine('mariadbd')
const now = '2030-01-01T00:00:00.000Z'

const flights = resource('flights', {
  origin: t.text({ maxLength: 3 }),
  departsAt: t.timestamp({ optional: true }),
  price: t.decimal(10, 2),
  seats: t.integer(),
  name: t.text({ maxLength: 200 }),
})
  .index('origin', 'departsAt')
  .index('price')
  .index('seats', 'name')
const resources = [resourceManifest('s', flights.declaration)]

const page = (path: readonly string[], more: Partial<Scan>): Scan => ({
  kind: 'scan',
  resource: 'flights',
  path: [...path, 'id'],
  equal: [],
  descending: false,
  limit: 20,
  ...more,
})
const noon = '2030-03-18T12:00:00.000Z'
const pages: Readonly<Record<string, Scan>> = {
  'the first': page(['origin', 'departsAt'], { equal: ['A1'] }),
  'the first in a range': page(['origin', 'departsAt'], { equal: ['A1'], range: { gt: noon } }),
  'one behind a cursor': page(['origin', 'departsAt'], { equal: ['A1'], after: [noon, idOf(2000)] }),
  'one before a cursor': page(['origin', 'departsAt'], {
    equal: ['A1'],
    descending: true,
    after: [noon, idOf(2000)],
  }),
  'one of exact numbers': page(['price'], { after: ['500.00', idOf(2500)] }),
  'one in the order of texts': page(['seats', 'name'], { equal: [3], after: ['number 5', idOf(5)] }),
  'one in the order of ids': page([], { after: [idOf(2500)] }),
}

suite('mysql reads a page from its index, from the place where it begins', { skip: skip ?? false }, async () => {
  if (skip !== undefined) return
  const server = await testServer()
  after(() => server[Symbol.asyncDispose]())
  const options = await server.options()
  const deps = { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: '' }
  const store = await mysql.open({ ...options, resources }, deps)
  const connection = await connect({ url: options.primary, statementTimeoutMs: 10_000, onEnd() {} })
  after(async () => {
    await connection.end()
    await store[Symbol.asyncDispose]()
  })
  const writes = Array.from({ length: 4000 }, (_, at) => {
    const departsAt = at % 9 === 0 ? null : new Date(Date.parse(now) + at * 3_600_000).toISOString()
    const row: Row = [idOf(at), `A${at % 7}`, departsAt, `${at % 1000}.00`, at % 50, `number ${at}`, now, now, 1]
    return { kind: 'insert', resource: 'flights', id: idOf(at), slot: 0, row } as const
  })
  const [outcome] = await store.execute([{ kind: 'commit', writes, assertions: [] }], batchContext)
  assert.ok(outcome!.ok)
  await connection.run({ text: 'analyze table flights', values: [] })
  const table = tablesOf(resources, (await readModel(connection))!).of('flights')

  for (const [name, scan] of Object.entries(pages)) {
    test(name, async () => {
      const { text, values } = scanStatement(table, scan)
      const { rows } = await connection.run({ text: `explain ${text}`, values })
      const [, , , type, , key, , , , extra] = rows[0]!
      assert.match(String(type), /^(ref|range)$/)
      assert.ok(key)
      assert.doesNotMatch(String(extra), /filesort|temporary/)
    })
  }
})
