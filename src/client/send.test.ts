import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { App } from '../app/app.ts'
import type { ClientOptions } from './client.ts'
import { bookmarkOf, ClientError, client } from './client.ts'

// Every test gives the answers in their order: a status, a response, or an error of the network.

type Answer = number | Response | Error | 'never'
type Loose = Record<string, Record<string, (...args: unknown[]) => Promise<unknown>>>

const openapi = {
  paths: {
    '/v1/books': { get: { operationId: 'books.list' }, post: { operationId: 'books.create' } },
    '/v1/books/{id}': { get: { operationId: 'books.get' } },
    '/v1/close': { post: { operationId: 'books.close' } },
  },
}

function scripted(answers: readonly Answer[], options: ClientOptions = {}) {
  const sent: { method: string; headers: Headers }[] = []
  const waits: number[] = []
  const api = client('http://stub', {
    openapi,
    token: 'dev:ada',
    random: () => 0.5,
    sleep: async (ms) => void waits.push(ms),
    fetch: async (_, { method, headers, signal }) => {
      sent.push({ method: method!, headers: new Headers(headers) })
      const answer = answers[sent.length - 1]
      if (answer === undefined) throw new Error('nobody expected another try')
      if (answer instanceof Error) throw answer
      if (answer === 'never')
        return new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason)))
      return typeof answer === 'number' ? new Response('{}', { status: answer }) : answer
    },
    ...options,
  })
  const keys = () => sent.map(({ headers }) => headers.get('idempotency-key'))
  const bookmarks = () => sent.map(({ headers }) => headers.get('banyan-bookmark'))
  return {
    api: api as unknown as Loose & typeof api,
    books: (api as unknown as Loose).books!,
    sent,
    waits,
    keys,
    bookmarks,
  }
}

const lost = () => new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) })
const later = (status: number, retryAfter: string) =>
  new Response('{}', { status, headers: { 'retry-after': retryAfter } })
const marked = (bookmark: string, status = 200) =>
  new Response('{}', { status, headers: { 'banyan-bookmark': bookmark } })

suite('tries again', () => {
  test('a read, after every passing failure', async () => {
    for (const failure of [lost(), 429, 502, 503, 504] as const) {
      const { books, sent } = scripted([failure, 200])
      await books.get!('1')
      assert.equal(sent.length, 2)
    }
  })

  test('a write with its key, the same every time', async () => {
    const { books, keys } = scripted([lost(), 503, 200])
    await books.create!({})
    assert.equal(keys().length, 3)
    assert.equal(new Set(keys()).size, 1)
    assert.match(keys()[0]!, /^[0-9a-f]{32}$/)
  })

  test('a write whose key is being worked on', async () => {
    const { books, keys, waits } = scripted([later(409, '1'), 201])
    await books.create!({}, { idempotencyKey: 'k' })
    assert.deepEqual(keys(), ['k', 'k'])
    assert.deepEqual(waits, [1_100])
  })

  test('later every time, with jitter, and when the server says', async () => {
    const { books, waits } = scripted([503, 503, later(429, '7'), 200])
    await books.get!('1')
    assert.deepEqual(waits, [100, 200, 7_100])
  })

  test('three times, unless told', async () => {
    const four = scripted([503, 503, 503, 503])
    await assert.rejects(four.books.get!('1'), { status: 503 })
    const one = scripted([503], { retries: 0 })
    await assert.rejects(one.books.get!('1'), { status: 503 })
  })
})

suite('does not try again', () => {
  test('what is refused for good', async () => {
    for (const status of [400, 401, 403, 404, 409, 412, 422, 428, 500]) {
      const { books, sent } = scripted([status])
      await assert.rejects(books.create!({}), { status })
      assert.equal(sent.length, 1)
    }
  })

  test('a write without a key: its outcome is unknown', async () => {
    // Nobody is signed in; then: the route takes no key.
    const anonymous = scripted([lost()], { token: undefined })
    await assert.rejects(anonymous.books.create!({}), (error) => {
      assert.ok(error instanceof ClientError && error.cause instanceof ClientError)
      assert.deepEqual([error.code, error.status, error.cause.code], ['UNKNOWN_OUTCOME', 0, 'NETWORK'])
      return true
    })
    const unkeyed = scripted([504])
    await assert.rejects(unkeyed.books.close!(), { code: 'UNKNOWN_OUTCOME', message: /504/ })
    assert.deepEqual([...anonymous.keys(), ...unkeyed.keys()], [null, null])
    const refused = scripted([503], { token: undefined })
    await assert.rejects(refused.books.create!({}), { status: 503 })
  })

  test('beyond the time of the call', async () => {
    const { books, waits } = scripted([later(503, '60')])
    await assert.rejects(books.get!('1'), { status: 503 })
    assert.deepEqual(waits, [])
  })
})

