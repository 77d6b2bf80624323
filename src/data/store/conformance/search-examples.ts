import assert from 'node:assert/strict'
import type { Value } from '../store.ts'
import type { Example } from './example.ts'
import { commitOf, deleteOf, idOf, insertOf, type SearchWords, type Session, searchOf, updateOf } from './session.ts'

/** Rows whose `text` is these; their ids count up from 0. */
async function fill(session: Session, texts: readonly Value[]): Promise<void> {
  for (const [at, text] of texts.entries()) await session.insert('everything', idOf(at), { group: 'g', text })
}

const by = (...words: readonly string[]): SearchWords => ({ resource: 'everything', words })

/** All pages of this size, by the places of their rows. */
async function pages(session: Session, search: SearchWords, limit: number): Promise<readonly Value[]> {
  const found: Value[] = []
  let after: readonly Value[] | undefined
  // A store that ignores the place would give pages for ever.
  for (let page = 0; page < 100; page++) {
    const { rows, places } = await session.one(
      searchOf({ ...search, limit, ...(after === undefined ? {} : { after }) }),
    )
    assert.equal(rows.length, places.length)
    found.push(...rows.map((row) => row[0]!))
    if (rows.length < limit) return found
    after = places.at(-1)!
  }
  return assert.fail('the pages have no end')
}

export const searchExamples: readonly Example[] = (
  [
    {
      name: 'a search finds the rows that have all of its words, in any field, in any order',
      async run(session) {
        await fill(session, ['ada lovelace', 'lovelace ada', 'ada', 'Lovelace', null, ''])
        await session.insert('everything', idOf(6), { group: 'g', text: 'ada', code: 'lovelace' })
        assert.deepEqual((await session.searched(by('ada', 'lovelace'))).toSorted(), [0, 1, 6].map(idOf))
        assert.deepEqual((await session.searched(by('ada'))).toSorted(), [0, 1, 2, 6].map(idOf))
        assert.deepEqual(await session.searched(by('ada', 'byron')), [])
        assert.deepEqual(await session.searched(by('lovel')), [])
      },
    },
    {
      name: 'words are found whatever their case and diacritics, whole, and letter for letter beyond ASCII',
      async run(session) {
        await fill(session, ['Zürich', 'ZURICH', 'zurichsee', 'STRASSE', 'straße', 'हिन्दी', '世界', 'ø', "O'Hare"])
        const found = async (word: string) => (await session.searched(by(word))).toSorted()
        assert.deepEqual(await found('zurich'), [0, 1].map(idOf))
        assert.deepEqual(await found('zurich*'), [0, 1, 2].map(idOf))
        assert.deepEqual(await found('strasse'), [3, 4].map(idOf))
        assert.deepEqual(await found('हिन्दी'), [5].map(idOf))
        assert.deepEqual(await found('世*'), [6].map(idOf))
        assert.deepEqual(await found('世'), [])
        assert.deepEqual(await found('o'), [8].map(idOf))
        assert.deepEqual(await found('ø'), [7].map(idOf))
      },
    },
    {
      name: 'what an engine would take for an operator is a word like any other',
      async run(session) {
        const words = ['and', 'or', 'not', 'near', 'first', 'filters', 'rank', 'rowid', 'null', '1', '0x1']
        await fill(session, words)
        for (const [at, word] of words.entries()) assert.deepEqual(await session.searched(by(word)), [idOf(at)])
        assert.deepEqual(await session.searched(by('and', 'or')), [])
        assert.deepEqual((await session.searched(by('n*'))).toSorted(), [2, 3, 8].map(idOf))
      },
    },
    {
      name: 'words in the first field come first, then rows with fewer words in it, then with fewer in the others',
      async run(session) {
        const rows = [
          ['b', 'a'],
          ['a b c', 'x'],
          ['a', 'x y'],
          ['a', 'x'],
          ['b c', 'a'],
          ['a b', 'x y z'],
        ] as const
        // Codes are unique, and numbers are words that nobody looks for.
        for (const [at, [text, code]] of rows.entries())
          await session.insert('everything', idOf(at), { group: 'g', text, code: `${code} ${at}` })
        assert.deepEqual(await session.searched(by('a')), [3, 2, 5, 1, 0, 4].map(idOf))
        assert.deepEqual(await session.searched({ ...by('a'), limit: 2 }), [3, 2].map(idOf))
      },
    },
    {
      name: 'pages of a search give every row once, in the order of one page, whatever is written meanwhile',
      async run(session) {
        const texts = Array.from({ length: 23 }, (_, at) => `a${' b'.repeat(at % 3)}`)
        await fill(session, texts)
        for (let at = 0; at < 4; at++)
          await session.insert('everything', idOf(100 + at), { group: 'g', text: 'b', code: `a ${at}` })
        const all = await session.searched(by('a'))
        assert.equal(new Set(all).size, 27)
        for (const limit of [1, 2, 9, 27, 28]) assert.deepEqual(await pages(session, by('a'), limit), all)

        const { rows, places } = await session.one(searchOf({ ...by('a'), limit: 5 }))
        await session.commit([deleteOf('everything', String(rows[4]![0])), deleteOf('everything', String(all[7]))])
        await session.insert('everything', idOf(200), { group: 'g', text: 'c' })
        const rest = await session.searched({ ...by('a'), after: places[4]! })
        assert.deepEqual(
          rest,
          all.slice(5).filter((id) => id !== all[7]),
        )
      },
    },
    {
      name: 'equality narrows a search, on several fields, and on one of several values',
      async run(session) {
        const long = 'x'.repeat(5000)
        const rows = [
          { group: 'g', bigint: '1' },
          { group: 'g', bigint: '10' },
          { group: 'h', bigint: '1', boolean: false },
          { group: 'h', bigint: null, boolean: true, fraction: '0.500000000000000000' },
          { group: `${long}a` },
          { group: `${long}b` },
        ]
        for (const [at, values] of rows.entries())
          await session.insert('everything', idOf(at), { text: 'a', ...values })
        const found = async (equal: NonNullable<SearchWords['equal']>) =>
          (await session.searched({ ...by('a'), equal })).toSorted()
        assert.deepEqual(await found({ group: 'g' }), [0, 1].map(idOf))
        assert.deepEqual(await found({ group: 'g', bigint: '1' }), [0].map(idOf))
        assert.deepEqual(await found({ bigint: '1' }), [0, 2].map(idOf))
        assert.deepEqual(await found({ group: ['h', 'g', 'none'] }), [0, 1, 2, 3].map(idOf))
        assert.deepEqual(await found({ group: 'G' }), [])
        assert.deepEqual(await found({ boolean: false }), [2].map(idOf))
        assert.deepEqual(await found({ fraction: '0.500000000000000000' }), [3].map(idOf))
        assert.deepEqual(await found({ group: `${long}b` }), [5].map(idOf))
        assert.deepEqual(await session.searched({ ...by('b'), equal: { group: 'g' } }), [])
      },
    },
    {
      name: 'a search sees every commit before it: inserts, updates, sums, deletions and what they carry along',
      async run(session) {
        const found = async (search: SearchWords) => (await session.searched(search)).toSorted()
        await fill(session, ['one', 'two'])
        await session.commit([updateOf('everything', idOf(0), { set: { text: 'three' } })])
        assert.deepEqual(await found(by('one')), [])
        assert.deepEqual(await found(by('three')), [idOf(0)])
        await session.commit([updateOf('everything', idOf(0), { set: { integer: 1 } })])
        assert.deepEqual(await found(by('three')), [idOf(0)])
        await session.commit([
          updateOf('everything', idOf(0), { set: { text: null } }),
          deleteOf('everything', idOf(1)),
        ])
        assert.deepEqual(await found(by('t*')), [])
        await session.insert('everything', idOf(1), { text: 'two again' })
        assert.deepEqual(await found(by('two')), [idOf(1)])

        await session.insert('everything', idOf(2), { text: 'sum', bigint: '9' })
        await session.commit([updateOf('everything', idOf(2), { add: { bigint: '1' } })])
        assert.deepEqual(await found({ ...by('sum'), equal: { bigint: '9' } }), [])
        assert.deepEqual(await found({ ...by('sum'), equal: { bigint: '10' } }), [idOf(2)])
      },
    },
    {
      name: 'what was refused is not found, and its neighbours in the batch are',
      async run(session) {
        await fill(session, ['one'])
        const outcomes = await session.execute(
          commitOf([insertOf('everything', idOf(1), { text: 'before' })]),
          commitOf([updateOf('everything', idOf(0), { set: { text: 'never' } }), deleteOf('everything', idOf(9))]),
          commitOf([insertOf('everything', idOf(2), { text: 'never' }), deleteOf('everything', idOf(9))]),
          commitOf([insertOf('everything', idOf(3), { text: 'behind' })]),
        )
        assert.deepEqual(
          outcomes.map(({ ok }) => ok),
          [true, false, false, true],
        )
        const found = (word: string) => session.searched(by(word))
        assert.deepEqual(await found('never'), [])
        assert.deepEqual(await found('one'), [idOf(0)])
        assert.deepEqual([await found('before'), await found('behind')], [[idOf(1)], [idOf(3)]])
      },
    },
    {
      name: 'words of one row that is inserted, changed and deleted again and again are those that it has now',
      async run(session) {
        for (let round = 0; round < 30; round++) {
          await session.insert('everything', idOf(1), { text: `round ${round}` })
          await session.commit([updateOf('everything', idOf(1), { set: { text: `later ${round}` } })])
          assert.deepEqual(await session.searched(by('round')), [])
          assert.deepEqual(await session.searched(by('later', String(round))), [idOf(1)])
          await session.commit([deleteOf('everything', idOf(1))])
          assert.deepEqual(await session.searched(by('later')), [])
        }
      },
    },
  ] satisfies readonly Omit<Example, 'needs'>[]
)
  .map((example): Example => ({ ...example, needs: 'search' }))
  .concat(cascades())

