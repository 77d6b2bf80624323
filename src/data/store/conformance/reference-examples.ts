import assert from 'node:assert/strict'
import type { Example } from './example.ts'
import { deleteOf, idOf, insertOf, laterTime, type Session, updateOf } from './session.ts'

const [city, otherCity, member, otherMember, trophy] = [1, 2, 3, 4, 5].map(idOf) as [
  string,
  string,
  string,
  string,
  string,
]

/** A country, a city, a club and two members, the second a pupil of the first. */
async function settle(session: Session): Promise<void> {
  await session.commit([
    insertOf('countries', 'land'),
    insertOf('cities', city, { country: 'land' }),
    insertOf('clubs', 'club', { city }),
    insertOf('members', member, { club: 'club' }),
    insertOf('members', otherMember, { club: 'club', mentor: member, deputy: member }),
  ])
}

const rowsThatReferToTheirOwnKind: Example[] = [
  {
    name: 'a row may refer to itself, and go',
    needs: 'references',
    async run(session) {
      await session.insert('nodes', 'a', { parent: 'a', blocker: 'a' })
      await session.commit([deleteOf('nodes', 'a')])
      assert.deepEqual(await session.get('nodes', 'a'), { rows: [null], lastVersions: [1] })
    },
  },
  {
    name: 'a cascade that comes back to its beginning ends there',
    needs: 'references',
    async run(session) {
      await session.commit([
        insertOf('nodes', 'a', { parent: 'c' }),
        insertOf('nodes', 'b', { parent: 'a' }),
        insertOf('nodes', 'c', { parent: 'b' }),
      ])
      await session.commit([deleteOf('nodes', 'b')])
      assert.deepEqual(await session.get('nodes', 'a', 'b', 'c'), { rows: [null, null, null], lastVersions: [1, 1, 1] })
    },
  },
  {
    name: 'a row that two cascades lead to goes once',
    needs: 'references',
    async run(session) {
      await session.commit([
        insertOf('nodes', 'a'),
        insertOf('nodes', 'b', { parent: 'a' }),
        insertOf('nodes', 'c', { parent: 'a', second: 'b' }),
        insertOf('nodes', 'd', { parent: 'c', second: 'a' }),
      ])
      await session.commit([deleteOf('nodes', 'a')])
      assert.deepEqual((await session.get('nodes', 'a', 'b', 'c', 'd')).lastVersions, [1, 1, 1, 1])
    },
  },
  {
    name: 'rows that only rows of the same cascade refer to go with them',
    needs: 'references',
    async run(session) {
      await session.commit([
        insertOf('nodes', 'a'),
        insertOf('nodes', 'b', { parent: 'a' }),
        insertOf('nodes', 'c', { parent: 'a', blocker: 'b' }),
      ])
      await session.commit([deleteOf('nodes', 'a')])
      assert.equal((await session.scan({ resource: 'nodes' })).length, 0)
    },
  },
]

