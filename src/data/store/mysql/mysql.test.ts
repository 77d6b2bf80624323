import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { engine } from '../../../../test/engine.ts'
import { testServer } from '../../../../test/mysql/server.ts'
import { t } from '../../../app/field.ts'
import { resourceManifest } from '../../../app/manifest.ts'
import { resource } from '../../../app/resource.ts'
import { Bookmark } from '../../../core/bookmark.ts'
import { systemClock } from '../../../core/clock.ts'
import { systemRandom } from '../../../core/random.ts'
import { silentTelemetry } from '../../../core/telemetry.ts'
import { batchContext, idOf, laterTime } from '../conformance/session.ts'
import type { Commit, Get, Write } from '../store.ts'
import { type Connection, connect } from './connection.ts'
import { dialectOf } from './dialect.ts'
import { mysqlError, openingError } from './errors.ts'
import { mysql } from './mysql.ts'
import { positionsOf } from './position.ts'

const { skip } = engine('mariadbd')
const now = '2030-01-01T00:00:00.000Z'
const deps = { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: '' }
const resources = [resourceManifest('s', resource('notes', { title: t.text({ maxLength: 60 }) }).declaration)]

suite('mysql beside others', { skip: skip ?? false }, async () => {
  if (skip !== undefined) return
  const server = await testServer()
  after(() => server[Symbol.asyncDispose]())

  const commitOf = (write: Write): Commit => ({ kind: 'commit', writes: [write], assertions: [] })
  const insert = (id: string, title: string) =>
    commitOf({ kind: 'insert', resource: 'notes', id, slot: 0, row: [id, title, now, now, 1] })
  const rename = (id: string, title: string) =>
    commitOf({ kind: 'update', resource: 'notes', id, set: { title }, add: {}, guards: [], updatedAt: laterTime })
  const get = (...ids: string[]): Get => ({ kind: 'get', resource: 'notes', ids })

  /** A store with two notes, and somebody else who has a connection to its database. */
  const opened = async () => {
    const options = await server.options()
    const store = await mysql.open({ ...options, resources }, deps)
    await store.execute([insert(idOf(1), 'one'), insert(idOf(2), 'two')], batchContext)
    const other = await connect({ url: options.primary, statementTimeoutMs: 10_000, onEnd() {} })
    return {
      store,
      options,
      execute: (text: string) => other.run({ text, values: [] }),
      async [Symbol.asyncDispose]() {
        await other.end()
        await store[Symbol.asyncDispose]()
      },
    }
  }

  test('a row that somebody else has locked holds only who needs it', async () => {
    await using here = await opened()
    const { store, execute } = here
    await execute('begin')
    await execute(`select * from notes where id = '${idOf(1)}' for update`)
    const both = store.execute([rename(idOf(1), 'held'), rename(idOf(2), 'free')], batchContext)
    for (;;) {
      const [read] = await store.execute([get(idOf(2))], batchContext)
      if (read!.ok && read!.value.rows[0]![1] === 'free') break
    }
    await execute('rollback')
    assert.deepEqual(
      (await both).map(({ ok }) => ok),
      [true, true],
    )
  })

  test('who waits for a lock too long is told so, and has changed nothing', async () => {
    await using here = await opened()
    const { store, execute } = here
    await execute('begin')
    await execute(`select * from notes where id = '${idOf(1)}' for update`)
    const [outcome] = await store.execute([rename(idOf(1), 'late')], batchContext)
    assert.ok(outcome!.ok === false)
    assert.equal(outcome!.error.code, 'STORE_UNAVAILABLE')
    await execute('rollback')
    const [read] = await store.execute([get(idOf(1))], batchContext)
    assert.ok(read!.ok)
    assert.equal(read!.value.rows[0]![1], 'one')
  })

  test('nothing is put where a commit has seen that nothing is, until it ends', async () => {
    await using here = await opened()
    const { store } = here
    const absent = (id: string) => ({ kind: 'row', resource: 'notes', id, version: 0 }) as const
    const made = (id: string, unless: string): Commit => ({ ...insert(id, 'made'), assertions: [absent(unless)] })
    for (let round = 0; round < 20; round++) {
      const [left, right] = [idOf(100 + 2 * round), idOf(101 + 2 * round)]
      const outcomes = await store.execute([made(left, right), made(right, left)], batchContext)
      const codes = outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.error.code)).toSorted()
      assert.deepEqual(codes, ['STORE_VERSION_CONFLICT', 'ok'])
    }
  })

  test('a connection that is killed in the middle is made anew, and nothing is done twice', async () => {
    await using here = await opened()
    const { store, execute } = here
    const { rows } = await execute(
      `select id from information_schema.processlist where db = database() and id <> connection_id()`,
    )
    for (const [id] of rows) await execute(`kill ${id}`)
    const outcomes = [
      await store.execute([rename(idOf(1), 'again')], batchContext),
      await store.execute([rename(idOf(1), 'and again')], batchContext),
    ].flat()
    assert.ok(outcomes.at(-1)!.ok)
    const failed = outcomes.filter(({ ok }) => !ok).length
    const [read] = await store.execute([get(idOf(1))], batchContext)
    assert.ok(read!.ok)
    assert.equal(read!.value.rows[0]![4], 3 - failed)
  })

  test('an address cannot let several statements be sent as one, or say what would be passed over', async () => {
    const { primary } = await server.options()
    const at = (parameters: string) => connect({ url: `${primary}${parameters}`, statementTimeoutMs: 0, onEnd() {} })
    for (const parameter of ['multipleStatements=true', 'sslmode=require', 'ssl=required'])
      await assert.rejects(at(`?${parameter}`), { code: 'STORE_UNREACHABLE', message: /may have is ssl=true/ })
    const connection = await at('')
    await assert.rejects(connection.run({ text: 'select 1; select 2', values: [] }), /SQL syntax/)
    await connection.end()
  })

  test('commits that are too much for one statement are made all the same', async () => {
    const options = await server.options()
    const wide = [resourceManifest('s', resource('papers', { body: t.text({ maxLength: 1_000_000 }) }).declaration)]
    const store = await mysql.open({ ...options, resources: wide }, deps)
    const write = (at: number): Write => {
      const row = [idOf(at), '\u20ac'.repeat(900_000), now, now, 1]
      return { kind: 'insert', resource: 'papers', id: idOf(at), slot: 0, row }
    }
    const many: Commit = { kind: 'commit', writes: [6, 7, 8, 9, 10, 11].map(write), assertions: [] }
    const outcomes = await store.execute(
      [...Array.from({ length: 6 }, (_, at) => commitOf(write(at))), many],
      batchContext,
    )
    assert.ok(outcomes.every(({ ok }) => ok))
    await store[Symbol.asyncDispose]()
  })

  test('a commit is told the position that others then read, without being asked for it', async () => {
    await using here = await opened()
    const [outcome] = await here.store.execute([rename(idOf(1), 'three')], batchContext)
    assert.ok(outcome!.ok)
    const { rows } = await here.execute('select @@gtid_binlog_pos')
    const { epoch, position } = outcome!.position
    assert.equal(`${epoch}-${position}`, String(rows[0]![0]))
    const bookmark = new Bookmark([['main', outcome!.position]])
    const [read] = await here.store.execute([get(idOf(1))], { ...batchContext, bookmark })
    assert.ok(read!.ok)
    assert.deepEqual(read!.position, outcome!.position)
  })
})

