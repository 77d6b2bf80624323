import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, beforeEach, suite, test } from 'node:test'
import { inspect } from 'node:util'
import { anyone, signedIn } from '../app/access.ts'
import { app } from '../app/app.ts'
import { t } from '../app/field.ts'
import { resource } from '../app/resource.ts'
import { service } from '../app/service.ts'
import { ClientError, client } from './client.ts'

// A server that speaks the contract over a few rows in memory, and keeps what it was asked.

const Author = resource('authors', { name: t.text() }).access({ read: anyone })
const Book = resource('books', { title: t.text(), author: t.ref('authors'), pages: t.integer() })
  .index('author', 'pages')
  .access({ read: anyone, write: signedIn })
const books = service('books', { resources: { Author, Book } })
  .operation('print', {
    http: 'POST /books/{id}/print',
    input: { id: t.id(), copies: t.integer({ default: 1 }) },
    output: Book,
    access: signedIn,
    idempotent: true,
    run: async ({ data, input }) => (await data.books.get(input.id))!,
  })
  .operation('close', { http: 'POST /books/{id}/close', input: { id: t.id() }, access: signedIn, run: async () => {} })
const reports = service('reports', {})
  .operation('list', {
    http: 'GET /reports',
    input: { year: t.integer(), kind: t.text({ optional: true }) },
    output: { data: t.text() },
    access: anyone,
    run: async () => ({ data: '' }),
  })
  .operation('drop', {
    http: 'DELETE /reports/{name}',
    input: { name: t.text(), hard: t.boolean() },
    access: anyone,
    run: async () => {},
  })
const library = app('library', { version: 'v1', services: [books, reports] })

const key = [{ $ref: '#/components/parameters/IdempotencyKey' }]
const json = { content: { 'application/json': {} } }
const document = {
  openapi: '3.1.0',
  components: { parameters: { IdempotencyKey: { in: 'header', name: 'Idempotency-Key' } } },
  paths: {
    '/v1/books': { get: { operationId: 'books.list' }, post: { operationId: 'books.create', requestBody: json } },
    '/v1/books:batch': { post: { operationId: 'books.batch', requestBody: json } },
    '/v1/books/{id}': {
      get: { operationId: 'books.get' },
      put: { operationId: 'books.replace', requestBody: json },
      patch: { operationId: 'books.update', requestBody: { content: { 'application/merge-patch+json': {} } } },
      delete: { operationId: 'books.delete' },
    },
    '/v1/books/{id}/print': { post: { operationId: 'books.print', parameters: key, requestBody: json } },
    '/v1/books/{id}/close': { post: { operationId: 'books.close' } },
    '/v1/reports': { get: { operationId: 'reports.list', 'x-banyan-operation': true } },
    '/v1/reports/{name}': { delete: { operationId: 'reports.drop' } },
  },
}

interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

let asked: Asked[] = []
let documentFailures = 0
const rows = Array.from({ length: 45 }, (_, at) => ({
  id: `b${at}`,
  title: `Book ${at}`,
  author: 'a1',
  pages: at,
  version: 1,
}))

