import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { table } from '../../core/errors.ts'
import { anyone } from '../access.ts'
import { app } from '../app.ts'
import { t } from '../field.ts'
import { manifestOf } from '../manifest.ts'
import { resource } from '../resource.ts'
import { appFindings, reviewApp } from '../review.ts'
import { service } from '../service.ts'

// `any` throughout: most of what is refused here does not compile, and plain JavaScript can still write it.
type Loose = any

const given = { table: 'crm.people', key: 'integer', version: 'xmin' } as const
const people = (clause: Loose = {}, fields: Loose = { name: t.text() }): Loose =>
  (resource('people', fields) as Loose).adopt({ ...given, ...clause }).access({})

const at = 'resources/people/adopt'
const cases: readonly (readonly [sentence: string, resources: readonly Loose[], expected: readonly string[]])[] = [
  ['takes a table as it is', [people({ columns: { id: 'nr', createdAt: 'made' }, unordered: ['name'] })], []],
  [
    'refuses a clause that does not say what the table is like',
    [people({ key: undefined, version: 'ctid', table: ['', 'people'] })],
    [
      `ADOPT_TABLE ${at}: the name of the table is empty`,
      `ADOPT_TABLE ${at}: nothing says what its keys are`,
      `ADOPT_TABLE ${at}: "ctid" is no source of versions`,
    ],
  ],
  [
    'refuses keys that are given and made',
    [people({ key: 'serial' }, { id: t.id({ form: 'integer' }) })],
    [
      `ADOPT_TABLE ${at}: its keys are made, and a field id says that clients give them`,
      `ADOPT_TABLE ${at}: "serial" is no kind of key`,
    ],
  ],
  [
    'refuses columns of no field, of two fields, and of a field that is said to lack one',
    [people({ columns: { nmae: 'x', name: 'id', version: 'v' }, unordered: ['age'], lacks: ['id'] })],
    [
      `ADOPT_TABLE ${at}: a column is named for the version, and its source is another`,
      `ADOPT_TABLE ${at}: there is no field nmae`,
      `ADOPT_TABLE ${at}: there is no field age`,
      `ADOPT_TABLE ${at}: two fields have the column id`,
      `ADOPT_TABLE ${at}: id is lacking, and a field has it`,
    ],
  ],
  [
    'refuses what needs more than the table has',
    [
      people(
        { version: 'none', lacks: ['born'] },
        { name: t.text({ renamedFrom: 'title' }), team: t.text({ maxLength: 9 }) },
      )
        .search('name')
        .partitionBy('team')
        .requireMatch()
        .index('createdAt')
        .renamedFrom('persons')
        .access({ create: anyone }),
    ],
    [
      'ADOPT_NEED resources/people/search: the words of its texts are kept in columns that the table has not',
      'ADOPT_NEED resources/people/partitionBy: keys that are there carry no slot of another field',
      'ADOPT_NEED resources/people/requireMatch: clients see no version that they could expect',
      'ADOPT_NEED resources/people/renamedFrom: no table follows a new name',
      'ADOPT_NEED resources/people/fields/name: no column follows a new name',
      'ADOPT_NEED resources/people/access/create: every new row needs born, which no field has, so the create route could make no row',
      'ADOPT_NEED resources/people/index: it goes by createdAt, for which no column is named',
    ],
  ],
  [
    'refuses references between tables of its own and tables of others, which nothing would hold',
    [people({}, { team: t.ref('teams') }), resource('teams', { head: t.ref('people') }).access({})],
    [
      'ADOPT_REFERENCE resources/people/fields/team: it refers to teams, and an adopted table gets no foreign key',
      'ADOPT_REFERENCE resources/teams/fields/head: it refers to people, an adopted table, to which no foreign key is added',
    ],
  ],
  [
    'refuses keys that are numbers elsewhere',
    [resource('notes', { other: t.id({ form: 'integer' }) }).access({})],
    ['ADOPT_NEED resources/notes/fields/other: keys that are numbers are those of adopted tables'],
  ],
]

suite('finds what is wrong with an adopted table', () => {
  for (const [sentence, resources, expected] of cases)
    test(sentence, () => {
      const owned = Object.fromEntries(resources.map((each, at) => [`R${at}`, each]))
      const built = app('shop', { version: 'v1', services: [service('s', { resources: owned })] as Loose })
      const found = reviewApp(manifestOf(built), built)
      assert.deepEqual(
        found.map(({ code, place, reason }) => `${code} ${place}: ${reason}`),
        expected,
      )
      assert.ok(found.every(({ mend }) => mend !== ''))
    })

  test('every code is found in one of these cases', () => {
    const seen = new Set(cases.flatMap(([, , expected]) => expected.map((line) => line.split(' ')[0])))
    const codes = Object.keys(appFindings[table]).filter((code) => code.startsWith('ADOPT_'))
    assert.deepEqual(
      codes.filter((code) => !seen.has(code)),
      [],
    )
  })
})
