import assert from 'node:assert/strict'
import type { Guard, Value } from '../store.ts'
import type { Example } from './example.ts'
import { idOf, updateOf } from './session.ts'

const id = idOf(1)
const everything = (words: Parameters<typeof updateOf>[2]) => updateOf('everything', id, words)

export const sumAndGuardExamples: readonly Example[] = [
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
]
