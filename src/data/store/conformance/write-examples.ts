import assert from 'node:assert/strict'
import type { Guard, Value } from '../store.ts'
import type { Example } from './example.ts'
import { deleteOf, idOf, insertOf, laterTime, type Session, someTime, updateOf } from './session.ts'

const id = idOf(1)
const everything = (words: Parameters<typeof updateOf>[2]) => updateOf('everything', id, words)

export const writeExamples: readonly Example[] = [
  {
    name: 'an insert of an id that has a row is refused',
    async run(session) {
      await session.insert('everything', id, { text: 'first' })
      await session.refused('STORE_EXISTS', [insertOf('everything', id, { text: 'second' })])
      assert.equal((await session.row('everything', id))!.text, 'first')
    },
  },
  {
    name: 'an update sets what it names, counts the version up and stamps the row',
    async run(session) {
      await session.insert('everything', id, { text: 'a', integer: 7 })
      const before = await session.row('everything', id)
      await session.commit([everything({ set: { text: 'b' } })])
      assert.deepEqual(await session.row('everything', id), { ...before, text: 'b', version: 2, updatedAt: laterTime })
    },
  },
  {
    name: 'an update that changes nothing counts the version up all the same',
    async run(session) {
      await session.insert('everything', id)
      await session.commit([everything({})])
      assert.equal((await session.row('everything', id))!.version, 2)
    },
  },
  {
    name: 'refuses a stale version, and one that is ahead',
    async run(session) {
      await session.insert('everything', id)
      await session.commit([everything({ version: 1 })])
      await session.refused('STORE_VERSION_CONFLICT', [everything({ version: 1 })])
      await session.refused('STORE_VERSION_CONFLICT', [everything({ version: 3 })])
      await session.refused('STORE_VERSION_CONFLICT', [deleteOf('everything', id, { version: 1 })])
      await session.commit([deleteOf('everything', id, { version: 2 })])
    },
  },
  {
    name: 'an update or a deletion of what is not there is refused as missing, with a version too',
    async run(session) {
      await session.refused('STORE_MISSING', [everything({ set: { text: 'a' } })])
      await session.refused('STORE_MISSING', [everything({ version: 1 })])
      await session.refused('STORE_MISSING', [deleteOf('everything', id)])
      await session.refused('STORE_MISSING', [deleteOf('countries', 'gone', { version: 4 })])
    },
  },
  {
    name: 'a generated id begins at version 1, also after a deletion',
    async run(session) {
      await session.refused('STORE_VERSION_CONFLICT', [insertOf('everything', id, { version: 2 })])
      await session.insert('everything', id)
      await session.commit([everything({})])
      await session.commit([deleteOf('everything', id)])
      assert.equal((await session.get('everything', id)).lastVersions, undefined)
      await session.insert('everything', id)
    },
  },
  {
    name: 'a client-given id that is made again continues after its last version',
    async run(session) {
      const last = async () => (await session.get('countries', 'x')).lastVersions
      assert.deepEqual(await last(), [0])
      await session.refused('STORE_VERSION_CONFLICT', [insertOf('countries', 'x', { version: 2 })])
      await session.insert('countries', 'x')
      assert.deepEqual(await last(), [0]) // It has a row, which says its version itself.
      await session.commit([updateOf('countries', 'x', {})])
      await session.commit([deleteOf('countries', 'x')])
      assert.deepEqual(await last(), [2])
      await session.refused('STORE_VERSION_CONFLICT', [insertOf('countries', 'x')])
      await session.refused('STORE_VERSION_CONFLICT', [insertOf('countries', 'x', { version: 4 })])
      await session.insert('countries', 'x', { version: 3 })
      await session.refused('STORE_EXISTS', [insertOf('countries', 'x', { version: 4 })])
      await session.commit([deleteOf('countries', 'x', { version: 3 })])
      assert.deepEqual((await session.get('countries', 'y', 'x')).lastVersions, [0, 3])
    },
  },
  {
    name: 'what was refused leaves no trace of itself, not even a last version',
    async run(session) {
      await session.refused('STORE_MISSING', [insertOf('countries', 'x'), updateOf('countries', 'gone', {})])
      assert.deepEqual(await session.get('countries', 'x'), { rows: [null], lastVersions: [0] })
      await session.insert('countries', 'x')
      await session.refused('STORE_MISSING', [deleteOf('countries', 'x'), updateOf('countries', 'gone', {})])
      assert.equal((await session.row('countries', 'x'))!.version, 1)
      assert.deepEqual((await session.get('countries', 'x')).lastVersions, [0])
    },
  },
  {
    name: 'adds exactly: whole numbers, 64 bits, decimals with all their digits',
    async run(session) {
      const add = async (field: string, from: Value, amount: number | string, sum: Value) => {
        await session.commit([everything({ set: { [field]: from } })])
        await session.commit([everything({ add: { [field]: amount } })])
        assert.equal((await session.row('everything', id))![field], sum, `${field}: ${from} + ${amount}`)
      }
      await session.insert('everything', id)
      await add('integer', 1, -3, -2)
      await add('integer', Number.MAX_SAFE_INTEGER - 1, 1, Number.MAX_SAFE_INTEGER)
      await add('bigint', '9007199254740993', '2', '9007199254740995')
      await add('bigint', '9223372036854775807', '-9223372036854775808', '-1')
      await add('decimal', '0.10', '0.20', '0.30')
      await add('decimal', '99999999.98', '0.01', '99999999.99')
      await add('decimal', '0.05', '-0.10', '-0.05')
      await add('decimal', '-1.00', '1.00', '0.00')
      await add('fraction', '0.999999999999999998', '0.000000000000000001', '0.999999999999999999')
      await add('whole', '999999999999999998', '1', '999999999999999999')
    },
  },
  {
    name: 'refuses a sum outside the limits of the field, declared or its kind’s own',
    async run(session) {
      const refused = async (field: string, from: Value, amount: number | string) => {
        await session.commit([everything({ set: { [field]: from } })])
        await session.refused('FIELD_LIMIT', [everything({ add: { [field]: amount } })])
        assert.equal((await session.row('everything', id))![field], from)
      }
      await session.insert('everything', id)
      await refused('seats', 1, -2)
      await refused('seats', 1, 9)
      await refused('balance', '100.00', '0.51')
      await refused('balance', '-4.99', '-0.02')
      await refused('points', '-3', '-1')
      await refused('points', '9007199254740993', '1')
      await refused('integer', Number.MAX_SAFE_INTEGER, 1)
      await refused('integer', Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER)
      await refused('bigint', '9223372036854775807', '1')
      await refused('bigint', '-9223372036854775808', '-9223372036854775808')
      await refused('decimal', '99999999.99', '0.01')
      await refused('fraction', '-0.999999999999999999', '-0.000000000000000001')
      await refused('integer', null, 1)
      await refused('decimal', null, '1.00')
    },
  },
  {
    name: 'limits of a field let a sum through that is just within them',
    async run(session) {
      await session.insert('everything', id, { seats: 4, balance: '0.00', points: '0' })
      await session.commit([everything({ add: { seats: 5, balance: '100.50', points: '9007199254740993' } })])
      await session.commit([everything({ add: { seats: -9, balance: '-105.50', points: '-9007199254740996' } })])
      const { seats, balance, points } = (await session.row('everything', id))!
      assert.deepEqual({ seats, balance, points }, { seats: 0, balance: '-5.00', points: '-3' })
    },
  },
  {
    name: 'a guard is of the row before the write, and refuses with its own code',
    async run(session) {
      await session.insert('everything', id, { seats: 3, decimal: '9.00', bigint: '10', text: 'b', boolean: false })
      const guard = (field: string, operator: Guard['operator'], value: Value): Guard => ({
        field,
        operator,
        value,
        otherwise: 'TOO_LATE',
      })
      const holds = (...guards: readonly Guard[]) => session.commit([everything({ guards })])
      const fails = (...guards: readonly Guard[]) =>
        session.refused('TOO_LATE', [everything({ add: { seats: 1 }, guards })])
      await holds(
        guard('seats', 'eq', 3),
        guard('seats', 'gte', 3),
        guard('seats', 'lte', 3),
        guard('seats', 'gt', 2),
        guard('seats', 'lt', 4),
      )
      await holds(
        guard('decimal', 'lt', '10.00'),
        guard('bigint', 'gt', '9'),
        guard('text', 'gt', 'a'),
        guard('boolean', 'eq', false),
      )
      for (const [operator, value] of [
        ['eq', 4],
        ['gt', 3],
        ['gte', 4],
        ['lt', 3],
        ['lte', 2],
      ] as const)
        await fails(guard('seats', operator, value))
      await fails(guard('decimal', 'gte', '10.00'))
      await fails(guard('seats', 'eq', 3), guard('boolean', 'eq', true))
      assert.equal((await session.row('everything', id))!.seats, 3)
    },
  },
  {
    name: 'the refusal of a guard is a conflict, and names the row but none of its values',
    async run(session) {
      await session.insert('everything', id, { text: 'secret-one' })
      const guards = [{ field: 'text', operator: 'eq', value: 'secret-two', otherwise: 'NOT_YOURS' }] as const
      const outcome = await session.tryCommit([everything({ guards })])
      assert.ok(!outcome.ok)
      const { code, kind, status, message } = outcome.error
      assert.deepEqual({ code, kind, status }, { code: 'NOT_YOURS', kind: 'conflict', status: 409 })
      assert.match(message, new RegExp(`everything/${id}`))
      assert.doesNotMatch(message, /secret/)
    },
  },
  {
    name: 'no guard holds of a null',
    async run(session) {
      await session.insert('everything', id)
      for (const operator of ['eq', 'gt', 'gte', 'lt', 'lte'] as const) {
        await session.refused('NONE', [
          everything({ guards: [{ field: 'integer', operator, value: 0, otherwise: 'NONE' }] }),
        ])
      }
    },
  },
  {
    name: 'of several reasons to refuse an update the first is told: there, version, guards, limits, unique',
    needs: 'unique',
    async run(session) {
      await session.insert('everything', idOf(2), { code: 'taken' })
      const all = {
        version: 2,
        guards: [{ field: 'seats', operator: 'gt', value: 5, otherwise: 'FULL' }],
        add: { seats: 9 },
        set: { code: 'taken' },
      } as const
      await session.refused('STORE_MISSING', [everything(all)])
      await session.insert('everything', id, { seats: 1 })
      await session.refused('STORE_VERSION_CONFLICT', [everything(all)])
      await session.refused('FULL', [everything({ ...all, version: 1 })])
      await session.refused('FIELD_LIMIT', [everything({ ...all, version: 1, guards: [] })])
      await session.refused('STORE_UNIQUE', [everything({ ...all, version: 1, guards: [], add: {} })])
    },
  },
  ...uniqueExamples(),
]