suite('mysql tells what is in the way', () => {
  const address = 'mysql://ada:secret@db.example:3307/shop'

  test('a server that is too old, by its product', () => {
    for (const version of ['10.5.29-MariaDB-log', '5.7.44', '5.5.5-10.4.3-MariaDB'])
      assert.throws(() => dialectOf(version, 'db.example:3307'), {
        code: 'STORE_UNREACHABLE',
        message: /db\.example:3307 is (MariaDB|MySQL) .*too old: MariaDB 10\.6 or MySQL 8\.0/,
      })
    assert.equal(dialectOf('10.11.19-MariaDB-0+deb12u1-log', '').version, 'MariaDB 10.11.19')
    assert.equal(dialectOf('11.4.5-MariaDB', '').collation, 'utf8mb4_nopad_bin')
    assert.equal(dialectOf('8.0.31', '').collation, 'utf8mb4_0900_bin')
  })

  const failures: Readonly<Record<string, readonly [errno: number, says: RegExp]>> = {
    'a password that is wrong': [1045, /does not take the password of ada/],
    'a database that is not there': [1049, /has no database shop/],
    'a database that is not for everybody': [1044, /does not let ada into the database shop/],
    'a server that only reads': [1290, /takes no writes: it is a replica, or set to read only/],
    'a server that is full': [1040, /has no connection left/],
    'triggers that nobody may make': [1419, /log_bin_trust_function_creators/],
  }
  for (const [name, [errno, says]] of Object.entries(failures)) {
    test(`${name}, and never the password`, () => {
      const failure = Object.assign(new Error('the server says secret'), { errno, sqlState: 'HY000', code: 'ER' })
      const told = openingError(failure, address)!
      assert.equal(told.code, 'STORE_UNREACHABLE')
      assert.match(told.message, says)
      assert.doesNotMatch(told.message, /secret/)
    })
  }

  test('a full disk, a statement that took too long and a lost connection, in portable words', () => {
    const failure = (errno: number) => Object.assign(new Error('x'), { errno, sqlState: 'HY000', code: 'ER' })
    assert.equal(mysqlError(failure(1114))?.code, 'STORE_FULL')
    assert.equal(mysqlError(failure(1969))?.code, 'STORE_UNAVAILABLE')
    assert.equal(
      mysqlError(Object.assign(new Error('x'), { code: 'PROTOCOL_CONNECTION_LOST' }))?.code,
      'STORE_UNAVAILABLE',
    )
    assert.equal(mysqlError(failure(1064)), undefined)
    assert.equal(mysqlError(new TypeError('x')), undefined)
  })
})

