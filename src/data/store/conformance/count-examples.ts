import assert from 'node:assert/strict'
import type { Example } from './example.ts'
import { countOf, deleteOf, idOf, type ScanWords, type SearchWords, type Session, scanOf, searchOf } from './session.ts'

const byInteger = { resource: 'everything', path: ['group', 'integer', 'text'], equal: ['g'] } as const

const counted = (session: Session, scan: ScanWords, exactMax?: number) => session.one(countOf(scanOf(scan), exactMax))

async function fill(session: Session): Promise<void> {
  for (const [at, integer] of [1, 2, 2, 3, null].entries())
    await session.insert('everything', idOf(at), { group: 'g', integer, text: 'a' })
  await session.insert('everything', idOf(9), { group: 'h', integer: 2 })
}

export const countExamples: readonly Example[] = [
  {
    name: 'a count is of all pages: without filters, by a prefix, a range and a list',
    needs: 'orderedScans',
    async run(session) {
      const count = async (scan: ScanWords) => {
        const { count, kind } = await counted(session, scan)
        assert.equal(kind, 'exact')
        return count
      }
      assert.equal(await count({ resource: 'everything' }), 0)
      await fill(session)
      assert.equal(await count({ resource: 'everything' }), 6)
      assert.equal(await count(byInteger), 5)
      assert.equal(await count({ ...byInteger, equal: ['none'] }), 0)
      assert.equal(await count({ ...byInteger, range: { gte: 2 } }), 3)
      assert.equal(await count({ ...byInteger, range: { gt: 1, lt: 3 } }), 2)
      assert.equal(await count({ ...byInteger, equal: ['g', [2, 3, 7]] }), 3)
      assert.equal(await count({ ...byInteger, equal: [['g', 'h'], 2] }), 3)
      const texts = { resource: 'everything', path: ['group', 'text'], equal: ['g'] }
      assert.equal(await count({ ...texts, range: { prefix: 'a' } }), 5)
      assert.equal(await count({ resource: 'everything', equal: [[idOf(0), idOf(7), idOf(9)]] }), 2)
      await session.commit([deleteOf('everything', idOf(0))])
      assert.equal(await count(byInteger), 4)
    },
  },
  {
    name: 'as many as are asked for are counted exactly, and an estimate beyond is larger than that',
    needs: 'orderedScans',
    async run(session) {
      await fill(session)
      assert.deepEqual(await counted(session, byInteger, 5), { count: 5, kind: 'exact' })
      for (const exactMax of [0, 3, 4]) {
        const { count, kind } = await counted(session, byInteger, exactMax)
        assert.ok(kind === 'exact' ? count === 5 : count > exactMax, `${count} of 5, ${kind}`)
      }
      const list = await counted(session, { ...byInteger, equal: ['g', [1, 2]] }, 3)
      assert.deepEqual(list, { count: 3, kind: 'exact' })
    },
  },
  {
    name: 'what a search finds can be counted, narrowed or not',
    needs: 'search',
    async run(session) {
      await fill(session)
      const count = (search: SearchWords, exactMax?: number) => session.one(countOf(searchOf(search), exactMax))
      const a = { resource: 'everything', words: ['a'] }
      assert.deepEqual(await count(a), { count: 5, kind: 'exact' })
      assert.deepEqual(await count({ ...a, equal: { group: 'h' } }), { count: 0, kind: 'exact' })
      assert.deepEqual(await count({ ...a, equal: { group: ['g', 'h'] } }, 5), { count: 5, kind: 'exact' })
      assert.deepEqual(await count({ ...a, words: ['b'] }), { count: 0, kind: 'exact' })
      const { count: estimate, kind } = await count(a, 4)
      assert.ok(kind === 'exact' ? estimate === 5 : estimate > 4)
    },
  },
]
