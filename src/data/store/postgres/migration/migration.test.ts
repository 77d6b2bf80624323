import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { engine } from '../../../../../test/engine.ts'
import { testServer } from '../../../../../test/postgres/server.ts'
import { t } from '../../../../app/field.ts'
import { type ResourceManifest, resourceManifest } from '../../../../app/manifest.ts'
import { type Resource, resource } from '../../../../app/resource.ts'
import { systemClock } from '../../../../core/clock.ts'
import { systemRandom } from '../../../../core/random.ts'
import { batchContext, idOf } from '../../conformance/session.ts'
import type { Commit, OpenStore, Row, Search, Write } from '../../store.ts'
import { engineName } from '../name.ts'
import { type PostgresOptions, postgres } from '../postgres.ts'
import { connectForWork } from '../session.ts'

const { skip } = engine('initdb')
const now = '2030-01-01T00:00:00.000Z'

suite('postgres keeps up its schema', { skip: skip ?? false }, async () => {
  if (skip !== undefined) return
  const server = await testServer()
  after(() => server[Symbol.asyncDispose]())

  const manifestsOf = (resources: readonly Resource<string, any, any>[]) =>
    resources.map(({ declaration }) => resourceManifest('s', declaration))

  /** A store of these resources, and what it said while it was opened. */
  const opened = async (options: PostgresOptions, resources: readonly ResourceManifest[], mayMigrate = true) => {
    const log: string[] = []
    const telemetry = {
      // Of the server it is said that it waits for no disk.
      log: (_: string, message: string) => void (message.startsWith('PostgreSQL:') || log.push(message)),
    }
    const deps = { telemetry, clock: systemClock, random: systemRandom(), dataFolder: '' }
    return { store: await postgres.open({ ...options, resources, mayMigrate }, deps), log }
  }

  test('many processes that open an empty schema at once agree on one', async () => {
    const options = server.options()
    const resources = manifestsOf([resource('notes', { title: t.text({ unique: true }) }).search('title')])
    const all = await Promise.all(Array.from({ length: 5 }, () => opened(options, resources)))
    assert.equal(all.filter(({ log }) => log.length > 0).length, 1)
    for (const [at, { store }] of all.entries())
      assert.equal(await insert(store, 'notes', [idOf(at), `title ${at}`, now, now, 1]), undefined)
    for (const { store } of all) assert.equal((await found(store, 'notes', 'title')).length, 5)
    await Promise.all(all.map(({ store }) => store[Symbol.asyncDispose]()))
  })

  test('rows that are there are found by their words once these are declared to be searched', async () => {
    const options = server.options()
    const plain = resource('notes', { title: t.text({ optional: true }), body: t.text() })
    const before = await opened(options, manifestsOf([plain]))
    for (let at = 0; at < 3; at++)
      await insert(before.store, 'notes', [idOf(at), at === 0 ? null : `t${at}`, `b${at}`, now, now, 1])
    const rows = 'insert into notes (id, body, "createdAt", "updatedAt", version, slot)'
    const admin = await connectForWork(options)
    await admin.execute(`${rows} select gen_random_uuid(), 'many', now(), now(), 1, 0 from generate_series(1, 1200)`)
    await before.store[Symbol.asyncDispose]()

    const { store, log } = await opened(options, manifestsOf([plain.search('title', 'body')]))
    assert.ok(log.includes('schema: make words of notes(title, body)'), log.join('\n'))
    assert.deepEqual(await found(store, 'notes', 't2'), [idOf(2)])
    assert.deepEqual(await found(store, 'notes', 'b0'), [idOf(0)])
    assert.equal((await found(store, 'notes', 'many')).length, 1203 - 3)
    await store[Symbol.asyncDispose]()

    const renamed = resource('notes', { name: t.text({ optional: true, renamedFrom: 'title' }), body: t.text() })
    const newer = await opened(options, manifestsOf([renamed.search('name')]))
    assert.deepEqual(await found(newer.store, 'notes', 't1'), [idOf(1)])
    assert.deepEqual(await found(newer.store, 'notes', 'b1'), [])
    await newer.store[Symbol.asyncDispose]()
    await admin.end()
  })

  test('references hold for whoever writes, and let go with the version that declares them', async () => {
    const options = server.options()
    const users = resource('users', { name: t.text() })
    const notes = resource('notes', { by: t.ref('users', { optional: true }) })
    const { store } = await opened(options, manifestsOf([notes, users]))
    await insert(store, 'users', [idOf(1), 'a', now, now, 1])
    await insert(store, 'notes', [idOf(2), idOf(1), now, now, 1])
    const admin = await connectForWork(options)
    await assert.rejects(admin.execute('delete from users'), { code: '23503' })
    const { rows } = await admin.run({
      text: "select convalidated from pg_constraint where conrelid = 'notes'::regclass and contype = 'f'",
      values: [],
    })
    assert.deepEqual(rows, [['t']])
    await store[Symbol.asyncDispose]()

    const without = await opened(options, manifestsOf([users]))
    await admin.execute('delete from users')
    await without.store[Symbol.asyncDispose]()
    const back = await opened(options, manifestsOf([notes, users]))
    assert.ok(
      back.log.some((line) => line.includes('some rows refer to rows that are gone')),
      back.log.join('\n'),
    )
    await assert.rejects(admin.execute(`update notes set by = gen_random_uuid()`), { code: '23503' })
    await back.store[Symbol.asyncDispose]()

    // The values stay, in the form of a text.
    const asText = await opened(options, manifestsOf([resource('notes', { by: t.text({ optional: true }) }), users]))
    assert.equal(await insert(asText.store, 'notes', [idOf(3), 'no id', now, now, 1]), undefined)
    await asText.store[Symbol.asyncDispose]()
    await admin.end()
  })

  test('what refers to a table leads to the one that takes its place', async () => {
    const options = server.options()
    const users = resource('users', { name: t.text() })
    const notes = resource('notes', { by: t.ref('users', { optional: true }) })
    const first = await opened(options, manifestsOf([notes, users]))
    await insert(first.store, 'users', [idOf(1), 'a', now, now, 1])
    await first.store[Symbol.asyncDispose]()
    const named = resource('users', { id: t.text({ maxLength: 9 }), name: t.text() })
    await assert.rejects(opened(options, manifestsOf([notes, named])), { code: 'SCHEMA_DESTRUCTIVE' })
    const admin = await connectForWork(options)
    await admin.execute('delete from users')
    const { store } = await opened(options, manifestsOf([notes, named]))
    assert.equal(await insert(store, 'users', ['ada', 'a', now, now, 1]), undefined)
    assert.equal(await insert(store, 'notes', [idOf(2), 'ada', now, now, 1]), undefined)
    await assert.rejects(admin.execute('delete from users'), { code: '23503' })
    await store[Symbol.asyncDispose]()
    await admin.end()
  })

  test('a table that takes the name of another, and names of any length, meet nobody', async () => {
    const options = server.options()
    const long = 'a'.repeat(50)
    const fields = { [`${long}1`]: t.text({ unique: true }), [`${long}2`]: t.text({ unique: true }) }
    const first = resource('notes', fields).index(`${long}1`, `${long}2`).index(`${long}2`, `${long}1`)
    await (await opened(options, manifestsOf([first])))!.store[Symbol.asyncDispose]()
    const second = { ...resource('papers', fields).index(`${long}1`, `${long}2`).renamedFrom('notes') }
    await (await opened(options, manifestsOf([second])))!.store[Symbol.asyncDispose]()
    const { store } = await opened(options, manifestsOf([second]))
    await insert(store, 'papers', [idOf(1), 'x', 'y', now, now, 1])
    const [outcome] = await store.execute<Commit>([commitOf('papers', [idOf(2), 'z', 'y', now, now, 1])], batchContext)
    assert.ok(outcome?.ok === false)
    assert.match(outcome.error.message, new RegExp(`another row has this ${long}2`))
    await store[Symbol.asyncDispose]()
    assert.ok(Buffer.byteLength(engineName('ü'.repeat(80))) <= 63)
    assert.notEqual(engineName(`${'ü'.repeat(80)}1`), engineName(`${'ü'.repeat(80)}2`))
  })

  test('a step gives up where others hold its table, and says so', async () => {
    const options = server.options()
    const plain = resource('notes', { title: t.text() })
    await (await opened(options, manifestsOf([plain]))).store[Symbol.asyncDispose]()
    const admin = await connectForWork(options)
    await admin.execute('begin; lock table notes in access share mode')
    const wider = manifestsOf([resource('notes', { title: t.text(), more: t.text({ optional: true }) })])
    await assert.rejects(opened(options, wider), {
      code: 'STORE_UNAVAILABLE',
      message: /add column notes.more: others have held on to its table/,
    })
    await admin.execute('rollback')
    await (await opened(options, wider)).store[Symbol.asyncDispose]()
    await admin.end()
  })

  test('indexes of rows that are there are made beside whoever writes them', async () => {
    const options = server.options()
    const plain = resource('notes', { title: t.text(), body: t.text() })
    const first = await opened(options, manifestsOf([plain]))
    await insert(first.store, 'notes', [idOf(1), 'one', 'b', now, now, 1])
    const [writer, other] = await Promise.all([connectForWork(options), connectForWork(options)])
    const add = 'insert into notes (id, title, body, "createdAt", "updatedAt", version, slot)'
    const value = (title: string) => `select gen_random_uuid(), '${title}', 'b', now(), now(), 1, 0`
    // Whoever makes an index has to wait for this transaction, and must let nobody wait for itself.
    await writer.execute(`begin; ${add} ${value('two')}`)
    const asked = manifestsOf([plain.index('body', 'title').search('title')])
    const making = opened(options, asked)
    const waits = `select count(*) from pg_stat_activity where query like '%concurrently%' and wait_event_type = 'Lock' and pid <> pg_backend_pid()`
    while ((await other.run({ text: waits, values: [] })).rows[0]![0] === '0')
      await new Promise((resolve) => setTimeout(resolve, 10))
    // One that is not made beside writers keeps this one waiting until its statement is ended.
    await other.execute(`${add} ${value('three')}`)
    await writer.execute('commit')
    const { store } = await making
    const valid = await other.run({
      text: `select count(*), bool_and(indisvalid) from pg_index where indrelid = 'notes'::regclass`,
      values: [],
    })
    assert.deepEqual(valid.rows, [['3', 't']])
    assert.equal((await found(store, 'notes', 'three')).length, 1)
    await Promise.all([first.store, store].map((one) => one[Symbol.asyncDispose]()))
    await Promise.all([writer.end(), other.end()])
  })

  test('an index that was cut off in the making is made anew, and one that cannot be leaves nothing', async () => {
    const options = server.options()
    const plain = resource('notes', { title: t.text() })
    const first = await opened(options, manifestsOf([plain]))
    for (const at of [1, 2]) await insert(first.store, 'notes', [idOf(at), 'same', now, now, 1])
    await first.store[Symbol.asyncDispose]()
    const admin = await connectForWork(options)
    const indexes = async () =>
      (
        await admin.run({
          text: `select indexrelid::regclass::text, indisvalid from pg_index where indrelid = 'notes'::regclass`,
          values: [],
        })
      ).rows
    const before = await indexes()
    const unique = manifestsOf([resource('notes', { title: t.text({ unique: true }) })])
    await assert.rejects(opened(options, unique), { code: 'SCHEMA_REFUSED' })
    assert.deepEqual(await indexes(), before)
    // What a process that was killed leaves.
    await assert.rejects(admin.execute('create unique index concurrently "notes(title) unique" on notes (title)'))
    await admin.execute(`update notes set title = id::text`)
    await (await opened(options, unique)).store[Symbol.asyncDispose]()
    assert.ok((await indexes()).every(([, isValid]) => isValid === 't'))
    await admin.end()
  })

  test('where opening may not migrate it changes nothing that is there', async () => {
    const options = server.options()
    const plain = resource('notes', { title: t.text() })
    await (await opened(options, manifestsOf([plain]), false)).store[Symbol.asyncDispose]()
    const wider = manifestsOf([resource('notes', { title: t.text(), more: t.text({ optional: true }) })])
    await assert.rejects(opened(options, wider, false), { code: 'SCHEMA_PENDING' })
    const { store, log } = await opened(options, manifestsOf([plain]), false)
    assert.deepEqual(log, [])
    await store[Symbol.asyncDispose]()
  })
})

function commitOf(name: string, row: Row): Commit {
  const write: Write = { kind: 'insert', resource: name, id: row[0] as string, slot: 0, row }
  return { kind: 'commit', writes: [write], assertions: [] }
}

/** The code of a refusal. */
async function insert(store: OpenStore, name: string, row: Row): Promise<string | undefined> {
  const [outcome] = await store.execute<Commit>([commitOf(name, row)], batchContext)
  return outcome!.ok ? undefined : outcome!.error.code
}

async function found(store: OpenStore, name: string, word: string): Promise<readonly unknown[]> {
  const terms = [{ word, isPrefix: false }]
  const [outcome] = await store.execute<Search>(
    [{ kind: 'search', resource: name, terms, equal: {}, limit: 2000 }],
    batchContext,
  )
  assert.ok(outcome?.ok)
  return outcome.value.rows.map(([id]) => id)
}