suite('gives up', () => {
  test('when the time is up: a read has timed out, a write may have been done', async () => {
    const { books } = scripted(['never', 'never'], { timeout: '20ms' })
    await assert.rejects(books.get!('1'), { code: 'TIMEOUT', status: 0 })
    await assert.rejects(books.create!({}, { idempotencyKey: 'k' }), {
      code: 'UNKNOWN_OUTCOME',
      idempotencyKey: 'k',
    })
  })

  test('when the time of this one call is up', async () => {
    const { books } = scripted(['never'])
    await assert.rejects(books.get!('1', { timeout: '20ms' }), { code: 'TIMEOUT' })
  })

  test('while it waits for the document or the token', async () => {
    const never = new Promise<never>(() => {})
    const token = scripted([], { token: () => never, timeout: '20ms' })
    await assert.rejects(token.books.get!('1'), { code: 'TIMEOUT' })
    const document = client('http://stub', { fetch: () => never, timeout: '200ms' }) as unknown as Loose
    await assert.rejects(document.books!.get!('1', { timeout: '20ms' }), { code: 'TIMEOUT' })
  })

  test('when the caller does, with the caller’s reason', async () => {
    const gone = new Error('the page was left')
    const before = scripted([])
    await assert.rejects(before.books.get!('1', { signal: AbortSignal.abort(gone) }), gone)
    const during = scripted(['never'])
    const controller = new AbortController()
    const call = during.books.create!({}, { signal: controller.signal })
    setTimeout(() => controller.abort(gone), 5)
    await assert.rejects(call, gone)
  })

  test('with an unknown outcome, when a key was lost in the first try and refused for now in the last', async () => {
    const { books } = scripted([lost(), 503, 503, 503])
    await assert.rejects(books.create!({}, { idempotencyKey: 'k' }), {
      code: 'UNKNOWN_OUTCOME',
      idempotencyKey: 'k',
    })
  })
})

suite('who is calling', () => {
  test('is asked with every call, and may change', async () => {
    let count = 0
    const { books, sent } = scripted([200, 200], { token: async () => `t${++count}` })
    await books.get!('1')
    await books.get!('1')
    assert.deepEqual(
      sent.map(({ headers }) => headers.get('authorization')),
      ['Bearer t1', 'Bearer t2'],
    )
  })

  test('may stand in the headers: then writes have keys too', async () => {
    const { books, sent } = scripted([201], {
      token: undefined,
      headers: { Authorization: 'Basic x', Accept: 'text/plain' },
    })
    await books.create!({})
    assert.equal(sent[0]?.headers.get('accept'), 'text/plain')
    assert.ok(sent[0]?.headers.get('idempotency-key'))
  })
})

suite('bookmarks', () => {
  const at = (position: number, epoch = 'e1') => encode({ main: { epoch, position } })

  test('go along with every request and grow with every answer, refusals too', async () => {
    const { api, books, bookmarks } = scripted([marked(at(5)), marked(at(3)), marked(at(9), 409), marked(at(9))])
    assert.equal(bookmarkOf(api), undefined)
    await books.get!('1')
    await books.get!('1')
    await assert.rejects(books.create!({}), { status: 409 })
    await books.get!('1')
    assert.deepEqual(bookmarks(), [null, at(5), at(5), at(9)])
    assert.equal(bookmarkOf(api), at(9))
  })

  test('go from one client to another', async () => {
    const { api, books, bookmarks } = scripted([200], { bookmark: at(7) })
    await books.get!('1')
    assert.deepEqual(bookmarks(), [at(7)])
    assert.equal(bookmarkOf(api), at(7))
    assert.throws(() => bookmarkOf({}), /bookmarkOf takes/)
  })

  test('that are lost are told to the listener, and the new one goes along from then on', async () => {
    let told = 0
    const onBookmarkLost = () => void told++
    const { books, bookmarks } = scripted([marked(`lost, ${at(2)}`), 200], { bookmark: at(7), onBookmarkLost })
    await books.get!('1')
    await turn()
    await books.get!('1')
    assert.equal(told, 1)
    assert.deepEqual(bookmarks(), [at(7), at(2)])
  })

  const encode = (stores: object) => Buffer.from(JSON.stringify({ v: 1, stores })).toString('base64url')
})

test('an untyped client compiles', () => {
  const api = client<App>('http://stub', { openapi })
  assert.ok(api)
})