function cascades(): readonly Example[] {
  return [
    {
      name: 'a search does not find what a cascade has deleted, and finds what it has set to null',
      needs: 'search',
      async run(session) {
        await session.commit([
          insertOf('countries', 'land'),
          insertOf('cities', idOf(1), { country: 'land' }),
          insertOf('clubs', 'club', { city: idOf(1), name: 'rowing club' }),
          insertOf('clubs', 'other', { city: idOf(1), name: 'chess club' }),
          insertOf('members', idOf(2), { club: 'club', name: 'ada' }),
          insertOf('members', idOf(3), { club: 'other', name: 'bob', mentor: idOf(2) }),
        ])
        const members = (equal: NonNullable<SearchWords['equal']> = {}) =>
          session.searched({ resource: 'members', words: ['bob'], equal })
        assert.deepEqual(await members({ mentor: idOf(2) }), [idOf(3)])
        await session.commit([deleteOf('clubs', 'club')])
        assert.deepEqual(await session.searched({ resource: 'clubs', words: ['club'] }), ['other'])
        assert.deepEqual(await session.searched({ resource: 'members', words: ['ada'] }), [])
        assert.deepEqual(await members({ mentor: idOf(2) }), [])
        assert.deepEqual(await members(), [idOf(3)])
      },
    },
  ]
}