const server = createServer(async (request, response) => {
  let text = ''
  for await (const chunk of request) text += chunk
  const { method = '', url = '', headers } = request
  const body: unknown = text === '' ? undefined : JSON.parse(text)
  asked.push({ method, url, headers, body })
  const answer = (status: number, value?: unknown, type = 'application/json') => {
    response.writeHead(status, { 'content-type': type })
    response.end(value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value))
  }
  const { pathname, searchParams } = new URL(url, 'http://stub')
  const path = pathname.replace('/below', '')
  const problem = (status: number, code: string, more: object = {}) =>
    answer(
      status,
      { type: 'about:blank', title: code, status, code, requestId: 'r1', ...more },
      'application/problem+json',
    )
  if (path === '/openapi.json') {
    if (documentFailures-- > 0) return problem(500, 'BUG')
    return answer(200, document)
  }
  if (path === '/v1/reports') return answer(200, { data: searchParams.get('year') })
  if (path === '/v1/books' && method === 'GET') {
    const from = Number(searchParams.get('after') ?? 0)
    const limit = Number(searchParams.get('limit') ?? 20)
    const next = from + limit < rows.length ? String(from + limit) : null
    return answer(200, { data: rows.slice(from, from + limit), page: { next } })
  }
  if (path === '/v1/books') return answer(201, { id: 'new', ...(body as object), version: 1 })
  if (path === '/v1/books:batch') return answer(200, { outcomes: [{ status: 204 }] })
  if (path.endsWith('/close') || method === 'DELETE') return answer(204)
  if (path.endsWith('/missing')) {
    return problem(404, 'NOT_FOUND', { detail: 'there is no book missing', hint: 'Look at the list.' })
  }
  if (path.endsWith('/invalid')) {
    return problem(422, 'CONTENT_INVALID', {
      detail: 'the book is not valid',
      errors: [{ pointer: '/pages', detail: 'must be at least 1' }],
    })
  }
  if (path.endsWith('/foreign')) return answer(403, { code: 7, errors: 'no' })
  if (path.endsWith('/html')) return answer(404, '<h1>Nothing here</h1>', 'text/html')
  if (path.endsWith('/portal')) return answer(200, '<h1>Sign in to the airport network</h1>', 'text/html')
  return answer(200, { ...rows[0], ...(body as object) })
})
server.listen(0)
await once(server, 'listening')
const url = `http://localhost:${(server.address() as AddressInfo).port}`
after(() => {
  server.close()
  server.closeAllConnections()
})
beforeEach(() => {
  asked = []
  documentFailures = 0
})

/** What was asked beside the document, short. */
const lines = () => asked.filter((one) => one.url !== '/openapi.json').map((one) => `${one.method} ${one.url}`)
const last = () => asked.at(-1)!
const signed = () => client<typeof library>(url, { token: 'dev:ada' })

suite('generated methods', () => {
  test('get names its row, fields and references', async () => {
    const api = signed()
    assert.equal((await api.books.get('b0')).title, 'Book 0')
    await api.books.get('a/b c', { fields: ['id', 'title'], include: ['author'] })
    assert.deepEqual(lines(), ['GET /v1/books/b0', 'GET /v1/books/a%2Fb%20c?fields=id%2Ctitle&include=author'])
    assert.equal(last().headers.authorization, 'Bearer dev:ada')
    assert.equal(last().headers['idempotency-key'], undefined)
  })

  test('list asks as the contract says and gives the page and its cursor', async () => {
    const page = await signed().books.list({
      where: { author: { in: ['a1', 'a2'] }, pages: { gte: 1, lt: 9 } },
      sort: '-pages',
      limit: 2,
      after: '4',
    })
    assert.deepEqual(page, { data: [rows[4], rows[5]], next: '6' })
    assert.deepEqual(
      [...new URL(last().url, url).searchParams],
      [
        ['author[in]', 'a1,a2'],
        ['pages[gte]', '1'],
        ['pages[lt]', '9'],
        ['sort', '-pages'],
        ['limit', '2'],
        ['after', '4'],
      ],
    )
  })

  test('create, replace, update and delete send what was given, under the version given', async () => {
    const api = signed()
    const value = { title: 'x', author: 'a1', pages: 1 }
    assert.equal((await api.books.create(value)).id, 'new')
    assert.deepEqual(last().body, value)
    await api.books.replace('b1', value)
    assert.equal(last().headers['if-match'], undefined)
    await api.books.update('b1', { pages: 2 }, { version: 7 })
    assert.deepEqual(last().body, { pages: 2 })
    assert.equal(last().headers['if-match'], '"v7"')
    assert.equal(last().headers['content-type'], 'application/merge-patch+json')
    assert.equal(await api.books.delete('b1', { version: 8 }), undefined)
    assert.equal(last().headers['if-match'], '"v8"')
    assert.equal(last().headers['content-type'], undefined)
    assert.deepEqual(lines(), ['POST /v1/books', 'PUT /v1/books/b1', 'PATCH /v1/books/b1', 'DELETE /v1/books/b1'])
  })

  test('batch gives one outcome each', async () => {
    const operations = [{ op: 'delete', id: 'b1', version: 3 }] as const
    assert.deepEqual(await signed().books.batch(operations, { atomic: true }), [{ status: 204 }])
    assert.deepEqual(last().body, { atomic: true, operations })
  })

  test('every write takes a fresh key where somebody is signed in, or the one given', async () => {
    const api = signed()
    await api.books.delete('b1')
    await api.books.delete('b1')
    await api.books.delete('b1', { idempotencyKey: 'mine' })
    await client<typeof library>(url).books.delete('b1')
    const [first, second, third, fourth] = asked
      .filter(({ method }) => method === 'DELETE')
      .map(({ headers }) => headers['idempotency-key'])
    assert.match(String(first), /^[0-9a-f]{32}$/)
    assert.match(String(second), /^[0-9a-f]{32}$/)
    assert.notEqual(first, second)
    assert.equal(third, 'mine')
    assert.equal(fourth, undefined)
  })
})

