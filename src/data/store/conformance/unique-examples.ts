import assert from 'node:assert/strict'
import type { Example } from './example.ts'
import { deleteOf, idOf, insertOf, type Session, someTime, updateOf } from './session.ts'

export const uniqueExamples: readonly Example[] = [
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

async function unchanged(session: Session): Promise<void> {
  const rows = await session.scan({ resource: 'everything' })
  assert.deepEqual(
    rows.map((row) => [row[0], row.at(-2)]),
    [[idOf(2), someTime]],
  )
}
