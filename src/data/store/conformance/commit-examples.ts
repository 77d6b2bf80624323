import assert from 'node:assert/strict'
import type { Assertion, Outcome, ScanResult, Value } from '../store.ts'
import type { Example } from './example.ts'
import { commitOf, deleteOf, idOf, insertOf, type ScanWords, type Session, scanOf, updateOf } from './session.ts'

const isAt = (resource: string, id: string, version: number): Assertion => ({ kind: 'row', resource, id, version })
const group = { resource: 'everything', path: ['group', 'integer', 'text'], equal: ['g'] } as const

/** That this scan finds what it finds now. */
async function stillFinds(session: Session, words: ScanWords): Promise<Assertion> {
  const rows = await session.scan(words)
  return { kind: 'scan', scan: scanOf(words), found: rows.map((row) => [row[0] as string, row.at(-1) as number]) }
}

export const commitExamples: readonly Example[] = [
  {
    name: 'a commit is made whole or not at all, over any rows of the store',
    needs: 'store atomicity',
    async run(session) {
      await session.insert('everything', idOf(1), { seats: 1 })
      const writes = [
        insertOf('everything', idOf(2)),
        insertOf('countries', 'land'),
        updateOf('everything', idOf(1), { set: { text: 'changed' }, add: { seats: -2 } }),
      ]
      await session.refused('FIELD_LIMIT', writes)
      assert.deepEqual(await session.found({ resource: 'everything' }), [idOf(1)])
      assert.deepEqual(await session.found({ resource: 'countries' }), [])
      assert.equal((await session.row('everything', idOf(1)))!.text, null)
    },
  },
  {
    name: 'a row is asserted at its version, or not to be there',
    async run(session) {
      await session.insert('everything', idOf(1))
      const write = () => [updateOf('everything', idOf(1), {})]
      await session.commit(write(), [
        isAt('everything', idOf(1), 1),
        isAt('everything', idOf(2), 0),
        isAt('countries', 'x', 0),
      ])
      for (const assertion of [
        isAt('everything', idOf(1), 1),
        isAt('everything', idOf(1), 0),
        isAt('everything', idOf(2), 1),
      ])
        await session.refused('STORE_VERSION_CONFLICT', write(), { assertions: [assertion] })
      await session.insert('countries', 'x')
      await session.commit([deleteOf('countries', 'x')])
      await session.commit([], [isAt('countries', 'x', 0)])
      assert.equal((await session.row('everything', idOf(1)))!.version, 2)
    },
  },
  {
    name: 'assertions are of the state before the writes, and are held first',
    async run(session) {
      await session.insert('everything', idOf(1))
      await session.commit([insertOf('everything', idOf(2))], [isAt('everything', idOf(2), 0)])
      const assertions = [isAt('everything', idOf(3), 1)]
      await session.refused('STORE_VERSION_CONFLICT', [insertOf('everything', idOf(3))], { assertions })
      await session.refused('STORE_VERSION_CONFLICT', [updateOf('everything', idOf(9), {})], { assertions })
    },
  },
  {
    name: 'a commit without writes only asserts',
    async run(session) {
      await session.insert('everything', idOf(1))
      await session.commit([], [isAt('everything', idOf(1), 1)])
      await session.refused('STORE_VERSION_CONFLICT', [], { assertions: [isAt('everything', idOf(1), 2)] })
    },
  },
  {
    name: 'a list is asserted by its rows and their versions: one more, one less, one changed is a conflict',
    needs: 'scanAssertions',
    async run(session) {
      for (const at of [1, 2, 3]) await session.insert('everything', idOf(at), { group: 'g', integer: at })
      const words = { ...group, range: { gte: 2 } } as const
      const assertions = [await stillFinds(session, words)]
      await session.commit([updateOf('everything', idOf(1), { set: { text: 'elsewhere' } })], assertions)
      const conflict = (...assertions: readonly Assertion[]) =>
        session.refused('STORE_SCAN_CONFLICT', [insertOf('countries', 'never')], { assertions })
      await session.insert('everything', idOf(4), { group: 'g', integer: 2 })
      await conflict(...assertions)
      const more = await stillFinds(session, words)
      await session.commit([updateOf('everything', idOf(3), {})])
      await conflict(more)
      const changed = await stillFinds(session, words)
      await session.commit([deleteOf('everything', idOf(2))])
      await conflict(changed)
      await session.commit([], [await stillFinds(session, words)])
    },
  },
  {
    name: 'the list of a limited page asserts that page only, and an empty one that it stays empty',
    needs: 'scanAssertions',
    async run(session) {
      for (const at of [1, 3, 5]) await session.insert('everything', idOf(at), { group: 'g', integer: at })
      const page = await stillFinds(session, { ...group, limit: 2 })
      const none = await stillFinds(session, { ...group, equal: ['other'] })
      await session.insert('everything', idOf(4), { group: 'g', integer: 4 })
      await session.commit([], [page, none])
      await session.insert('everything', idOf(2), { group: 'g', integer: 2 })
      await session.refused('STORE_SCAN_CONFLICT', [], { assertions: [page] })
      await session.insert('everything', idOf(6), { group: 'other' })
      await session.refused('STORE_SCAN_CONFLICT', [], { assertions: [none] })
    },
  },
  {
    name: 'two writes of one row are a bug of the caller, and nothing of the commit is made',
    async run(session) {
      const writes = [insertOf('countries', 'x'), updateOf('countries', 'x', {})]
      const error = await session.tryCommit(writes).then(
        (outcome) => (outcome.ok ? undefined : outcome.error),
        (error: unknown) => error,
      )
      assert.equal((error as { code?: string } | undefined)?.code, 'BUG')
      assert.deepEqual(await session.get('countries', 'x'), { rows: [null], lastVersions: [0] })
    },
  },
  ...batchExamples(),
]

