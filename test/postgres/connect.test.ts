import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { BanyanError } from '../../src/core/errors.ts'
import { inspect } from '../../src/data/store/postgres/inspect.ts'
import { freePorts } from '../../src/engines/ports.ts'
import { project, smallApp } from '../cli/project.ts'
import { engine } from '../engine.ts'
import { asAdmin, changed, dataOf } from './admin.ts'
import { fakeServer } from './fake-server.ts'

const { skip } = engine('initdb')
const pgbouncer = engine('pgbouncer')

suite('banyan check --connect', { skip: skip ?? false }, () => {
  const here = project({ 'app.ts': smallApp })
  const files = mkdtempSync('/var/tmp/banyan-connect-')
  let url: string
  let account: { readonly uid: number; readonly gid: number }
  before(async () => {
    const { code, out, err } = await here.run(['engines', 'up', 'postgres'])
    assert.equal(code, 0, err)
    url = out.trim().replace(/^PG=/, '')
    account = statSync(dataOf(join(here.path, '.banyan/engines/postgres')))
    chmodSync(files, 0o755)
  })
  after(async () => {
    await here.run(['engines', 'down', '--remove'])
    here[Symbol.dispose]()
    rmSync(files, { recursive: true })
  })

  const store = { driver: 'postgres', options: { primary: { env: 'PG' } } }
  /** Writes a topology with more options, and says what a command says of it; the words of a line break stand together. */
  const run = async (
    PG: string,
    { options = {}, ...more }: { readonly options?: object; readonly volatile?: boolean } = {},
    args = ['check', '--connect'],
  ) => {
    const main = { ...store, ...more, options: { ...store.options, ...options } }
    here.write('pg.json', JSON.stringify({ stores: { main }, identity: { driver: 'development' } }))
    const { code, out, err } = await here.run([...args, '-t', 'pg.json'], { PG })
    return { code, said: `${out}${err}`.replaceAll(/\s+/g, ' ') }
  }
  /** What the driver itself says of a server, and how often it can be used; the words that the command line prints. */
  const look = async (primary: string, options: object = {}): Promise<string> => {
    try {
      const { problems, connection } = await inspect({ primary, ...options })
      return [connection, ...problems.map(({ kind, reason, mend }) => `${kind}: ${reason}. ${mend}`)].join('\n')
    } catch (error) {
      if (!(error instanceof BanyanError)) throw error
      return `${error.code} ${error.message}`
    }
  }
  const schemas = async () =>
    asAdmin(url, async ({ run }) => (await run({ text: 'select count(*) from pg_namespace', values: [] })).rows)

  test('says how the server is reached and what it keeps, and changes nothing there', async () => {
    const earlier = await schemas()
    const { code, said } = await run(url)
    assert.equal(code, 0, said)
    assert.match(
      said,
      /CONNECTED, and nothing was changed main \(postgres\) it has no data yet: the next start makes its tables/,
    )
    assert.match(said, /reached at 127\.0\.0\.1:\d+, on this machine, without encryption/)
    assert.match(
      said,
      /fsync on, synchronous_commit on, full_page_writes on, data checksums off, no synchronous standby/,
    )
    assert.ok(!said.includes(new URL(url).password))
    assert.deepEqual(await schemas(), earlier)
  })

  const mistakes: Readonly<Record<string, readonly [address: () => string, says: RegExp]>> = {
    'a password that is wrong': [
      () => changed(url, (at) => (at.password = 'secret')),
      /does not take the password of banyan/,
    ],
    'a database that is not there': [() => changed(url, (at) => (at.pathname = '/nowhere')), /has no database nowhere/],
    'a port where nobody listens': [() => changed(url, (at) => (at.port = '1')), /is not there: nobody listens/],
    'a host that is not there': [
      () => changed(url, (at) => (at.hostname = 'nowhere.invalid')),
      /is not found: there is no such host/,
    ],
    'TLS that the server does not speak': [
      () => `${url}?sslmode=require`,
      /speaks no TLS, and the address asks for it/,
    ],
  }
  test('each reason why a server is not reached has its words, none with the password', async () => {
    for (const [mistake, [address, says]] of Object.entries(mistakes)) {
      const said = await look(address())
      assert.match(said, says, mistake)
      assert.ok(!said.includes(new URL(address()).password), mistake)
    }
  })

  test('one that is not reached ends with 4, and says what to do', async () => {
    const { code, said } = await run(changed(url, (at) => (at.port = '1')))
    assert.match(said, /error: stores\/main CONNECT_REACH PostgreSQL at 127\.0\.0\.1:1 is not there.*banyan engines up/)
    assert.equal(code, 4)
  })

  test('an address that says too little is refused with 3 before anybody is asked', async () => {
    const plain = await run('postgres://banyan@db.example/x?sslmode=disable')
    assert.match(plain.said, /STORE_PLAINTEXT what goes to db\.example without encryption.*plaintext: true/)
    const none = await run('postgres://banyan:p/w@127.0.0.1/x')
    assert.match(none.said, /STORE_ADDRESS it is no address of PostgreSQL.* %2F for \//)
    assert.deepEqual([plain.code, none.code], [3, 3])
  })

  test('a server that is too old is refused, by a start too', async () => {
    await using old = await fakeServer(120_022)
    const says = /this PostgreSQL is of version 12, and the oldest that serves is 13/
    assert.match(await look(old.url), says)
    const { code, said } = await run(old.url, {}, ['start'])
    assert.match(said, says)
    assert.equal(code, 4)
  })

  test('a database that is set to read only is refused, by a start too', async () => {
    await asAdmin(url, async ({ execute }) => {
      await execute('create database closed')
      await execute('alter database closed set default_transaction_read_only = on')
    })
    const closed = changed(url, (at) => (at.pathname = '/closed'))
    const says =
      /it takes no writes: banyan or closed is set to read only.*alter database closed set default_transaction_read_only = off/
    assert.match(await look(closed), says)
    const { code, said } = await run(closed, {}, ['start'])
    assert.match(said, /takes no writes: it is a replica, or set to read only/)
    assert.equal(code, 4)
  })

  test('a user without the rights is told which to grant', async () => {
    await asAdmin(url, ({ execute }) =>
      execute(
        `create role guest login password 'guest'; create schema held; revoke create on schema public from public`,
      ),
    )
    const guest = changed(url, (at) => ([at.username, at.password] = ['guest', 'guest']))
    for (const [schema, says] of [
      ['held', /guest may not make tables in the schema held.*grant usage, create on schema held to guest/],
      ['fresh', /there is no schema fresh, and guest may not make it.*create schema fresh authorization guest/],
    ] as const) {
      assert.match(await look(guest, { schema }), says)
    }
    assert.equal((await run(guest, { options: { schema: 'held' } })).code, 4)
  })

  test('more connections than the server has are refused, and fewer than others leave are a warning', async () => {
    const many = await look(url, { maxConnections: 5000 })
    assert.match(
      many,
      /may have 5000 connections together, and the server has 97 for everybody.*maxConnections: 95 or less/,
    )
    const others = await Promise.all(Array.from({ length: 3 }, () => holding(url)))
    const tight = await run(url, { options: { maxConnections: 97 } })
    for (const other of others) await other.end()
    assert.match(tight.said, /warning: stores\/main CONNECT_ROOM .*of the 97 of the server others have 3 now/)
    assert.equal(tight.code, 0)
  })

  test('a server that may lose commits is refused with 3, unless the topology says that this may be; a start says it', async () => {
    const lax = `${url}?options=-c%20synchronous_commit%3Doff`
    const { code, said } = await run(lax)
    assert.match(
      said,
      /CONNECT_DURABILITY a crash of the server loses the commits of the last moments, because synchronous_commit is off/,
    )
    assert.equal(code, 3)
    assert.equal((await run(lax, { volatile: true })).code, 0)
    await asAdmin(url, async ({ execute }) => {
      await execute('alter system set fsync = off')
      await execute('alter system set full_page_writes = off')
      await execute('select pg_reload_conf()')
    })
    await sleep(300)
    try {
      const unsafe = await look(url)
      assert.match(unsafe, /may damage the whole database, because fsync is off/)
      assert.match(unsafe, /because full_page_writes is off/)
    } finally {
      await asAdmin(url, async ({ execute }) => {
        await execute('alter system reset all')
        await execute('select pg_reload_conf()')
      })
    }
  })

  test('data that do not fit the app are told, with what migrate would do', async () => {
    await run(url, { options: { schema: 'grown' } }, ['migrate', 'apply'])
    assert.match((await run(url, { options: { schema: 'grown' } })).said, /its data are as the app declares them/)
    const columns = 'id, title, "createdAt", "updatedAt", version, slot'
    await asAdmin(url, ({ execute }) =>
      execute(`insert into grown.tasks (${columns}) values (gen_random_uuid(), 'a text', now(), now(), 1, 0)`),
    )
    here.write('app.ts', smallApp.replace('t.text({ maxLength: 80 })', 't.integer()'))
    const { code, said } = await run(url, { options: { schema: 'grown' } })
    here.write('app.ts', smallApp)
    assert.match(said, /CONNECT_SCHEMA/)
    assert.equal(code, 4)
  })

  test('programs get all of it as JSON', async () => {
    here.write('pg.json', JSON.stringify({ stores: { main: store }, identity: { driver: 'development' } }))
    const { code, out } = await here.run(['check', '--connect', '--json', '-t', 'pg.json'], {
      PG: changed(url, (at) => (at.port = '1')),
    })
    const { ok, contacts, findings } = JSON.parse(out)
    assert.equal(code, 4)
    assert.deepEqual([ok, contacts[0].store, contacts[0].isOpen], [false, 'main', false])
    assert.deepEqual([findings[0].code, findings[0].place], ['CONNECT_REACH', 'stores/main'])
  })

  suite('over TLS', () => {
    const at = (name: string) => join(files, name)
    before(async () => {
      const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: 'pipe', cwd: files })
      for (const name of ['ca', 'stranger'])
        openssl(
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:P-256',
          '-nodes',
          '-subj',
          `/CN=${name}`,
          '-keyout',
          `${name}.key`,
          '-out',
          `${name}.pem`,
        )
      openssl(
        'req',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-subj',
        '/CN=localhost',
        '-keyout',
        'server.key',
        '-out',
        'server.csr',
      )
      writeFileSync(at('names'), 'subjectAltName=DNS:localhost')
      openssl(
        'x509',
        '-req',
        '-in',
        'server.csr',
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-extfile',
        'names',
        '-out',
        'server.pem',
      )
      for (const name of ['server.key', 'server.pem']) chownSync(at(name), account.uid, account.gid)
      chmodSync(at('server.key'), 0o600)
      await asAdmin(url, async ({ execute }) => {
        await execute(`alter system set ssl_cert_file = '${at('server.pem')}'`)
        await execute(`alter system set ssl_key_file = '${at('server.key')}'`)
        await execute('alter system set ssl = on')
        await execute('select pg_reload_conf()')
      })
      await sleep(300)
    })
    const named = (host: string, query: string) => `${changed(url, (address) => (address.hostname = host))}?${query}`

    test('an authority that is trusted, and the name of the certificate, are proved, and the sheet says so', async () => {
      const { code, said } = await run(named('localhost', `sslrootcert=${at('ca.pem')}`))
      assert.match(said, /reached at localhost:\d+, encrypted, and the server has proved its name/)
      assert.equal(code, 0, said)
    })

    test('a certificate of another name is refused, and one of an unknown authority', async () => {
      assert.match(
        await look(named('127.0.0.1', `sslmode=verify-full&sslrootcert=${at('ca.pem')}`)),
        /has a certificate of another name/,
      )
      for (const query of [`sslrootcert=${at('stranger.pem')}`, 'sslmode=verify-full', 'sslrootcert=system'])
        assert.match(
          await look(named('localhost', query)),
          /has a certificate of an authority that is not trusted: name its file with sslrootcert/,
          query,
        )
      assert.match(
        await look(named('localhost', 'sslrootcert=/nowhere.pem')),
        /its file \/nowhere\.pem cannot be read \(ENOENT\)/,
      )
    })

    test('the weaker modes prove what they say and no more', async () => {
      assert.match(
        await look(named('127.0.0.1', `sslmode=verify-ca&sslrootcert=${at('ca.pem')}`)),
        /encrypted, with a certificate of \S+ca\.pem for whatever name/,
      )
      assert.match(
        await look(named('127.0.0.1', 'sslmode=require')),
        /encrypted, and nobody has proved who is at its other end/,
      )
      assert.match(await look(named('127.0.0.1', `sslmode=require&sslrootcert=${at('stranger.pem')}`)), /not trusted/)
    })

    test('what is said to be encrypted is so for the server too', async () => {
      const query = { text: 'select ssl from pg_stat_ssl where pid = pg_backend_pid()', values: [] }
      for (const [address, isEncrypted] of [
        [named('127.0.0.1', 'sslmode=require'), 't'],
        [named('localhost', `sslrootcert=${at('ca.pem')}`), 't'],
        [url, 'f'],
      ] as const)
        assert.deepEqual(await asAdmin(address, async ({ run }) => (await run(query)).rows), [[isEncrypted]])
    })
  })

  suite('through PgBouncer', { skip: skip ?? pgbouncer.skip ?? false }, () => {
    const through = async (mode: string, extra = '') => {
      const [port] = await freePorts(1)
      const { username, password, port: to } = new URL(url)
      const ini = join(files, `${mode}${port}.ini`)
      writeFileSync(join(files, 'users.txt'), `"${username}" "${password}"\n`)
      writeFileSync(
        ini,
        `[databases]\nbanyan = host=127.0.0.1 port=${to}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = plain\nauth_file = ${join(files, 'users.txt')}\npool_mode = ${mode}\n${extra}\n`,
      )
      const rights = process.getuid?.() === 0 ? account : {}
      const child = spawn(pgbouncer.path, ['-q', ini], { stdio: 'ignore', cwd: '/', ...rights })
      const address = changed(url, (at) => (at.port = String(port)))
      for (let tries = 0; tries < 100 && !(await answers(port!)); tries++) await sleep(50)
      return {
        address,
        async [Symbol.asyncDispose]() {
          const ended = new Promise((resolve) => child.once('exit', resolve))
          child.kill('SIGKILL')
          await ended
        },
      }
    }

    test('one that nobody has named is noticed, whatever it does with the greeting', async () => {
      for (const extra of ['', 'ignore_startup_parameters = options']) {
        await using pooler = await through('transaction', extra)
        assert.match(await look(pooler.address), noticed)
        const { code, said } = await run(pooler.address, {}, ['start'])
        assert.match(said, noticed)
        assert.equal(code, 4)
      }
    })
    const noticed = /a pooler stands between\. Give the address of the server itself, or, .* say pooler: 'session'/

    test('one in transaction mode that is said to be in session mode is found out', async () => {
      await using pooler = await through('transaction')
      const says = /the pooler is said to be of mode session, and is not/
      assert.match(await look(pooler.address, { pooler: 'session' }), says)
      const { code, said } = await run(pooler.address, { options: { pooler: 'session' } }, ['start'])
      assert.match(said, says)
      assert.equal(code, 4)
    })

    test('one in session mode serves, with the settings that sessions have', async () => {
      await using pooler = await through('session')
      const options = { pooler: 'session', schema: 'pooled', connections: 4 }
      const applied = await run(pooler.address, { options }, ['migrate', 'apply'])
      assert.equal(applied.code, 0, applied.said)
      assert.match((await run(pooler.address, { options })).said, /its data are as the app declares them/)
    })
  })
})

/** A connection of somebody else. */
async function holding(url: string) {
  const { default: pg } = await import('pg')
  const client = new pg.Client(url)
  await client.connect()
  return client
}

async function answers(port: number): Promise<boolean> {
  const { connect } = await import('node:net')
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