suite('iteration', () => {
  test('all gives every row of every page, in order, each page fetched when it is needed', async () => {
    const seen: string[] = []
    for await (const { id } of signed().books.all()) {
      if (seen.length === 20) assert.equal(lines().length, 2)
      seen.push(id)
    }
    assert.deepEqual(
      seen,
      rows.map(({ id }) => id),
    )
    assert.deepEqual(lines(), ['GET /v1/books', 'GET /v1/books?after=20', 'GET /v1/books?after=40'])
  })

  test('all stops at its bound and asks for no more than that', async () => {
    const seen: string[] = []
    for await (const { id } of signed().books.all({ max: 3 })) seen.push(id)
    for await (const { id } of signed().books.all({ max: 25, limit: 100 })) seen.push(id)
    for await (const { id } of signed().books.all({ max: 0 })) seen.push(id)
    assert.equal(seen.length, 28)
    assert.deepEqual(lines(), ['GET /v1/books?limit=3', 'GET /v1/books?limit=25'])
  })

  test('pages stops at its bound, and when the reader does', async () => {
    let count = 0
    for await (const { data } of signed().books.pages({ limit: 10, max: 2 })) count += data.length
    assert.equal(count, 20)
    for await (const _ of signed().books.pages({ limit: 10 })) break
    assert.equal(lines().length, 3)
  })
})

suite('operations', () => {
  test('fill their path from the input and send the rest as the body', async () => {
    await signed().books.print({ id: 'b/1', copies: 3 })
    assert.deepEqual(lines(), ['POST /v1/books/b%2F1/print'])
    assert.deepEqual(last().body, { copies: 3 })
    assert.match(String(last().headers['idempotency-key']), /^[0-9a-f]{32}$/)
  })

  test('send no body where the route takes none, and no key where it accepts none', async () => {
    assert.equal(await signed().books.close({ id: 'b1' }), undefined)
    assert.equal(last().body, undefined)
    assert.equal(last().headers['content-type'], undefined)
    assert.equal(last().headers['idempotency-key'], undefined)
  })

  test('send the rest as the query of GET and DELETE, without what is null', async () => {
    await signed().reports.list({ year: 2030, kind: null })
    await signed().reports.drop({ name: 'x', hard: true })
    assert.deepEqual(lines(), ['GET /v1/reports?year=2030', 'DELETE /v1/reports/x?hard=true'])
  })

  test('that bear the name of a generated method are not taken for it', async () => {
    assert.deepEqual(await signed().reports.list({ year: 1 }), { data: '1' })
  })

  test('are refused before they are sent where a path parameter is missing or would climb', async () => {
    for (const id of [undefined, '', '.', '..'] as string[]) {
      await assert.rejects(signed().books.close({ id }), { code: 'INVALID_CALL', status: 0 })
      await assert.rejects(signed().books.get(id), { code: 'INVALID_CALL', status: 0 })
    }
    assert.deepEqual(lines(), [])
  })
})

