import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { temporaryFolder } from '../../test/running-server.ts'
import type { Row, Value } from '../app/row.ts'
import { systemClock } from '../core/clock.ts'
import { systemRandom } from '../core/random.ts'
import { silentTelemetry } from '../core/telemetry.ts'
import { resourceModel } from './model.ts'
import { samples } from './store/conformance/samples.ts'
import { idOf, insertOf, laterTime, Session, someTime } from './store/conformance/session.ts'
import { storeDrivers } from './store/drivers.ts'
import type { Guard, Write } from './store/store.ts'
import { applied, type Change, WriteBuffer } from './write-buffer.ts'

type Words = Partial<Change>
type Values = Readonly<Record<string, Value>>

const memory = await storeDrivers.memory()
const store = await memory.open(
  { resources: samples },
  { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: '' },
)
const session = new Session(store)
const model = resourceModel(samples[0]!, [], 'main', store)
const id = idOf(1)

function guardOf(field: string, operator: Guard['operator'], value: Value, otherwise = 'REFUSED'): Guard {
  return { field, operator, value, otherwise }
}

function rowOf(values: Values = {}): Row {
  const write = insertOf('everything', id, { group: 'g', ...values })
  return (write as Extract<Write, { kind: 'insert' }>).row
}

function bufferOf(...changes: readonly Words[]): WriteBuffer {
  const buffer = new WriteBuffer()
  for (const words of changes) buffer.update(model, id, { updatedAt: someTime, ...words })
  return buffer
}

/** What becomes of an insert and these changes after it; the row by the names of its columns. */
function inserted(values: Values, ...changes: readonly Words[]): Values {
  const buffer = new WriteBuffer()
  buffer.insert(model, id, 0, rowOf(values))
  for (const words of changes) buffer.update(model, id, { updatedAt: laterTime, ...words })
  assert.equal(buffer.all().length, 1)
  const write = buffer.all()[0]!.write as Extract<Write, { kind: 'insert' }>
  return Object.fromEntries(model.manifest.columns.map(({ name }, at) => [name, write.row[at]!]))
}

function updateIn(buffer: WriteBuffer): Extract<Write, { kind: 'update' }> {
  const all = buffer.all()
  assert.equal(all.length, 1)
  return all[0]!.write as Extract<Write, { kind: 'update' }>
}

