import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '../../src/data/store/postgres/connection.ts'
import { connectForWork } from '../../src/data/store/postgres/session.ts'
import { engineKinds } from '../../src/engines/kinds.ts'
import { engine } from '../engine.ts'
import { asAdmin, dataOf } from '../postgres/admin.ts'
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts'
import { appFolder, isLong, send } from './http.ts'

const { skip } = engine('initdb')
const processes = 8
const budget = 16
const waitMaxMs = 2_000
const loadMs = isLong ? 60_000 : 4_000

suite('connections to PostgreSQL', { skip: skip ?? false }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-pool-'))
  const data = temporaryFolder()
  const engineKind = engineKinds.postgres()
  let url: string
  let appUrl: string
  before(async () => {
    url = (await (await engineKind).up(folder)).environment.PG!
    limitTo(20)
    await restart()
    // Of a role that is no superuser: it has none of the connections that are kept for those.
    await asAdmin(url, ({ execute }) =>
      execute(
        `create role app login password 'app'; grant all on database banyan to app; grant all on schema public to app`,
      ),
    )
    const address = new URL(url)
    address.username = address.password = 'app'
    appUrl = address.href
  })
  after(async () => {
    await (await engineKind).remove(folder)
    data[Symbol.dispose]()
  })
  // Three beyond the budget: who asks for a seat has a connection meanwhile, and with one for all of them some ask in vain for long.
  const limitTo = (connections: number) =>
    writeFileSync(
      join(dataOf(folder), 'postgresql.conf'),
      `max_connections = ${connections}\nsuperuser_reserved_connections = 1\n`,
      { flag: 'a' },
    )
  const restart = async () => {
    await (await engineKind).down(folder)
    await (await engineKind).up(folder)
  }

  const start = (name: string, options: object): Promise<RunningServer> => {
    const topology = join(data.path, `${name}.json`)
    const main = { driver: 'postgres', options: { primary: { env: 'PG' }, waitMax: `${waitMaxMs}ms`, ...options } }
    writeFileSync(topology, JSON.stringify({ stores: { main }, identity: { driver: 'development' } }))
    const env = { PG: appUrl, BANYAN_TOPOLOGY: topology, BANYAN_LOG_LEVEL: 'error' }
    return startServer({ app: appFolder, dataFolder: join(data.path, name), env })
  }

  /** Runs a fleet under load while connections are ended, and says what was seen. */
  const underFaults = async (options: object): Promise<Seen> => {
    await using admin = await administrator(url)
    await using fleet = new AsyncDisposableStack()
    const starting = Array.from({ length: processes }, (_, at) => start(`p${at}`, options))
    const servers = await Promise.all(starting)
    for (const server of servers) fleet.use(server)
    const stop = new AbortController()
    const load = loadOn(servers, stop.signal)
    const seen = { seats: 0, sampled: 0, ended: 0 }
    for (const end = performance.now() + loadMs; performance.now() < end; await sleep(20)) {
      const { rows } = await admin.connection.run(connectionsNow)
      seen.sampled++
      seen.seats = Math.max(seen.seats, rows.filter(([, name]) => !name!.endsWith(' asks')).length)
      const [victim] = rows[Math.floor(Math.random() * rows.length)] ?? []
      if (victim === undefined) continue
      await admin.connection.run({ text: 'select pg_terminate_backend($1::int4)', values: [victim] })
      seen.ended++
    }
    const began = performance.now()
    const working = await Promise.all(servers.map((server) => worksWithin(server.url, recoveryMaxMs)))
    const recoveredMs = Math.round(performance.now() - began)
    stop.abort()
    return { ...seen, ...(await load), recoveredMs, failedAfter: working.filter((works) => !works).length }
  }

  test('the budget of a fleet is never exceeded, nobody waits beyond the limit, and all works again at once', async (context) => {
    const seen = await underFaults({ maxConnections: budget })
    context.diagnostic(JSON.stringify(seen))
    assert.ok(seen.seats <= budget, `${seen.seats} connections of ${budget}`)
    assert.ok(seen.longestMs < waitMaxMs + 3_000, `a request took ${seen.longestMs} ms`)
    assert.deepEqual(seen.strange, [])
    assert.equal(seen.failedAfter, 0)
    // Otherwise nothing was tried.
    assert.ok(seen.ended > 3 && seen.served > 50)
  })

  test('a process for which there is no seat says so and ends with 4', async () => {
    await using _ = await start('first', { maxConnections: 2, schema: 'crowded' })
    await assert.rejects(start('second', { maxConnections: 2, schema: 'crowded' }), (error) =>
      /all 2 connections of the processes that share this schema are taken/.test(String(error)),
    )
  })

  test('while the server is away requests are told so at once, and it is found again', async () => {
    await using server = await start('away', { maxConnections: budget, schema: 'away' })
    assert.equal((await send(`${server.url}/v1/entries`, 'POST', { value: 'before' })).status, 201)
    await (await engineKind).down(folder)
    await sleep(200)
    const began = performance.now()
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const response = at % 2 === 0 ? fetch(`${server.url}/v1/entries`) : posted(server.url, 'during')
        const { status, headers } = await response
        return `${status} ${headers.get('retry-after')}`
      }),
    )
    assert.ok(performance.now() - began < waitMaxMs, 'they waited')
    assert.deepEqual([...new Set(answers)], ['503 1'])
    await (await engineKind).up(folder)
    await sleep(2_000)
    assert.equal((await posted(server.url, 'after')).status, 201)
    const { body } = await send(`${server.url}/v1/entries?limit=100`, 'GET')
    assert.deepEqual(body.data.map(({ value }: { readonly value: string }) => value).toSorted(), ['after', 'before'])
  })

  test('control: without a budget the same fleet has more connections', async (context) => {
    limitTo(60)
    await restart()
    const seen = await underFaults({ maxConnections: 57, schema: 'control' })
    context.diagnostic(JSON.stringify(seen))
    assert.ok(seen.seats > budget)
  })
})