function batchExamples(): readonly Example[] {
  return [
    {
      name: 'a member of a batch that fails leaves its neighbours alone',
      async run(session) {
        await session.insert('everything', idOf(1), { seats: 1, code: 'a' })
        const outcomes = await session.execute(
          commitOf([insertOf('everything', idOf(2), { text: 'before' })]),
          commitOf([insertOf('everything', idOf(3)), insertOf('everything', idOf(1))]),
          commitOf([updateOf('everything', idOf(4), {})]),
          commitOf([updateOf('everything', idOf(1), { add: { seats: -2 } })]),
          commitOf([insertOf('countries', 'x')], [isAt('everything', idOf(1), 7)]),
          commitOf([insertOf('everything', idOf(5), { text: 'behind' })]),
        )
        assert.deepEqual(
          outcomes.map((outcome) => (outcome.ok ? 'committed' : outcome.error.code)),
          ['committed', 'STORE_EXISTS', 'STORE_MISSING', 'FIELD_LIMIT', 'STORE_VERSION_CONFLICT', 'committed'],
        )
        assert.deepEqual(await session.found({ resource: 'everything' }), [1, 2, 5].map(idOf))
      },
    },
    {
      name: 'a refused deletion leaves nothing behind that its neighbours could stumble over',
      needs: 'references',
      async run(session) {
        await session.commit([
          insertOf('countries', 'land'),
          insertOf('cities', idOf(1), { country: 'land' }),
          insertOf('clubs', 'club', { city: idOf(1) }),
          insertOf('members', idOf(2), { club: 'club' }),
        ])
        const outcomes = await session.execute(
          commitOf([deleteOf('cities', idOf(1)), updateOf('countries', 'gone', {})]),
          commitOf([updateOf('clubs', 'club', { set: { name: 'still here' } })]),
          commitOf([insertOf('members', idOf(3), { club: 'club' })]),
        )
        assert.deepEqual(
          outcomes.map((outcome) => (outcome.ok ? 'committed' : outcome.error.code)),
          ['STORE_MISSING', 'committed', 'committed'],
        )
      },
    },
    {
      name: 'members of a batch see what those before them did',
      needs: 'ordered',
      async run(session) {
        const outcomes = await session.execute(
          commitOf([insertOf('countries', 'x')]),
          commitOf([updateOf('countries', 'x', { version: 1 })]),
          commitOf([updateOf('countries', 'x', { version: 1 })]),
          commitOf([deleteOf('countries', 'x', { version: 2 })]),
          commitOf([insertOf('countries', 'x', { version: 3 })]),
        )
        assert.deepEqual(
          outcomes.map((outcome) => (outcome.ok ? 'committed' : outcome.error.code)),
          ['committed', 'committed', 'STORE_VERSION_CONFLICT', 'committed', 'committed'],
        )
      },
    },
    {
      name: 'a batch of reads answers each for itself',
      async run(session) {
        for (const at of [1, 2]) await session.insert('everything', idOf(at), { group: 'g', integer: at })
        const scans = await session.execute(
          scanOf(group),
          scanOf({ ...group, descending: true }),
          scanOf({ ...group, equal: ['none'] }),
        )
        const idsOf = (outcome: Outcome<ScanResult>): readonly Value[] =>
          outcome.ok ? outcome.value.rows.map((row) => row[0]!) : ['failed']
        assert.deepEqual(scans.map(idsOf), [[idOf(1), idOf(2)], [idOf(2), idOf(1)], []])
        assert.deepEqual(await session.execute(), [])
      },
    },
    {
      name: 'the position goes forward with every commit, and a read is never behind a commit before it',
      async run(session) {
        const positionOf = async (run: Promise<readonly Outcome<unknown>[]>) => {
          const [outcome] = await run
          assert.ok(outcome?.ok)
          return outcome.position
        }
        const read = () => positionOf(session.execute({ kind: 'get', resource: 'countries', ids: ['x'] }))
        const start = await read()
        const first = await positionOf(session.execute(commitOf([insertOf('countries', 'x')])))
        const between = await read()
        await session.refused('STORE_EXISTS', [insertOf('countries', 'x')])
        const second = await positionOf(session.execute(commitOf([updateOf('countries', 'x', {})])))
        assert.ok(start.position < first.position && first.position <= between.position)
        assert.ok(between.position < second.position && second.position <= (await read()).position)
        assert.deepEqual(new Set([start, first, between, second].map(({ epoch }) => epoch)).size, 1)
      },
    },
    {
      name: 'of many that race for one row or one value, each success is one that the others see',
      async run(session) {
        await session.insert('everything', idOf(0), { integer: 0, seats: 9 })
        const race = async (write: (at: number) => Parameters<Session['tryCommit']>[0]) => {
          const outcomes = await Promise.all(Array.from({ length: 40 }, (_, at) => session.tryCommit(write(at))))
          return outcomes.filter(({ ok }) => ok).length
        }
        assert.equal(await race(() => [updateOf('everything', idOf(0), { add: { integer: 1 } })]), 40)
        assert.equal(await race(() => [updateOf('everything', idOf(0), { add: { seats: -1 } })]), 9)
        assert.equal(await race(() => [updateOf('everything', idOf(0), { version: 50 })]), 1)
        assert.equal(await race(() => [insertOf('countries', 'x')]), 1)
        const { integer, seats, version } = (await session.row('everything', idOf(0)))!
        assert.deepEqual({ integer, seats, version }, { integer: 40, seats: 0, version: 51 })
      },
    },
  ]
}
