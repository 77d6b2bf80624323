import assert from 'node:assert/strict'
import type { Value } from '../store.ts'
import type { Example } from './example.ts'
import { idOf, type ScanWords, type Session } from './session.ts'

/** Rows whose `text` and `integer` are these; their ids count up from 0. */
async function fill(session: Session, rows: readonly (readonly [text: Value, integer: Value])[]): Promise<void> {
  for (const [at, [text, integer]] of rows.entries())
    await session.insert('everything', idOf(at), { group: 'g', text, integer })
}

const byText = { resource: 'everything', path: ['group', 'text'], equal: ['g'] } as const
const byInteger = { resource: 'everything', path: ['group', 'integer', 'text'], equal: ['g'] } as const

/** Pages of this size, one after another, to the end. */
async function pages(session: Session, scan: ScanWords, limit: number, columns: readonly number[]) {
  const found: Value[] = []
  let after: readonly Value[] | undefined
  // A store that ignores the cursor would give pages for ever.
  for (let page = 0; page < 100; page++) {
    const rows = await session.scan({ ...scan, limit, ...(after === undefined ? {} : { after }) })
    found.push(...rows.map((row) => row[0]!))
    if (rows.length < limit) return found
    after = columns.map((at) => rows.at(-1)![at]!)
  }
  return assert.fail('the pages have no end')
}

function ordered(field: string, values: readonly Value[]): Example {
  return {
    name: `${field}: a scan follows the order of the values, null first, and the other way round`,
    needs: 'orderedScans',
    async run(session) {
      const path = {
        timestamp: ['timestamp', 'bigint'],
        whole: ['fraction', 'whole'],
        boolean: ['boolean', 'date', 'integer'],
      }[field]
      const scan = {
        resource: 'everything',
        path: path ?? (field === 'text' ? ['text'] : ['group', field, ...(rest[field] ?? [])]),
      }
      const equal = scan.path[0] === 'group' ? ['g'] : field === 'whole' ? ['0.000000000000000000'] : []
      const shuffled = values.map((value, at) => [idOf((at * 7) % values.length), value] as const)
      for (const [id, value] of shuffled)
        await session.insert('everything', id, { group: 'g', fraction: '0.000000000000000000', [field]: value })
      assert.deepEqual(await session.found({ ...scan, equal }, field), values)
      assert.deepEqual(await session.found({ ...scan, equal, descending: true }, field), values.toReversed())
      for (const [at, value] of values.entries()) {
        if (value === null) continue
        const ranged = (range: ScanWords['range']) => session.found({ ...scan, equal, range: range! }, field)
        const known = values.filter((other) => other !== null)
        const place = known.indexOf(value)
        assert.deepEqual(await ranged({ gt: value }), known.slice(place + 1), `gt ${at}`)
        assert.deepEqual(await ranged({ gte: value }), known.slice(place), `gte ${at}`)
        assert.deepEqual(await ranged({ lt: value }), known.slice(0, place), `lt ${at}`)
        assert.deepEqual(await ranged({ lte: value }), known.slice(0, place + 1), `lte ${at}`)
      }
    },
  }
}

const rest: Readonly<Record<string, readonly string[]>> = {
  integer: ['text'],
  decimal: ['boolean'],
  enum: ['timestamp'],
}