interface Seen {
  /** The most connections at once. */
  readonly seats: number
  readonly sampled: number
  readonly ended: number
  readonly served: number
  readonly refused: number
  /** Answers that nobody can explain. */
  readonly strange: readonly string[]
  readonly longestMs: number
  /** After the last connection was ended, until every process reads and writes. */
  readonly recoveredMs: number
  /** Processes that never did. */
  readonly failedAfter: number
}

const connectionsNow = {
  text: "select pid, application_name from pg_stat_activity where usename = 'app'",
  values: [],
}

/** As a superuser, for whom the server keeps connections. */
async function administrator(url: string): Promise<AsyncDisposable & { readonly connection: Connection }> {
  const connection = await connectForWork({ primary: url })
  return { connection, [Symbol.asyncDispose]: () => connection.end() }
}

const posted = (url: string, value: string): Promise<Response> =>
  fetch(`${url}/v1/entries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ value }),
  })

/** Reads, commits that share a statement, and transactions that take a connection for themselves. */
async function loadOn(servers: readonly RunningServer[], stop: AbortSignal) {
  const told = { served: 0, refused: 0, strange: [] as string[], longestMs: 0 }
  const caller = async ({ url }: RunningServer, at: number) => {
    for (let turn = 0; !stop.aborted; turn++) {
      const began = performance.now()
      const kinds = [
        () => send(`${url}/v1/entries?limit=2`, 'GET'),
        () => send(`${url}/v1/entries`, 'POST', { value: `${at}-${turn}` }),
        () => send(`${url}/v1/codes/none-${at}-${turn}`, 'DELETE'),
      ]
      const { status, body } = await kinds[turn % kinds.length]!()
      told.longestMs = Math.max(told.longestMs, Math.round(performance.now() - began))
      if (status === 503) told.refused++
      else if ([200, 201, 204, 404].includes(status)) told.served++
      else told.strange.push(`${status} ${body?.code}`)
    }
  }
  await Promise.all(servers.flatMap((server) => Array.from({ length: 4 }, (_, at) => caller(server, at))))
  return told
}

/** Whether a process reads and writes again, which takes no more than two seconds on a machine that has nothing else to do. */
async function worksWithin(url: string, limitMs: number): Promise<boolean> {
  for (const end = performance.now() + limitMs; performance.now() < end; await sleep(50)) {
    const [read, written] = [await send(`${url}/v1/entries?limit=1`, 'GET'), await posted(url, 'works')]
    if (read.status === 200 && written.status === 201) return true
  }
  return false
}

const recoveryMaxMs = 15_000