/** The refusal's code, or 'done'. */
function codeOf(run: () => unknown): string {
  try {
    run()
    return 'done'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

suite('the writes of one row become one write', () => {
  test('an update after an insert is an insert of the changed row, at the version it had', () => {
    const row = inserted({ text: 'a', seats: 3 }, { set: { text: 'b' } }, { add: { seats: 2, balance: '1.50' } })
    assert.deepEqual(
      [row.text, row.seats, row.balance, row.version, row.createdAt, row.updatedAt],
      ['b', 5, '1.50', 1, someTime, laterTime],
    )
  })

  test('a guard after an insert is asked at once', () => {
    const guards = [guardOf('seats', 'gte', 3)]
    assert.equal(
      codeOf(() => inserted({ seats: 3 }, { guards })),
      'done',
    )
    assert.equal(
      codeOf(() => inserted({ seats: 3 }, { add: { seats: -1 } }, { guards })),
      'REFUSED',
    )
  })

  test('an addition after an insert keeps to the limits of the field', () => {
    assert.equal(
      codeOf(() => inserted({ seats: 9 }, { add: { seats: 1 } })),
      'FIELD_LIMIT',
    )
    assert.equal(
      codeOf(() => inserted({ integer: null }, { add: { integer: 1 } })),
      'FIELD_LIMIT',
    )
    assert.equal(
      codeOf(() => inserted({ balance: '100.00' }, { add: { balance: '0.51' } })),
      'FIELD_LIMIT',
    )
  })

  test('of two sets of one field the later one counts', () => {
    const { set, updatedAt } = updateIn(
      bufferOf({ set: { text: 'a', boolean: true } }, { set: { text: 'b' }, updatedAt: laterTime }),
    )
    assert.deepEqual(set, { text: 'b', boolean: true })
    assert.equal(updatedAt, laterTime)
  })

  test('additions are summed, exactly and in the form of the field', () => {
    const { add, set } = updateIn(
      bufferOf(
        { add: { seats: 2, bigint: '9007199254740993', decimal: '0.10' } },
        { add: { seats: -3, bigint: '2', decimal: '0.20', points: '1' } },
      ),
    )
    assert.deepEqual(set, {})
    assert.deepEqual(add, { seats: -1, bigint: '9007199254740995', decimal: '0.30', points: '1' })
  })

  test('an addition after a set is part of the set, within the limits of the field', () => {
    const { set, add } = updateIn(
      bufferOf({ set: { seats: 3, balance: '1.00' } }, { add: { seats: 2, balance: '0.05' } }),
    )
    assert.deepEqual([set, add], [{ seats: 5, balance: '1.05' }, {}])
    assert.equal(
      codeOf(() => bufferOf({ set: { seats: 9 } }, { add: { seats: 1 } })),
      'FIELD_LIMIT',
    )
  })

  test('a set after an addition makes nothing of the addition', () => {
    const { set, add } = updateIn(bufferOf({ add: { seats: 2 } }, { set: { seats: 1 } }))
    assert.deepEqual([set, add], [{ seats: 1 }, {}])
  })

  test('an addition to a null that was set before is refused, as it is on a null that the row has', {}, () => {
    for (const [field, amount] of [
      ['integer', 1],
      ['bigint', '1'],
      ['decimal', '1.00'],
    ] as const) {
      assert.equal(
        codeOf(() => bufferOf({ set: { [field]: null } }, { add: { [field]: amount } })),
        'FIELD_LIMIT',
        field,
      )
    }
  })

  test('a guard is moved back by what was added before it', () => {
    const { guards } = updateIn(
      bufferOf(
        { add: { seats: -2, balance: '0.50', points: '3' }, guards: [guardOf('seats', 'gte', 2)] },
        {
          guards: [
            guardOf('seats', 'gte', 1),
            guardOf('balance', 'lt', '9.00'),
            guardOf('points', 'eq', '5'),
            guardOf('text', 'eq', 'a'),
          ],
        },
      ),
    )
    assert.deepEqual(
      guards.map(({ field, operator, value }) => `${field} ${operator} ${value}`),
      ['seats gte 2', 'seats gte 3', 'balance lt 8.50', 'points eq 2', 'text eq a'],
    )
  })

  test('a guard on a field that was set is asked at once, and not of the engine', () => {
    const { guards } = updateIn(bufferOf({ set: { seats: 5 } }, { guards: [guardOf('seats', 'eq', 5)] }))
    assert.deepEqual(guards, [])
    assert.equal(
      codeOf(() => bufferOf({ set: { seats: 5 } }, { guards: [guardOf('seats', 'lt', 5)] })),
      'REFUSED',
    )
    assert.equal(
      codeOf(() => bufferOf({ set: { text: null } }, { guards: [guardOf('text', 'eq', 'a')] })),
      'REFUSED',
    )
  })

  test('a guard of the same change is of the row before its own addition', () => {
    const { guards } = updateIn(bufferOf({}, { add: { seats: -2 }, guards: [guardOf('seats', 'gte', 2)] }))
    assert.equal(guards[0]!.value, 2)
  })

  test('the version that was expected first stays expected, and with nothing named nothing is', () => {
    assert.equal(updateIn(bufferOf({ version: 3 }, { set: { text: 'a' } })).version, 3)
    assert.equal('version' in updateIn(bufferOf({}, {})), false)
  })

  test('a delete after an update takes its place, and what it expected', () => {
    const buffer = bufferOf({ set: { text: 'a' }, version: 3 })
    buffer.delete(model, id, undefined, laterTime)
    assert.deepEqual(
      buffer.all().map(({ write }) => write),
      [{ kind: 'delete', resource: 'everything', id, deletedAt: laterTime, version: 3 }],
    )
  })

  test('a delete after a guarded update is still guarded', async () => {
    await session.insert('everything', idOf(2), { group: 'g', seats: 0 })
    const buffer = new WriteBuffer()
    const refuse = () => {
      buffer.update(model, idOf(2), { guards: [guardOf('seats', 'gt', 0)], updatedAt: laterTime })
      buffer.delete(model, idOf(2), undefined, laterTime)
    }
    // Refused at once or by the engine, but not forgotten.
    if (codeOf(refuse) !== 'done') return
    const outcome = await session.tryCommit(buffer.all().map(({ write }) => write))
    assert.equal(outcome.ok, false)
  })

  test('a delete after an insert leaves nothing, and the row may be inserted again', () => {
    const buffer = new WriteBuffer()
    buffer.insert(model, id, 0, rowOf())
    buffer.delete(model, id, undefined, laterTime)
    assert.equal(buffer.touches(model), false)
    buffer.insert(model, id, 0, rowOf({ text: 'again' }))
    assert.equal(buffer.all().length, 1)
  })

  test('nothing follows a delete, and an insert follows nothing', () => {
    const deleted = new WriteBuffer()
    deleted.delete(model, id, undefined, laterTime)
    const updated = bufferOf({})
    for (const misuse of [
      () => deleted.update(model, id, { updatedAt: laterTime }),
      () => deleted.delete(model, id, undefined, laterTime),
      () => deleted.insert(model, id, 0, rowOf()),
      () => updated.insert(model, id, 0, rowOf()),
    ])
      assert.equal(codeOf(misuse), 'TRANSACTION_MISUSE')
  })
})

/** One after another through the store, and at once through the buffer: the same row comes of it. */
async function bothWays(values: Values, changes: readonly Words[]): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const batches of [changes.map((change) => [change]), [changes]]) {
    await session.commit([{ kind: 'insert', resource: 'everything', id, slot: 0, row: rowOf(values) }])
    for (const batch of batches)
      await session.commit(
        bufferOf(...batch)
          .all()
          .map(({ write }) => write),
      )
    rows.push((await session.get('everything', id)).rows[0]!)
    await session.commit([{ kind: 'delete', resource: 'everything', id, deletedAt: laterTime }])
  }
  return rows.map((row) => row.with(model.versionAt, 0))
}

