import assert from 'node:assert/strict'
import type { Example } from './example.ts'
import { deleteOf, idOf, insertOf, laterTime, updateOf } from './session.ts'

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
]
