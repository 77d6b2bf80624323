import assert from 'node:assert/strict'
import type { Value } from '../store.ts'
import type { Example } from './example.ts'
import { idOf, updateOf } from './session.ts'

/** Values of every kind that some engine might change, cut off or reject. */
const extremes: Readonly<Record<string, readonly Value[]>> = {
  text: [
    '',
    ' ',
    'a ',
    'É',
    'E\u0301',
    '\uffff',
    '😀',
    '\u{10ffff}',
    "'",
    '"',
    '\\',
    '%_',
    '\r\n\t',
    '\u0001\u007f\u0085',
    '1',
    '01',
    '1e3',
    'null',
    'x'.repeat(10_000),
  ],
  integer: [0, 1, -1, 2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  bigint: ['0', '-1', '9007199254740993', '-9007199254740993', '9223372036854775807', '-9223372036854775808'],
  decimal: ['0.00', '0.01', '-0.01', '1.10', '199.90', '99999999.99', '-99999999.99'],
  fraction: ['0.000000000000000000', '0.000000000000000001', '-0.999999999999999999', '0.123456789012345678'],
  whole: ['0', '-1', '9007199254740993', '999999999999999999', '-999999999999999999'],
  boolean: [true, false],
  timestamp: [
    '0001-01-01T00:00:00.000Z',
    '1969-12-31T23:59:59.999Z',
    '2030-01-01T08:00:00.001Z',
    '9999-12-31T23:59:59.999Z',
  ],
  date: ['0001-01-01', '2028-02-29', '9999-12-31'],
  json: [
    'null',
    'true',
    '0',
    '""',
    '[]',
    '{}',
    '{"b":1,"a":[1.50,null,"\\u0000😀"]}',
    '{"a":1,"a":2}',
    '9007199254740993',
    ' {"a" : 1e400} ',
  ],
  enum: ['low', 'middle', 'high'],
  identifier: [idOf(0), 'ffffffff-ffff-7fff-bfff-ffffffffffff'],
  bytes: ['', 'AA', 'AAA', '_-8', Buffer.from(Uint8Array.from({ length: 256 }, (_, at) => at)).toString('base64url')],
  seats: [0, 9],
  balance: ['-5.00', '100.50'],
  points: ['-3', '9007199254740993'],
}

export const valueExamples: readonly Example[] = [
  ...Object.entries(extremes).map(
    ([field, values]): Example => ({
      name: `${field}: every value comes back as it was given, however it was written and read`,
      async run(session) {
        for (const [at, value] of values.entries()) {
          const [inserted, updated] = [idOf(2 * at), idOf(2 * at + 1)]
          await session.insert('everything', inserted, { [field]: value })
          await session.insert('everything', updated)
          await session.commit([updateOf('everything', updated, { set: { [field]: value } })])
          assert.equal((await session.row('everything', inserted))![field], value)
          assert.equal((await session.row('everything', updated))![field], value)
          assert.deepEqual((await session.found({ resource: 'everything' }, field)).slice(-2), [value, value])
        }
      },
    }),
  ),
  {
    name: 'null comes back from every optional field, and takes the place of a value',
    async run(session) {
      const ids = [idOf(1), idOf(2)] as const
      const full = Object.fromEntries(
        Object.entries(extremes).map(([field, values]) => [field, values[values.length - 1]!]),
      )
      await session.insert('everything', ids[0])
      await session.insert('everything', ids[1], full)
      const optional = Object.entries((await session.row('everything', ids[0]))!).flatMap(([field, value]) =>
        value === null ? [field] : [],
      )
      assert.equal(optional.length, 15)
      await session.commit([
        updateOf('everything', ids[1], { set: Object.fromEntries(optional.map((field) => [field, null])) }),
      ])
      const row = (await session.row('everything', ids[1]))!
      assert.deepEqual(
        optional.map((field) => row[field]),
        optional.map(() => null),
      )
    },
  },
  {
    name: 'keeps a text with U+0000, and what stands behind it',
    async run(session) {
      for (const [at, text] of ['\0', 'a\0', 'a\0b', 'a'].entries())
        await session.insert('everything', idOf(at), { text })
      assert.deepEqual(await session.found({ resource: 'everything', path: ['text'] }, 'text'), [
        '\0',
        'a',
        'a\0',
        'a\0b',
      ])
      assert.deepEqual(await session.found({ resource: 'everything', path: ['text'], equal: ['a\0b'] }), [idOf(2)])
    },
  },
  {
    name: 'client-given ids are any text, and are told apart by every character',
    async run(session) {
      const ids = ['a', 'A', 'a ', 'é', 'e\u0301', '😀', "'; drop table countries; --", '%', '/']
      for (const id of ids) await session.insert('countries', id, { name: id })
      for (const id of ids) assert.equal((await session.row('countries', id))!.name, id)
      assert.deepEqual((await session.get('countries', 'B', 'a\u0301')).rows, [null, null])
    },
  },
  {
    name: 'get gives one answer for each id, in the order asked, for the same id twice too',
    async run(session) {
      await session.insert('everything', idOf(1), { text: 'one' })
      await session.insert('everything', idOf(2), { text: 'two' })
      const { rows, lastVersions } = await session.get('everything', idOf(2), idOf(3), idOf(1), idOf(2))
      assert.deepEqual(
        rows.map((row) => row?.[0] ?? null),
        [idOf(2), null, idOf(1), idOf(2)],
      )
      assert.equal(lastVersions, undefined)
    },
  },
]