suite('mysql counts commits as the log of the server does', () => {
  /** A server that says this of its log, and where it then is. */
  const saying = (version: string, hasLog: number, within: string, gtids: string): Connection => ({
    dialect: dialectOf(version, ''),
    run: async () => ({ rows: [[hasLog, within, gtids, 'uid']], count: 1, gtid: undefined }),
    end: async () => {},
  })
  const mariadb = '10.11.19-MariaDB'

  test('by the domain and the server of a GTID, of several domains its own', async () => {
    const { known } = await positionsOf(saying(mariadb, 1, '1-7', '0-1-27,1-4-5'))
    assert.deepEqual(known, { epoch: '1-4', position: 5 })
  })

  test('a server that has committed nothing is at 0', async () => {
    assert.deepEqual((await positionsOf(saying(mariadb, 1, '0-1', ''))).known, { epoch: '0-1', position: 0 })
  })

  test('without a log there is one position only, because nothing can lag behind', async () => {
    const connection = saying(mariadb, 0, '0-1', '')
    const positions = await positionsOf(connection)
    assert.deepEqual(positions.known, { epoch: 'uid without log_bin', position: 0 })
    assert.deepEqual(await positions.now(connection), positions.known)
  })

  test('on MySQL by the last number of the server', async () => {
    const uuid = '3e11fa47-71ca-11e1-9e33-c80aa9429562'
    const gtids = `1f11fa47-71ca-11e1-9e33-c80aa9429562:1-3,\n${uuid}:1-5:7-77`
    assert.deepEqual((await positionsOf(saying('8.0.31', 1, uuid, gtids))).known, { epoch: uuid, position: 77 })
  })
})
