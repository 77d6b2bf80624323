import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { anyone } from '../../../../app/access.ts'
import { t } from '../../../../app/field.ts'
import { resourceManifest } from '../../../../app/manifest.ts'
import { resource } from '../../../../app/resource.ts'
import { searchTermsOf } from '../../../../app/search.ts'
import { systemClock } from '../../../../core/clock.ts'
import { systemRandom } from '../../../../core/random.ts'
import { batchContext, idOf } from '../../conformance/session.ts'
import type { Commit, OpenStore, Search, Write } from '../../store.ts'
import { sqlite } from '../sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'banyan-words-'))
after(() => rmSync(folder, { recursive: true }))

const Plain = resource('notes', { title: t.text(), body: t.text(), shelf: t.text() }).access({ read: anyone })
const Other = resource('notes_data', { title: t.text() }).search('title').access({ read: anyone })
const searched = Plain.index('shelf', 'title').search('title')
const rows = [
  ['one', 'two', 'a'],
  ['two', 'three', 'b'],
  ['three', 'one', 'b'],
] as const

/** A store of these declarations, and what it said while it was opened. */
async function opened(file: string, ...resources: readonly { readonly declaration: typeof Plain.declaration }[]) {
  const log: string[] = []
  const telemetry = { log: (_: string, message: string) => void log.push(message) }
  const manifests = resources.map(({ declaration }) => resourceManifest('notes', declaration))
  const deps = { telemetry, clock: systemClock, random: systemRandom(), dataFolder: folder }
  return { store: await sqlite.open({ file, resources: manifests }, deps), log }
}

const commit = async (store: OpenStore, ...writes: readonly Write[]) => {
  const [outcome] = await store.execute<Commit>([{ kind: 'commit', writes, assertions: [] }], batchContext)
  if (!outcome!.ok) throw outcome!.error
}

const now = '2030-01-01T00:00:00.000Z'
const insert = (at: number, values: readonly string[], name = 'notes'): Write => {
  const row = [idOf(at), ...values, now, now, 1]
  return { kind: 'insert', resource: name, id: idOf(at), slot: at, row }
}

async function found(store: OpenStore, text: string, equal: Search['equal'] = {}, name = 'notes') {
  const terms = searchTermsOf(text)
  assert.ok(!('detail' in terms))
  const [outcome] = await store.execute<Search>(
    [{ kind: 'search', resource: name, terms, equal, limit: 100 }],
    batchContext,
  )
  if (!outcome!.ok) throw outcome!.error
  return outcome!.value.rows.map(([id]) => id)
}

test('the words of rows that are there are entered when they are first declared to be searched, and kept', async () => {
  const before = await opened('first.db', Plain)
  await commit(before.store, ...rows.map((row, at) => insert(at, row)))
  await before.store[Symbol.asyncDispose]()

  const first = await opened('first.db', searched, Other)
  assert.ok(first.log.includes('schema: make words of notes(title, shelf)'), first.log.join('\n'))
  assert.deepEqual(await found(first.store, 'two'), [idOf(1)])
  assert.deepEqual(await found(first.store, 'three', { shelf: 'b' }), [idOf(2)])
  await commit(first.store, insert(3, ['four', '', 'a']))
  await first.store[Symbol.asyncDispose]()

  const again = await opened('first.db', searched, Other)
  assert.deepEqual(again.log, [])
  assert.deepEqual(await found(again.store, 't*'), [1, 2].map(idOf))
  assert.deepEqual(await found(again.store, 'four'), [idOf(3)])
  await again.store[Symbol.asyncDispose]()
})

test('an index is made anew where its fields, its filters or Unicode change, and dropped where it is not declared', async () => {
  const start = await opened('changed.db', searched)
  await commit(start.store, ...rows.map((row, at) => insert(at, row)))
  await start.store[Symbol.asyncDispose]()

  const wider = await opened('changed.db', searched.search('body', 'title'))
  assert.deepEqual(wider.log, [
    'schema: drop words of notes(title, shelf)',
    'schema: make words of notes(title, body, shelf)',
  ])
  assert.deepEqual(await found(wider.store, 'two'), [0, 1].map(idOf))
  await wider.store[Symbol.asyncDispose]()

  const unfiltered = await opened('changed.db', Plain.search('body', 'title'))
  assert.ok(unfiltered.log.includes('schema: make words of notes(title, body)'))
  await unfiltered.store[Symbol.asyncDispose]()

  const path = join(folder, 'changed.db')
  {
    using database = new DatabaseSync(path)
    database.exec(`update _banyan_schema set declaration = replace(declaration, '${process.versions.unicode}', '1.0')`)
  }
  const unicode = await opened('changed.db', Plain.search('body', 'title'))
  assert.deepEqual(unicode.log, [
    'schema: drop words of notes(title, body)',
    'schema: make words of notes(title, body)',
  ])
  assert.deepEqual(await found(unicode.store, 'two'), [0, 1].map(idOf))
  await unicode.store[Symbol.asyncDispose]()

  const none = await opened('changed.db', Plain)
  assert.deepEqual(none.log, ['schema: drop words of notes(title, body)'])
  await commit(none.store, insert(3, ['late', '', 'a']), {
    kind: 'delete',
    resource: 'notes',
    id: idOf(0),
    deletedAt: now,
  })
  await none.store[Symbol.asyncDispose]()
  {
    using database = new DatabaseSync(path)
    assert.deepEqual(database.prepare("select name from sqlite_schema where name like '%words of notes%'").all(), [])
  }
  const back = await opened('changed.db', Plain.search('title'))
  assert.deepEqual([await found(back.store, 'late'), await found(back.store, 'one')], [[idOf(3)], []])
  await back.store[Symbol.asyncDispose]()
})

test('resources whose names look like what FTS5 adds to a name do not meet', async () => {
  const { store } = await opened('names.db', Plain.search('title'), Other)
  await commit(store, insert(0, ['one', '', '']), insert(1, ['one'], 'notes_data'))
  assert.deepEqual(await found(store, 'one'), [idOf(0)])
  assert.deepEqual(await found(store, 'one', {}, 'notes_data'), [idOf(1)])
  await store[Symbol.asyncDispose]()
})
