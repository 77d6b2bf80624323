import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts'
import { appFolder, times } from './http.ts'

/** What a problem may measure at most, however large the request was. */
const problemBytesMax = 8_192
const errorsMax = 20

const mebibyte = 1_048_576
const x = (bytes: number) => 'x'.repeat(bytes)
const many = <Item>(count: number, item: (at: number) => Item): Item[] =>
  Array.from({ length: count }, (_, at) => item(at))
const unknownMembers = (count: number) => Object.fromEntries(many(count, (at) => [`m${at}`, at]))
const entry = { value: 'of a bad request' }

/** Requests that are wrong in every way that a client can think of, each with the statuses that may answer it. */
const requests: readonly {
  readonly name: string
  readonly statuses: readonly number[]
  readonly path?: string
  readonly method?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}[] = [
  { name: 'arrays that open half a million times', statuses: [400], body: '['.repeat(500_000) },
  { name: 'a hundred thousand levels of arrays', statuses: [400], body: '['.repeat(100_000) + ']'.repeat(100_000) },
  {
    name: 'a hundred thousand levels of objects',
    statuses: [400],
    body: '{"a":'.repeat(100_000) + 1 + '}'.repeat(100_000),
  },
  {
    name: 'a JSON field of a hundred thousand levels',
    statuses: [400],
    body: `{"value":"x","extra":${'['.repeat(100_000) + ']'.repeat(100_000)}}`,
  },
  { name: 'an array of half a million numbers', statuses: [413], body: `[${'1,'.repeat(500_000)}1]` },
  { name: 'an array of a quarter of a million empty objects', statuses: [413], body: `[${'{},'.repeat(250_000)}{}]` },
  { name: 'an array where a text belongs', statuses: [413], body: `{"value":[${'1,'.repeat(500_000)}1]}` },
  {
    name: 'sixty thousand unknown members',
    statuses: [413],
    body: JSON.stringify({ ...entry, ...unknownMembers(60_000) }),
  },
  {
    name: 'nine thousand unknown members',
    statuses: [422],
    body: JSON.stringify({ ...entry, ...unknownMembers(9000) }),
  },
  { name: 'a hundred unknown members', statuses: [422], body: JSON.stringify({ ...entry, ...unknownMembers(100) }) },
  {
    name: 'an unknown member with a name of a megabyte',
    statuses: [422],
    body: JSON.stringify({ ...entry, [x(1_000_000)]: 1 }),
  },
  {
    name: 'twenty unknown members with names of fifty kilobytes',
    statuses: [422],
    body: JSON.stringify(Object.fromEntries(many(20, (at) => [`${at}${x(50_000)}`, 1]))),
  },
  { name: 'a text of a megabyte', statuses: [422], body: JSON.stringify({ value: x(1_000_000) }) },
  { name: 'a JSON field of a megabyte', statuses: [422], body: JSON.stringify({ ...entry, extra: x(1_000_000) }) },
  {
    name: 'a JSON field of sixty thousand members',
    statuses: [413],
    body: JSON.stringify({ ...entry, extra: unknownMembers(60_000) }),
  },
  { name: 'a body larger than a mebibyte', statuses: [413], body: JSON.stringify({ value: x(mebibyte) }) },
  { name: 'one text in place of an object', statuses: [422], body: JSON.stringify(x(1_000_000)) },
  { name: 'half of a surrogate pair', statuses: [422], body: '{"value":"\\ud800"}' },
  { name: 'a NUL', statuses: [422], body: '{"value":"\\u0000"}' },
  { name: 'a member named __proto__', statuses: [400], body: '{"value":"x","__proto__":{"isAdmin":true}}' },
  {
    name: 'members named like those of every object',
    statuses: [422],
    body: '{"value":"x","constructor":1,"toString":2}',
  },
  { name: 'a number that no computer holds', statuses: [400, 422], body: '{"seatsLeft":1e999}', path: '/v1/items' },
  {
    name: 'a number with a million digits',
    statuses: [400, 422],
    body: `{"seatsLeft":${'9'.repeat(1_000_000)}}`,
    path: '/v1/items',
  },
  {
    name: 'a batch of two hundred thousand nothings',
    statuses: [413],
    path: '/v1/entries:batch',
    body: `{"operations":[${'{},'.repeat(200_000)}{}]}`,
  },
  {
    name: 'an atomic batch of a hundred wrong members',
    statuses: [422],
    path: '/v1/entries:batch',
    body: JSON.stringify({ atomic: true, operations: many(100, () => ({ op: 'create', value: unknownMembers(90) })) }),
  },
  {
    name: 'an atomic batch that deletes a row twice',
    statuses: [404, 409, 422],
    path: '/v1/codes:batch',
    body: JSON.stringify({
      atomic: true,
      operations: [
        { op: 'delete', id: 'kept' },
        { op: 'delete', id: 'kept' },
      ],
    }),
  },
  {
    name: 'an atomic batch that deletes a row and makes it again',
    statuses: [200, 409, 422],
    path: '/v1/codes:batch',
    body: JSON.stringify({
      atomic: true,
      operations: [
        { op: 'delete', id: 'kept' },
        { op: 'create', value: { id: 'kept' } },
      ],
    }),
  },
  {
    name: 'a thousand unknown parameters',
    statuses: [400],
    method: 'GET',
    path: `/v1/entries?${many(1000, (at) => `p${at}=1`).join('&')}`,
  },
  {
    name: 'a thousand unknown parameters of a row',
    statuses: [400],
    method: 'GET',
    path: `/v1/codes/kept?${many(1000, (at) => `p${at}=1`).join('&')}`,
  },
  {
    name: 'one parameter a thousand times',
    statuses: [400],
    method: 'GET',
    path: `/v1/entries?${many(1000, () => 'value=1').join('&')}`,
  },
  { name: 'a parameter of fifteen kilobytes', statuses: [400], method: 'GET', path: `/v1/entries?${x(15_000)}=1` },
  {
    name: 'five thousand values of a filter',
    statuses: [400],
    method: 'GET',
    path: `/v1/entries?value[in]=${many(5000, () => 'a').join(',')}`,
  },
  {
    name: 'two thousand fields that are none',
    statuses: [400],
    method: 'GET',
    path: `/v1/codes/kept?fields=${many(2000, (at) => at).join(',')}`,
  },
  {
    name: 'two thousand includes that are none',
    statuses: [400],
    method: 'GET',
    path: `/v1/codes/kept?include=${many(2000, (at) => at).join(',')}`,
  },
  {
    name: 'a sort of five thousand names',
    statuses: [400],
    method: 'GET',
    path: `/v1/entries?sort=${many(5000, () => 'a').join(',')}`,
  },
  ...[
    ['five thousand words', many(5000, () => 'ab').join('+')],
    ['a word of fifteen kilobytes', x(15_000)],
    ['a search of nothing but stars', '*+'.repeat(90)],
    ['a NUL among its words', 'round%00'],
  ].map(([name, text]) => ({
    name: `a search with ${name}`,
    statuses: [400],
    method: 'GET',
    path: `/v1/entries?search=${text}`,
  })),
  {
    name: 'a search in the language of the engine',
    statuses: [200],
    method: 'GET',
    path: `/v1/entries?total=true&search=${encodeURIComponent('NEAR("a b*", 2) OR ^{value}: -x*')}`,
  },
  {
    name: 'a search for the most words there may be, all of them of one letter',
    statuses: [200],
    method: 'GET',
    path: `/v1/entries?total=true&search=${[...'abcdefgh'].map((letter) => `${letter}*`).join('+')}`,
  },
  {
    name: 'a hundred searches in one request',
    statuses: [400],
    method: 'GET',
    path: `/v1/entries?${many(100, () => 'search=a').join('&')}`,
  },
  { name: 'a total that is neither true nor false', statuses: [400], method: 'GET', path: '/v1/entries?total=maybe' },
  { name: 'a cursor of fifteen kilobytes', statuses: [400], method: 'GET', path: `/v1/entries?after=${x(15_000)}` },
  { name: 'an id of fifteen kilobytes', statuses: [400, 404, 414], method: 'GET', path: `/v1/entries/${x(15_000)}` },
  { name: 'a path that nobody can decode', statuses: [400], method: 'GET', path: '/v1/entries/%ff%fe' },
  { name: 'a path of a thousand steps', statuses: [404], method: 'GET', path: `/v1${'/..'.repeat(1000)}` },
  {
    name: 'headers of twenty kilobytes',
    statuses: [431],
    method: 'GET',
    path: '/v1/entries',
    headers: { 'x-more': x(20_000) },
  },
  {
    name: 'a bookmark of fifteen kilobytes',
    statuses: [200],
    method: 'GET',
    path: '/v1/entries?limit=1',
    headers: { 'banyan-bookmark': x(15_000) },
  },
  {
    name: 'an Idempotency-Key of a kilobyte',
    statuses: [400],
    body: '{"value":"x"}',
    headers: { 'idempotency-key': x(1000), authorization: 'Bearer dev:ada' },
  },
  {
    name: 'a token of ten kilobytes',
    statuses: [401],
    body: '{"value":"x"}',
    headers: { authorization: `Bearer dev:${x(10_000)}` },
  },
  {
    name: 'an Accept of ten thousand types',
    statuses: [406],
    method: 'GET',
    path: '/v1/entries',
    headers: { accept: 'a/b,'.repeat(3000) },
  },
  {
    name: 'an If-Match of fifteen kilobytes',
    statuses: [400],
    method: 'DELETE',
    path: '/v1/codes/kept',
    headers: { 'if-match': `"${x(15_000)}"` },
  },
  {
    name: 'a media type of ten kilobytes',
    statuses: [415],
    body: '{"value":"x"}',
    headers: { 'content-type': `application/${x(10_000)}` },
  },
]