export const scanExamples: readonly Example[] = [
  ordered('text', [
    null,
    '',
    ' ',
    'A',
    'Z',
    'a',
    'a\u0001',
    'aa',
    'b',
    'é',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '𐀀',
    '😀',
    '\u{10ffff}',
  ]),
  ordered('integer', [null, Number.MIN_SAFE_INTEGER, -10, -9, -1, 0, 9, 10, 100, Number.MAX_SAFE_INTEGER]),
  ordered('bigint', [
    null,
    '-9223372036854775808',
    '-10',
    '-9',
    '0',
    '9',
    '10',
    '9007199254740992',
    '9007199254740993',
    '9223372036854775807',
  ]),
  ordered('decimal', [null, '-99999999.99', '-10.00', '-9.99', '-0.01', '0.00', '0.01', '9.99', '10.00', '100.00']),
  ordered('whole', [
    null,
    '-999999999999999999',
    '-10',
    '-9',
    '0',
    '9',
    '10',
    '999999999999999998',
    '999999999999999999',
  ]),
  ordered('boolean', [null, false, true]),
  ordered('timestamp', [
    null,
    '0999-12-31T23:59:59.999Z',
    '1969-12-31T23:59:59.999Z',
    '2030-01-01T08:00:00.000Z',
    '2030-01-01T08:00:00.001Z',
  ]),
  ordered('enum', [null, 'high', 'low', 'middle']),
  {
    name: 'rows that are equal along a path follow each other by id',
    needs: 'orderedScans',
    async run(session) {
      for (const at of [3, 1, 2]) await session.insert('everything', idOf(at), { group: 'g', text: 'same' })
      assert.deepEqual(await session.found(byText), [idOf(1), idOf(2), idOf(3)])
      assert.deepEqual(await session.found({ ...byText, descending: true }), [idOf(3), idOf(2), idOf(1)])
    },
  },
  {
    name: 'a prefix finds the texts that begin with it, letter for letter',
    needs: 'orderedScans',
    async run(session) {
      const texts = ['', 'a', 'a%', 'a_', 'aa', 'ab', 'a\u{10ffff}', 'a\u{10ffff}x', 'b', 'A', null]
      await fill(
        session,
        texts.map((text) => [text, null]),
      )
      const begin = (prefix: string) => session.found({ ...byText, range: { prefix } }, 'text')
      assert.deepEqual(await begin('a'), ['a', 'a%', 'a_', 'aa', 'ab', 'a\u{10ffff}', 'a\u{10ffff}x'])
      assert.deepEqual(await begin('a%'), ['a%'])
      assert.deepEqual(await begin('a_'), ['a_'])
      assert.deepEqual(await begin('a\u{10ffff}'), ['a\u{10ffff}', 'a\u{10ffff}x'])
      assert.deepEqual(await begin('c'), [])
      assert.equal((await begin('')).length, texts.length - 1)
    },
  },
  {
    name: 'a range may be bounded on both sides, and may be empty',
    needs: 'orderedScans',
    async run(session) {
      await fill(
        session,
        [1, 2, 3, 4, null].map((integer) => ['', integer]),
      )
      assert.deepEqual(await session.found({ ...byInteger, range: { gt: 1, lte: 3 } }, 'integer'), [2, 3])
      assert.deepEqual(await session.found({ ...byInteger, range: { gt: 3, lt: 2 } }, 'integer'), [])
    },
  },
  {
    name: 'pages of any size give every row once, in both directions, with nulls in the cursor',
    needs: 'orderedScans',
    async run(session) {
      const texts = [null, null, 'a', 'b', 'b']
      await fill(
        session,
        [null, 1, 2, null].flatMap((integer) => texts.map((text) => [text, integer] as const)),
      )
      for (const descending of [false, true]) {
        const all = await session.found({ ...byInteger, descending })
        assert.equal(all.length, 20)
        for (const limit of [1, 2, 3, 7, 20, 21])
          assert.deepEqual(await pages(session, { ...byInteger, descending }, limit, [3, 2, 0]), all)
      }
    },
  },
  {
    name: 'a cursor is a place, whether its row is still there or not',
    needs: 'orderedScans',
    async run(session) {
      await fill(
        session,
        ['a', 'c', null].map((text) => [text, null]),
      )
      assert.deepEqual(await session.found({ ...byText, after: ['b', idOf(9)] }, 'text'), ['c'])
      assert.deepEqual(await session.found({ ...byText, after: ['b', idOf(9)], descending: true }, 'text'), ['a', null])
      assert.deepEqual(await session.found({ ...byText, after: [null, idOf(9)] }, 'text'), ['a', 'c'])
    },
  },
  {
    name: 'a list in the prefix merges the rows of its values in the order of the rest',
    needs: 'orderedScans',
    async run(session) {
      await fill(session, [
        ['x', 1],
        ['b', 2],
        ['c', 1],
        ['a', 3],
        ['a', 2],
        [null, 1],
      ])
      const scan = { ...byInteger, equal: ['g', [2, 1]] } as const
      assert.deepEqual(await session.found(scan, 'text'), [null, 'a', 'b', 'c', 'x'])
      assert.deepEqual(await session.found({ ...scan, descending: true, limit: 3 }, 'text'), ['x', 'c', 'b'])
      assert.deepEqual(await session.found({ ...scan, range: { gte: 'b' } }, 'text'), ['b', 'c', 'x'])
      for (const limit of [1, 2, 4]) {
        assert.deepEqual(await pages(session, scan, limit, [2, 0]), [5, 4, 1, 2, 0].map(idOf))
        assert.deepEqual(await pages(session, { ...scan, descending: true }, limit, [2, 0]), [0, 2, 1, 4, 5].map(idOf))
      }
    },
  },
  {
    name: 'equality along a whole path finds the one row, and a list of ids its rows by id',
    async run(session) {
      await fill(session, [
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ])
      assert.deepEqual(await session.found({ resource: 'everything', equal: [idOf(1)] }), [idOf(1)])
      assert.deepEqual(await session.found({ resource: 'everything', equal: [idOf(7)] }), [])
      const some = { resource: 'everything', equal: [[idOf(2), idOf(7), idOf(0)]] }
      assert.deepEqual(await session.found(some), [idOf(0), idOf(2)])
      assert.deepEqual(await session.found({ ...some, descending: true, limit: 1 }), [idOf(2)])
    },
  },
]
