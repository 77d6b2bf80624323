import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { table } from '../../core/errors.ts'
import { app } from '../app.ts'
import { t } from '../field.ts'
import { manifestOf } from '../manifest.ts'
import { resource } from '../resource.ts'
import { appFindings, reviewApp } from '../review.ts'
import { service } from '../service.ts'

// `any` throughout: most of what is refused here does not compile, and plain JavaScript can still write it.
type Loose = any

const renamed = (name: string, from: string) => resource(name, { a: t.text() }).renamedFrom(from).access({})

const cases: readonly (readonly [sentence: string, resources: readonly Loose[], expected: readonly string[]])[] = [
  [
    'old names of fields that are no names, or are still in use',
    [
      resource('x', {
        id: t.text({ length: 3, renamedFrom: 'key' }),
        a: t.text({ renamedFrom: 'a' }),
        b: t.text({ renamedFrom: 'a' }),
        c: t.text({ renamedFrom: 'Old Name' }),
        d: t.text({ renamedFrom: 'version' }),
      }).access({}),
    ],
    [
      'RENAME_FIELD resources/x/fields/id: a row is known by its id, under this one name',
      'RENAME_FIELD resources/x/fields/a: it names itself',
      'RENAME_FIELD resources/x/fields/b: there still is a field a',
      'RENAME_FIELD resources/x/fields/c: "Old Name" cannot have been the name of a field',
      'RENAME_FIELD resources/x/fields/d: "version" cannot have been the name of a field',
    ],
  ],
  [
    'two fields that were one',
    [resource('x', { first: t.text({ renamedFrom: 'name' }), last: t.text({ renamedFrom: 'name' }) }).access({})],
    ['RENAME_FIELD resources/x/fields/last: first is renamed from name already'],
  ],
  [
    'old names of resources that are still in use, twice or none',
    [renamed('x', 'y'), renamed('y', 'y'), renamed('v', 'planes'), renamed('w', 'planes'), renamed('u', '-')],
    [
      'RENAME_RESOURCE resources/x: there still is a resource y',
      'RENAME_RESOURCE resources/y: it names itself',
      'RENAME_RESOURCE resources/w: v is renamed from planes already',
      'RENAME_RESOURCE resources/u: "-" cannot have been the name of a resource',
    ],
  ],
  [
    'backfills of what is no field, of the id, twice and without a function',
    [
      (resource('x', { id: t.text({ length: 3 }), a: t.text(), b: t.text() }) as Loose)
        .backfill('c', () => '')
        .backfill('id', () => '')
        .backfill('a', () => '')
        .backfill('a', () => '')
        .backfill('b', '')
        .access({}),
    ],
    [
      'BACKFILL_FIELD resources/x/backfill(c): there is no field c',
      'BACKFILL_FIELD resources/x/backfill(id): every row that is there has an id',
      'BACKFILL_FIELD resources/x/backfill(a): a has a backfill already',
      'BACKFILL_FIELD resources/x/backfill(b): it has no function',
    ],
  ],
]

suite('the review of what an app says of its older data refuses', () => {
  for (const [sentence, resources, expected] of cases) {
    test(sentence, () => {
      const owner = service('s', { resources: Object.fromEntries(resources.map((each, at) => [`R${at}`, each])) })
      const built = app('shop', { version: 'v1', services: [owner] as Loose })
      const found = reviewApp(manifestOf(built), built)
      assert.deepEqual(
        found.map(({ code, place, reason }) => `${code} ${place}: ${reason}`),
        expected,
      )
    })
  }

  test('every code of it has a case', () => {
    const codes = Object.keys(appFindings[table]).filter((code) => /^(RENAME|BACKFILL)_/.test(code))
    const said = cases.flatMap(([, , expected]) => expected)
    assert.deepEqual(
      codes.filter((code) => !said.some((line) => line.startsWith(code))),
      [],
    )
  })
})
