import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { engine } from '../../../../../test/engine.ts'
import { testServer } from '../../../../../test/mysql/server.ts'
import { t } from '../../../../app/field.ts'
import { type ResourceManifest, resourceManifest } from '../../../../app/manifest.ts'
import { type Resource, resource } from '../../../../app/resource.ts'
import { systemClock } from '../../../../core/clock.ts'
import { systemRandom } from '../../../../core/random.ts'
import { batchContext, idOf } from '../../conformance/session.ts'
import type { Commit, OpenStore, Row, Scan, Search, Write } from '../../store.ts'
import { connect } from '../connection.ts'
import { type MysqlOptions, mysql } from '../mysql.ts'

const { skip } = engine('mariadbd')
const now = '2030-01-01T00:00:00.000Z'

suite('mysql keeps up its schema', { skip: skip ?? false }, async () => {
  if (skip !== undefined) return
  const server = await testServer()
  after(() => server[Symbol.asyncDispose]())

  const manifestsOf = (resources: readonly Resource<string, any, any>[]) =>
    resources.map(({ declaration }) => resourceManifest('s', declaration))

  /** A store of these resources, and what it said while it was opened. */
  const opened = async (options: MysqlOptions, resources: readonly ResourceManifest[], mayMigrate = true) => {
    const log: string[] = []
    const telemetry = { log: (_: string, message: string) => void log.push(message) }
    const deps = { telemetry, clock: systemClock, random: systemRandom(), dataFolder: '' }
    return { store: await mysql.open({ ...options, resources, mayMigrate }, deps), log }
  }
  const adminOf = async ({ primary }: MysqlOptions) => {
    const connection = await connect({ url: primary, statementTimeoutMs: 10_000, onEnd() {} })
    return {
      execute: async (text: string) => (await connection.run({ text, values: [] })).rows,
      [Symbol.asyncDispose]: () => connection.end(),
    }
  }

  test('many processes that open an empty database at once agree on one schema', async () => {
    const options = await server.options()
    const resources = manifestsOf([resource('notes', { title: t.text({ unique: true }) }).search('title')])
    const all = await Promise.all(Array.from({ length: 5 }, () => opened(options, resources)))
    assert.equal(all.filter(({ log }) => log.length > 0).length, 1)
    for (const [at, { store }] of all.entries())
      assert.equal(await insert(store, 'notes', [idOf(at), `title ${at}`, now, now, 1]), undefined)
    for (const { store } of all) assert.equal((await found(store, 'notes', 'title')).length, 5)
    await Promise.all(all.map(({ store }) => store[Symbol.asyncDispose]()))
  })

  test('rows that are there are found by their words once these are declared to be searched', async () => {
    const options = await server.options()
    const plain = resource('notes', { title: t.text({ optional: true }), body: t.text() })
    const before = await opened(options, manifestsOf([plain]))
    for (let at = 0; at < 3; at++)
      await insert(before.store, 'notes', [idOf(at), at === 0 ? null : `t${at}`, `b${at}`, now, now, 1])
    const rows = Array.from({ length: 1200 }, (_, at): Row => [idOf(100 + at), null, 'many', now, now, 1])
    assert.equal(await insert(before.store, 'notes', ...rows), undefined)
    await before.store[Symbol.asyncDispose]()

    const { store, log } = await opened(options, manifestsOf([plain.search('title', 'body')]))
    assert.ok(log.includes('schema: make words of notes(title, body)'), log.join('\n'))
    assert.deepEqual(await found(store, 'notes', 't2'), [idOf(2)])
    assert.deepEqual(await found(store, 'notes', 'b0'), [idOf(0)])
    assert.equal((await found(store, 'notes', 'many')).length, 1200)
    await store[Symbol.asyncDispose]()

    const renamed = resource('notes', { name: t.text({ optional: true, renamedFrom: 'title' }), body: t.text() })
    const newer = await opened(options, manifestsOf([renamed.search('name')]))
    assert.deepEqual(await found(newer.store, 'notes', 't1'), [idOf(1)])
    assert.deepEqual(await found(newer.store, 'notes', 'b1'), [])
    await newer.store[Symbol.asyncDispose]()
  })

  test('a step that was cut off anywhere is done again, whatever it has left', async () => {
    const options = await server.options()
    await using admin = await adminOf(options)
    const plain = resource('notes', { title: t.text({ maxLength: 50 }) })
    await (await opened(options, manifestsOf([plain]))).store[Symbol.asyncDispose]()
    // As after a cut between a change of a table and the commit that remembers it.
    const leftovers = [
      'alter table notes add column more bigint',
      'alter table notes add column "code digest" binary(32)',
      'alter table notes add index "notes(title)" (more)',
      `create table "notes words" (half int) comment = 'Banyan'`,
      `create table papers (half int) comment = 'Banyan'`,
    ]
    for (const text of leftovers) await admin.execute(text)
    const wider = resource('notes', { title: t.text({ maxLength: 50 }), more: t.text({ optional: true }) })
      .index('title')
      .search('more')
    const { store } = await opened(options, manifestsOf([wider, resource('papers', { of: t.ref('notes') })]))
    assert.equal(await insert(store, 'notes', [idOf(1), 'a', 'some words', now, now, 1]), undefined)
    assert.equal(await insert(store, 'papers', [idOf(2), idOf(1), now, now, 1]), undefined)
    assert.deepEqual(await found(store, 'notes', 'words'), [idOf(1)])
    await store[Symbol.asyncDispose]()
  })

  test('a table of somebody else is never taken for ours', async () => {
    const options = await server.options()
    await using admin = await adminOf(options)
    await admin.execute('create table notes (theirs int)')
    await assert.rejects(opened(options, manifestsOf([resource('notes', { title: t.text() })])), {
      code: 'SCHEMA_REFUSED',
      message: /there is a table notes that this app has not made/,
    })
    assert.deepEqual(await admin.execute('select count(*) from notes'), [['0']])
  })

  test('a text that an index has no room for is sorted and unique all the same, and the start says so', async () => {
    const options = await server.options()
    const notes = resource('notes', { title: t.text(), code: t.text({ unique: true }) }).index('title')
    const { store, log } = await opened(options, manifestsOf([notes]))
    assert.ok(
      log.some((line) => /notes\(title\) has room for the beginning of title only/.test(line)),
      log.join('\n'),
    )
    const long = 'x'.repeat(2000)
    const titles = ['b', 'c', 'a']
    for (const [at, end] of titles.entries())
      assert.equal(await insert(store, 'notes', [idOf(at), long + end, long + end, now, now, 1]), undefined)
    assert.equal(await insert(store, 'notes', [idOf(9), 'd', `${long}a`, now, now, 1]), 'STORE_UNIQUE')
    const scan: Scan = {
      kind: 'scan',
      resource: 'notes',
      path: ['title', 'id'],
      equal: [],
      descending: false,
      limit: 9,
    }
    const [outcome] = await store.execute([scan], batchContext)
    assert.ok(outcome?.ok)
    assert.deepEqual(
      outcome.value.rows.map(([id]) => id),
      [2, 0, 1].map(idOf),
    )
    await store[Symbol.asyncDispose]()

    // With room in the index its order is that of the list.
    const short = resource('notes', {
      title: t.text({ maxLength: 200 }),
      code: t.text({ maxLength: 60, unique: true }),
    })
    const fresh = await server.options()
    const whole = await opened(fresh, manifestsOf([short.index('title')]))
    assert.ok(!whole.log.some((line) => line.includes('has room')), whole.log.join('\n'))
    await using admin = await adminOf(fresh)
    const [plan] = await admin.execute('explain select id from notes order by title, id limit 3')
    assert.match(String(plan), /notes\(title\)/)
    assert.doesNotMatch(String(plan), /filesort/)
    await whole.store[Symbol.asyncDispose]()
  })

  test('a text that may become longer keeps its values, its index and its uniqueness', async () => {
    const options = await server.options()
    const notes = (maxLength: number) =>
      resource('notes', { title: t.text({ maxLength }), code: t.text({ maxLength, unique: true }) }).index('title')
    const first = await opened(options, manifestsOf([notes(60)]))
    await insert(first.store, 'notes', [idOf(1), 'a', 'a', now, now, 1])
    await first.store[Symbol.asyncDispose]()
    for (const length of [200, 5000]) {
      const { store } = await opened(options, manifestsOf([notes(length)]))
      const text = 'y'.repeat(length)
      assert.equal(await insert(store, 'notes', [idOf(length), text, text, now, now, 1]), undefined)
      assert.equal(await insert(store, 'notes', [idOf(length + 1), text, text, now, now, 1]), 'STORE_UNIQUE')
      assert.equal(await insert(store, 'notes', [idOf(length + 1), text, 'a', now, now, 1]), 'STORE_UNIQUE')
      await store[Symbol.asyncDispose]()
    }
    // What is there is longer than it may be now.
    const { store } = await opened(options, manifestsOf([notes(60)]))
    assert.equal(await insert(store, 'notes', [idOf(9), 'b', 'a', now, now, 1]), 'STORE_UNIQUE')
    assert.equal(await insert(store, 'notes', [idOf(9), 'b', 'b', now, now, 1]), undefined)
    await store[Symbol.asyncDispose]()
  })

  test('a path over a text that the server could not sort is refused with what to do', async () => {
    const notes = resource('notes', { title: t.text({ maxLength: 20_000 }) }).index('title')
    await assert.rejects(opened(await server.options(), manifestsOf([notes])), {
      code: 'SCHEMA_REFUSED',
      message: /notes\(title\): .*as long as title may be: give it a maxLength of at most 10000/,
    })
  })

  test('what refers to a table leads to the one that takes its place', async () => {
    const options = await server.options()
    const users = resource('users', { name: t.text() })
    const notes = resource('notes', { by: t.ref('users', { optional: true }) })
    const first = await opened(options, manifestsOf([notes, users]))
    await insert(first.store, 'users', [idOf(1), 'a', now, now, 1])
    await first.store[Symbol.asyncDispose]()
    const named = resource('users', { id: t.text({ maxLength: 90 }), name: t.text() })
    await assert.rejects(opened(options, manifestsOf([notes, named])), { code: 'SCHEMA_DESTRUCTIVE' })
    await using admin = await adminOf(options)
    await admin.execute('delete from users')
    const { store } = await opened(options, manifestsOf([notes, named]))
    const ada = 'ada'.repeat(30)
    assert.equal(await insert(store, 'users', [ada, 'a', now, now, 1]), undefined)
    assert.equal(await insert(store, 'notes', [idOf(2), ada, now, now, 1]), undefined)
    assert.equal(await insert(store, 'notes', [idOf(3), 'nobody', now, now, 1]), 'STORE_REFERENCE')
    await store[Symbol.asyncDispose]()
  })

  test('a table that takes the name of another, and names of any length, meet nobody', async () => {
    const options = await server.options()
    const long = 'a'.repeat(62)
    const fields = { [`${long}1`]: t.text({ unique: true }), [`${long}2`]: t.text({ unique: true }) }
    const first = resource('notes', fields)
      .index(`${long}1`, `${long}2`)
      .index(`${long}2`, `${long}1`)
      .search(`${long}1`)
    await (await opened(options, manifestsOf([first]))).store[Symbol.asyncDispose]()
    const second = { ...resource('papers', fields).index(`${long}1`, `${long}2`).renamedFrom('notes') }
    await (await opened(options, manifestsOf([second]))).store[Symbol.asyncDispose]()
    const { store } = await opened(options, manifestsOf([second]))
    assert.equal(await insert(store, 'papers', [idOf(1), 'x', 'y', now, now, 1]), undefined)
    const [outcome] = await store.execute<Commit>([commitOf('papers', [idOf(2), 'z', 'y', now, now, 1])], batchContext)
    assert.ok(outcome?.ok === false)
    assert.match(outcome.error.message, new RegExp(`another row has this ${long}2`))
    await store[Symbol.asyncDispose]()
  })

  test('a step gives up where others hold its table, and says so', async () => {
    const options = await server.options()
    const plain = resource('notes', { title: t.text() })
    await (await opened(options, manifestsOf([plain]))).store[Symbol.asyncDispose]()
    await using admin = await adminOf(options)
    await admin.execute('begin')
    await admin.execute('select * from notes')
    const wider = manifestsOf([resource('notes', { title: t.text(), more: t.text({ optional: true }) })])
    await assert.rejects(opened(options, wider), {
      code: 'STORE_UNAVAILABLE',
      message: /add column notes.more: others have held on to its table/,
    })
    await admin.execute('rollback')
    await (await opened(options, wider)).store[Symbol.asyncDispose]()
  })

  test('where opening may not migrate it changes nothing that is there', async () => {
    const options = await server.options()
    const plain = resource('notes', { title: t.text() })
    await (await opened(options, manifestsOf([plain]), false)).store[Symbol.asyncDispose]()
    const wider = manifestsOf([resource('notes', { title: t.text(), more: t.text({ optional: true }) })])
    await assert.rejects(opened(options, wider, false), { code: 'SCHEMA_PENDING' })
    const { store, log } = await opened(options, manifestsOf([plain]), false)
    assert.deepEqual(log, [])
    await store[Symbol.asyncDispose]()
  })
})

function commitOf(name: string, ...rows: readonly Row[]): Commit {
  const writes = rows.map((row): Write => ({ kind: 'insert', resource: name, id: row[0] as string, slot: 0, row }))
  return { kind: 'commit', writes, assertions: [] }
}

/** The code of a refusal. */
async function insert(store: OpenStore, name: string, ...rows: readonly Row[]): Promise<string | undefined> {
  const [outcome] = await store.execute<Commit>([commitOf(name, ...rows)], batchContext)
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