function uniqueExamples(): readonly Example[] {
  return [
    {
      name: 'a unique value belongs to one row, whichever write brings it, and the refusal names the field',
      needs: 'unique',
      async run(session) {
        await session.insert('everything', idOf(1), { code: 'a' })
        await session.insert('everything', idOf(2), { code: 'A' })
        await session.refused('STORE_UNIQUE', [insertOf('everything', idOf(3), { code: 'a' })], { field: 'code' })
        await session.refused('STORE_UNIQUE', [updateOf('everything', idOf(2), { set: { code: 'a' } })], {
          field: 'code',
        })
        await session.commit([updateOf('everything', idOf(1), { set: { code: 'a', text: 'own' } })])
        await session.insert('countries', 'x', { number: 1 })
        await session.refused('STORE_UNIQUE', [insertOf('countries', 'y', { number: 1 })], { field: 'number' })
      },
    },
    {
      name: 'null is never a duplicate',
      needs: 'unique',
      async run(session) {
        for (const number of [1, 2, 3]) await session.insert('everything', idOf(number), { code: null })
        assert.equal((await session.scan({ resource: 'everything' })).length, 3)
      },
    },
    {
      name: 'a unique value is free again when its row is deleted or takes another',
      needs: 'unique',
      async run(session) {
        await session.insert('everything', idOf(1), { code: 'a' })
        await session.commit([updateOf('everything', idOf(1), { set: { code: 'b' } })])
        await session.insert('everything', idOf(2), { code: 'a' })
        await session.commit([deleteOf('everything', idOf(2))])
        await session.insert('everything', idOf(3), { code: 'a' })
      },
    },
    {
      name: 'within a commit a unique value is free from the write on that gives it up',
      needs: 'unique',
      async run(session) {
        await session.insert('everything', idOf(1), { code: 'a' })
        await session.commit([deleteOf('everything', idOf(1)), insertOf('everything', idOf(2), { code: 'a' })])
        await session.refused('STORE_UNIQUE', [
          insertOf('everything', idOf(3), { code: 'a' }),
          deleteOf('everything', idOf(2)),
        ])
        await session.refused('STORE_UNIQUE', [
          insertOf('everything', idOf(4), { code: 'c' }),
          insertOf('everything', idOf(5), { code: 'c' }),
        ])
        await unchanged(session)
      },
    },
    {
      name: 'an id that has a row is refused as such, even where a unique value is taken as well',
      needs: 'unique',
      async run(session) {
        await session.insert('everything', idOf(1), { code: 'a' })
        await session.insert('countries', 'x', { number: 1 })
        await session.refused('STORE_EXISTS', [insertOf('everything', idOf(1), { code: 'a' })])
        await session.refused('STORE_EXISTS', [insertOf('countries', 'x', { number: 1 })])
        await session.refused('STORE_VERSION_CONFLICT', [insertOf('countries', 'y', { number: 1, version: 2 })])
      },
    },
  ]
}

async function unchanged(session: Session): Promise<void> {
  const rows = await session.scan({ resource: 'everything' })
  assert.deepEqual(
    rows.map((row) => [row[0], row.at(-2)]),
    [[idOf(2), someTime]],
  )
}