test('merged writes do what they would have done one after another', async () => {
  const changes: readonly Words[] = [
    { add: { seats: 2, balance: '1.50', points: '4' }, guards: [guardOf('seats', 'eq', 3)] },
    { set: { text: 'b' }, add: { seats: -4 }, guards: [guardOf('seats', 'gte', 5), guardOf('points', 'lte', '9')] },
    { set: { balance: '7.00' }, guards: [guardOf('balance', 'eq', '2.50')] },
    { add: { balance: '0.25', points: '-1' }, guards: [guardOf('balance', 'gt', '6.99')] },
  ]
  const [singly, merged] = await bothWays({ seats: 3, balance: '1.00', points: '5' }, changes)
  assert.deepEqual(merged, singly)
})

const limits = [
  { field: 'bigint', least: '-9223372036854775808', add: '1' },
  { field: 'integer', least: Number.MIN_SAFE_INTEGER, add: 2 },
  { field: 'whole', least: '-999999999999999999', add: '9' },
] as const
for (const name of ['memory', 'sqlite'] as const) {
  test(`a guard that is moved beyond what its field can hold is asked all the same, on ${name}`, {}, async () => {
    using folder = temporaryFolder()
    const { open } = await storeDrivers[name]()
    const deps = { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: folder.path }
    await using opened = await open({ resources: samples }, deps)
    const on = new Session(opened)
    await on.insert('everything', id, { group: 'g', bigint: '0', integer: 0, whole: '0' })
    for (const { field, least, add } of limits) {
      const buffer = bufferOf({ add: { [field]: add } }, { guards: [guardOf(field, 'gte', least)] })
      await on.commit(buffer.all().map(({ write }) => write))
      assert.equal(String((await on.row('everything', id))?.[field]), String(add), field)
    }
  })
}

test('the row that a transaction sees is the row that the engine makes', async () => {
  const change: Change = { set: { text: 'b' }, add: { seats: 2, decimal: '-0.10' }, updatedAt: laterTime }
  const before = rowOf({ seats: 3, decimal: '0.05' })
  await session.commit([{ kind: 'insert', resource: 'everything', id, slot: 0, row: before }])
  await session.commit(
    bufferOf(change)
      .all()
      .map(({ write }) => write),
  )
  const { rows } = await session.get('everything', id)
  assert.deepEqual(applied(model, id, before, change).with(model.versionAt, 2), rows[0])
})