export const referenceExamples: readonly Example[] = [
  {
    name: 'a reference to no row is refused, and the refusal names the field',
    needs: 'references',
    async run(session) {
      await session.refused('STORE_REFERENCE', [insertOf('cities', city, { country: 'nowhere' })], { field: 'country' })
      await session.insert('everything', idOf(1))
      const set = { country: 'nowhere' }
      await session.refused('STORE_REFERENCE', [updateOf('everything', idOf(1), { set })], { field: 'country' })
      assert.equal((await session.row('everything', idOf(1)))!.country, null)
    },
  },
  {
    name: 'references are held against the rows that the commit leaves, in whatever order it writes',
    needs: 'references',
    async run(session) {
      await session.commit([insertOf('cities', city, { country: 'land' }), insertOf('countries', 'land')])
      await session.commit([deleteOf('countries', 'land'), deleteOf('cities', city)])
      await session.refused('STORE_REFERENCE', [
        insertOf('countries', 'new'),
        insertOf('cities', city, { country: 'other' }),
      ])
      assert.equal(await session.row('countries', 'new'), null)
    },
  },
  {
    name: 'what is referred to is not deleted, until nothing refers to it',
    needs: 'references',
    async run(session) {
      await session.commit([insertOf('countries', 'land'), insertOf('cities', city, { country: 'land' })])
      await session.refused('STORE_REFERRED', [deleteOf('countries', 'land')])
      await session.refused('STORE_REFERRED', [
        updateOf('cities', city, { add: { people: 1 } }),
        deleteOf('countries', 'land'),
      ])
      assert.equal((await session.row('cities', city))!.people, 0)
      await session.commit([deleteOf('cities', city)])
      await session.commit([deleteOf('countries', 'land')])
    },
  },
  {
    name: 'a deletion takes along what declares it, to any depth, and its ids keep their last version',
    needs: 'references',
    async run(session) {
      await settle(session)
      await session.commit([updateOf('clubs', 'club', { set: { name: 'second' } })])
      await session.insert('cities', otherCity, { country: 'land' })
      await session.commit([deleteOf('cities', city)])
      assert.deepEqual(await session.get('clubs', 'club'), { rows: [null], lastVersions: [2] })
      assert.equal((await session.scan({ resource: 'members' })).length, 0)
      assert.deepEqual(await session.found({ resource: 'cities' }), [otherCity])
    },
  },
  {
    name: 'a cascade stops at a row that may not be deleted, and then nothing is',
    needs: 'references',
    async run(session) {
      await settle(session)
      await session.insert('trophies', trophy, { club: 'club' })
      await session.refused('STORE_REFERRED', [deleteOf('cities', city)])
      await session.refused('STORE_REFERRED', [insertOf('clubs', 'brief', { city }), deleteOf('cities', city)])
      assert.deepEqual(await session.get('clubs', 'brief'), { rows: [null], lastVersions: [0] })
      assert.equal((await session.scan({ resource: 'members' })).length, 2)
      assert.equal((await session.row('clubs', 'club'))!.version, 1)
      assert.deepEqual((await session.get('clubs', 'club')).lastVersions, [0])
      await session.commit([deleteOf('cities', city), deleteOf('trophies', trophy)])
    },
  },
  {
    name: 'a reference set to null counts its row up, once a field, and stamps it with the time of the deletion',
    needs: 'references',
    async run(session) {
      await settle(session)
      await session.insert('everything', idOf(9), { country: 'land' })
      const before = await session.row('members', otherMember)
      await session.commit([deleteOf('members', member)])
      const nulled = { mentor: null, deputy: null, version: 3, updatedAt: laterTime }
      assert.deepEqual(await session.row('members', otherMember), { ...before, ...nulled })
      assert.deepEqual(await session.found({ resource: 'members', path: ['mentor'], equal: [member] }), [])
    },
  },
  {
    name: 'writes are made in their order: what a cascade took away is missing to the write behind it',
    needs: 'references',
    async run(session) {
      await settle(session)
      await session.refused('STORE_MISSING', [
        deleteOf('cities', city),
        updateOf('clubs', 'club', { set: { name: 'late' } }),
      ])
      await session.refused('STORE_MISSING', [deleteOf('cities', city), deleteOf('clubs', 'club')])
      await session.commit([updateOf('clubs', 'club', { set: { name: 'early' } }), deleteOf('cities', city)])
      assert.deepEqual((await session.get('clubs', 'club')).lastVersions, [2])
    },
  },
  {
    name: 'a row that is inserted and taken away by a cascade of the same commit breaks no reference',
    needs: 'references',
    async run(session) {
      await settle(session)
      await session.commit([insertOf('clubs', 'brief', { city }), deleteOf('cities', city)])
      assert.deepEqual(await session.get('clubs', 'brief'), { rows: [null], lastVersions: [1] })
      await session.refused('STORE_REFERENCE', [insertOf('clubs', 'late', { city, version: 1 })], { field: 'city' })
    },
  },
  {
    name: 'a reference that is written and set to null by a deletion of the same commit is none',
    needs: 'references',
    async run(session) {
      await session.insert('countries', 'land')
      await session.commit([insertOf('everything', idOf(1), { country: 'land' }), deleteOf('countries', 'land')])
      const { country, version } = (await session.row('everything', idOf(1)))!
      assert.deepEqual({ country, version }, { country: null, version: 2 })
    },
  },
  {
    name: 'a row that a cascade takes away and the same commit makes anew may be referred to',
    needs: 'references',
    async run(session) {
      await settle(session)
      await session.insert('cities', otherCity, { country: 'land' })
      await session.insert('trophies', trophy, { club: 'club' })
      await session.commit([deleteOf('cities', city), insertOf('clubs', 'club', { city: otherCity, version: 2 })])
      assert.equal((await session.row('clubs', 'club'))!.city, otherCity)
      assert.equal((await session.row('trophies', trophy))!.club, 'club')
    },
  },
  {
    name: 'a reference into a row that the same commit deletes is refused',
    needs: 'references',
    async run(session) {
      await session.insert('countries', 'land')
      for (const writes of [
        [deleteOf('countries', 'land'), insertOf('cities', city, { country: 'land' })],
        [insertOf('cities', city, { country: 'land' }), deleteOf('countries', 'land')],
      ])
        await session.refused('STORE_REFERENCE', writes, { field: 'country' })
    },
  },
  ...rowsThatReferToTheirOwnKind,
]