type Request = Omit<(typeof requests)[number], 'statuses'>

async function sendTo(url: string, { path = '/v1/entries', method = 'POST', body, headers }: Request) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body }),
  })
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() }
}

suite('bad input', () => {
  const folder = temporaryFolder()
  let server: RunningServer
  before(async () => {
    const preload = new URL('./resources.ts', import.meta.url)
    server = await startServer({ app: appFolder, dataFolder: folder.path, preload })
    await send({ name: 'a row to refer to', path: '/v1/codes', body: '{"id":"kept"}' })
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  const send = (request: Request) => sendTo(server.url, request)

  for (const request of requests) {
    test(`${request.name} is answered with ${request.statuses.join(' or ')}, in bounds`, async () => {
      const { status, type, text } = await send(request)
      assert.ok(request.statuses.includes(status), `${status} ${text.slice(0, 500)}`)
      if (status < 400) return
      assert.match(type, /^application\/problem\+json/)
      assert.ok(text.length <= problemBytesMax, `a problem of ${text.length} bytes: ${text.slice(0, 500)} …`)
      const { errors = [] } = JSON.parse(text) as { readonly errors?: readonly unknown[] }
      assert.ok(errors.length <= errorsMax, `${errors.length} errors`)
    })
  }

  test('each member of a batch is told at most twenty faults', async () => {
    const operations = many(100, () => ({ op: 'create', value: unknownMembers(90) }))
    const { status, text } = await send({ name: '', path: '/v1/entries:batch', body: JSON.stringify({ operations }) })
    assert.equal(status, 200)
    const { outcomes } = JSON.parse(text) as { outcomes: { status: number; problem: { errors: unknown[] } }[] }
    assert.equal(outcomes.length, 100)
    for (const outcome of outcomes) {
      assert.equal(outcome.status, 422)
      assert.ok(JSON.stringify(outcome).length <= problemBytesMax)
      assert.ok(outcome.problem.errors.length <= errorsMax)
    }
  })

  test('nothing stays open, and no listener on, after bad requests and connections that end early', async () => {
    assert.deepEqual(await growth(server), [])
    const warnings = server.output().match(/MaxListenersExceededWarning.*/g)
    assert.equal(warnings, null)
  })

  test('a connection that is used again and again gathers no listeners', async () => {
    for (let at = 0; at < 50; at++) {
      assert.equal((await send({ name: '', path: '/v1/watch', body: '{}' })).status, 200)
    }
    const warnings = server.output().match(/MaxListenersExceededWarning.*/g)
    assert.equal(warnings, null)
  })

  test('it still serves after all of that', async () => {
    assert.equal((await send({ name: '', body: JSON.stringify(entry) })).status, 201)
    const logged = server.output().match(/.*"level":(50|60).*/g)
    assert.equal(logged?.[0], undefined)
  })
})

test('control: what a server leaves behind for every request is found', async () => {
  using folder = temporaryFolder()
  const preload = new URL('./leak.ts', import.meta.url)
  await using server = await startServer({ app: appFolder, dataFolder: folder.path, preload })
  const found = await growth(server)
  // Its timers would keep it from ending by itself.
  await server.kill()
  assert.match(found.join('\n'), /^Timeout: /m)
  assert.match(found.join('\n'), /^listeners of exit: /m)
})

/** Beginnings of requests after which the connection ends. */
const earlyEnds = [
  '',
  'POST',
  'POST /v1/entries HTTP/1.1\r\nHost: x\r\n',
  'POST /v1/entries HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"value":',
  'POST /v1/entries HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"val',
  'POST /v1/watch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
  'GET /v1/entries HTTP/1.1\r\n\r\n',
  'no HTTP at all\r\n\r\n',
]

function endEarly(url: string, text: string): Promise<void> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(text, () => setTimeout(() => socket.resetAndDestroy(), 5))
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve())
  })
}

