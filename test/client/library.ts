import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { anyone, signedIn } from '../../src/app/access.ts'
import { app } from '../../src/app/app.ts'
import { t } from '../../src/app/field.ts'
import { resource } from '../../src/app/resource.ts'
import { service } from '../../src/app/service.ts'

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
export const library = app('library', { version: 'v1', services: [books, reports] })

const key = [{ $ref: '#/components/parameters/IdempotencyKey' }]
const json = { content: { 'application/json': {} } }
export const document = {
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

export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

export const rows = Array.from({ length: 45 }, (_, at) => ({
  id: `b${at}`,
  title: `Book ${at}`,
  author: 'a1',
  pages: at,
  version: 1,
}))

/** A server that speaks the contract over a few rows in memory, and keeps what it was asked. */
export interface Stub {
  readonly url: string
  readonly asked: readonly Asked[]
  /** What was asked beside the document, short. */
  lines(): readonly string[]
  last(): Asked
  /** Forgets what was asked. So many of the next requests for the document fail. */
  reset(documentFailures?: number): void
  close(): void
}

export async function stub(): Promise<Stub> {
  let asked: Asked[] = []
  let documentFailures = 0
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
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    get asked() {
      return asked
    },
    lines: () => asked.filter((one) => one.url !== '/openapi.json').map((one) => `${one.method} ${one.url}`),
    last: () => asked.at(-1)!,
    reset(failures = 0) {
      asked = []
      documentFailures = failures
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