suite('the server’s document', () => {
  test('is fetched once, with the first calls, and without the caller’s token', async () => {
    const api = signed()
    await Promise.all([api.books.get('b0'), api.books.get('b1'), api.reports.list({ year: 1 })])
    await api.books.get('b2')
    const fetched = asked.filter((one) => one.url === '/openapi.json')
    assert.equal(fetched.length, 1)
    assert.equal(fetched[0]?.headers.authorization, undefined)
  })

  test('is fetched again after a failure', async () => {
    documentFailures = 1
    const api = signed()
    const calls = await Promise.allSettled([api.books.get('b0'), api.books.get('b1')])
    assert.deepEqual(
      calls.map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    assert.equal((await api.books.get('b0')).id, 'b0')
    assert.equal(asked.filter((one) => one.url === '/openapi.json').length, 2)
  })

  test('may be given', async () => {
    await client<typeof library>(`${url}/below/`, { openapi: document }).books.get('b0')
    assert.deepEqual(
      asked.map((one) => one.url),
      ['/below/v1/books/b0'],
    )
  })

  test('that is something else is told from one', async () => {
    const wrong = client<typeof library>(url, { openapi: { hello: 'world' } })
    await assert.rejects(wrong.books.get('b0'), { code: 'NOT_BANYAN' })
  })

  test('says which names there are when one is unknown', async () => {
    const api = signed()
    const loose = api as unknown as Record<string, Record<string, () => Promise<unknown>>>
    await assert.rejects(loose.boks!.get!(), {
      code: 'UNKNOWN_NAME',
      message: 'the server has no resource or service boks; it has books, reports',
    })
    await assert.rejects(loose.reports!.frobnicate!(), {
      message: 'the server has no reports.frobnicate; it has reports.list, reports.drop',
    })
    await assert.rejects(api.authors.get('a1'), { code: 'UNKNOWN_NAME' })
  })
})

suite('failures', () => {
  test('carry what the problem says', async () => {
    await assert.rejects(signed().books.get('missing'), (error) => {
      assert.ok(error instanceof ClientError)
      assert.equal(error.message, 'GET /v1/books/missing: 404 NOT_FOUND: there is no book missing')
      const { status, code, title, detail, hint, errors, requestId } = error
      assert.deepEqual(
        { status, code, title, detail, hint, errors, requestId },
        {
          status: 404,
          code: 'NOT_FOUND',
          title: 'NOT_FOUND',
          detail: 'there is no book missing',
          hint: 'Look at the list.',
          errors: [],
          requestId: 'r1',
        },
      )
      return true
    })
  })

  test('say what is wrong where', async () => {
    await assert.rejects(signed().books.update('invalid', { pages: 0 }), {
      message: 'PATCH /v1/books/invalid: 422 CONTENT_INVALID: the book is not valid; /pages: must be at least 1',
      errors: [{ pointer: '/pages', detail: 'must be at least 1' }],
    })
  })

  test('of others on the way are told as they are', async () => {
    await assert.rejects(signed().books.get('html'), { status: 404, code: 'HTTP_404', detail: '<h1>Nothing here</h1>' })
    await assert.rejects(signed().books.get('foreign'), {
      status: 403,
      code: 'HTTP_403',
      detail: '{"code":7,"errors":"no"}',
    })
    await assert.rejects(signed().books.get('portal'), { status: 200, code: 'NOT_JSON' })
  })

  test('to connect are told from answers', async () => {
    const closed = createServer().listen(0)
    await once(closed, 'listening')
    const { port } = closed.address() as AddressInfo
    await new Promise((resolve) => closed.close(resolve))
    const nobody = client<typeof library>(`http://localhost:${port}`, { openapi: document, sleep: async () => {} })
    await assert.rejects(nobody.books.get('b0'), { status: 0, code: 'NETWORK', message: /ECONNREFUSED/ })
    // There was not even a connection, so nothing can have been done.
    await assert.rejects(nobody.books.delete('b0'), { status: 0, code: 'NETWORK' })
  })
})

suite('the client as a value', () => {
  test('can be awaited, logged, compared and made into JSON', async () => {
    const api = signed()
    assert.equal(await api, api)
    assert.equal(await api.books, api.books)
    assert.equal(api.books.get, api.books.get)
    assert.equal(JSON.stringify({ api }), '{"api":{"books":{}}}')
    assert.match(inspect(api), /books/)
    assert.equal(`${api}`, '[object Object]')
    assert.deepEqual(asked, [])
  })
})