/** What a server holds more of after many bad requests than after few; nothing if none of them leaves anything behind. */
async function growth(server: RunningServer): Promise<readonly string[]> {
  const round = async () => {
    await times(requests.length, 8, async (at) => void (await sendTo(server.url, requests[at]!)))
    await times(48, 8, (at) => endEarly(server.url, earlyEnds[at % earlyEnds.length]!))
  }
  await round()
  const first = await heldOpen(server, () => false)
  for (let more = 0; more < 3; more++) await round()
  const grown = (counts: Counts) =>
    Object.keys(counts).filter((kind) => {
      // This process keeps some connections open to use them again.
      const most = kind === 'TCPSocketWrap' ? 16 : (first[kind] ?? 0)
      return counts[kind]! > most
    })
  const last = await heldOpen(server, (counts) => grown(counts).length === 0)
  return grown(last).map((kind) => `${kind}: ${first[kind] ?? 0} became ${last[kind]}`)
}

type Counts = Readonly<Record<string, number>>

/** What a server holds open, as soon as that is as it should be, or when waiting longer would not help. */
async function heldOpen(server: RunningServer, isAsItShouldBe: (counts: Counts) => boolean): Promise<Counts> {
  for (let tries = 1; ; tries++) {
    await sleep(100)
    const toldBefore = server.output().length
    process.kill(server.child.pid!, 'SIGUSR2')
    let line: RegExpExecArray | null = null
    while (line === null) {
      await sleep(10)
      line = /resources (\{.*\})\n/.exec(server.output().slice(toldBefore))
    }
    const counts = JSON.parse(line[1]!) as Counts
    if (tries === 20 || isAsItShouldBe(counts)) return counts
  }
}
