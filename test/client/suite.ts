import assert from 'node:assert/strict'
import { after, beforeEach, suite, test } from 'node:test'
import { inspect } from 'node:util'
import type { Api, ClientError, ClientOptions } from '../../src/client/client.ts'
import { type library, rows, stub } from './library.ts'

/** A way to get a client of the library. */
export interface Kind {
  connect(url: string, options?: ClientOptions): Api<typeof library>
  readonly ClientError: new (
    ...args: any[]
  ) => ClientError // `any`: nobody makes one here.
}

/** What every client does, whatever it was made from. */
export async function clientSuite({ connect, ClientError }: Kind): Promise<void> {
  const server = await stub()
  after(() => server.close())
  beforeEach(() => server.reset())
  const signed = () => connect(server.url, { token: 'dev:ada' })

  suite('generated methods', () => {
    test('get names its row, fields and references', async () => {
      const api = signed()
      assert.equal((await api.books.get('b0')).title, 'Book 0')
      await api.books.get('a/b c', { fields: ['id', 'title'], include: ['author'] })
      assert.deepEqual(server.lines(), ['GET /v1/books/b0', 'GET /v1/books/a%2Fb%20c?fields=id%2Ctitle&include=author'])
      assert.equal(server.last().headers.authorization, 'Bearer dev:ada')
      assert.equal(server.last().headers['idempotency-key'], undefined)
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
        [...new URL(server.last().url, server.url).searchParams],
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
      assert.deepEqual(server.last().body, value)
      await api.books.replace('b1', value)
      assert.equal(server.last().headers['if-match'], undefined)
      await api.books.update('b1', { pages: 2 }, { version: 7 })
      assert.deepEqual(server.last().body, { pages: 2 })
      assert.equal(server.last().headers['if-match'], '"v7"')
      assert.equal(server.last().headers['content-type'], 'application/merge-patch+json')
      assert.equal(await api.books.delete('b1', { version: 8 }), undefined)
      assert.equal(server.last().headers['if-match'], '"v8"')
      assert.equal(server.last().headers['content-type'], undefined)
      assert.deepEqual(server.lines(), [
        'POST /v1/books',
        'PUT /v1/books/b1',
        'PATCH /v1/books/b1',
        'DELETE /v1/books/b1',
      ])
    })

    test('batch gives one outcome each', async () => {
      const operations = [{ op: 'delete', id: 'b1', version: 3 }] as const
      assert.deepEqual(await signed().books.batch(operations, { atomic: true }), [{ status: 204 }])
      assert.deepEqual(server.last().body, { atomic: true, operations })
    })

    test('every write takes a fresh key where somebody is signed in, or the one given', async () => {
      const api = signed()
      await api.books.delete('b1')
      await api.books.delete('b1')
      await api.books.delete('b1', { idempotencyKey: 'mine' })
      await connect(server.url).books.delete('b1')
      const [first, second, third, fourth] = server.asked
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
        if (seen.length === 20) assert.equal(server.lines().length, 2)
        seen.push(id)
      }
      assert.deepEqual(
        seen,
        rows.map(({ id }) => id),
      )
      assert.deepEqual(server.lines(), ['GET /v1/books', 'GET /v1/books?after=20', 'GET /v1/books?after=40'])
    })

    test('all stops at its bound and asks for no more than that', async () => {
      const seen: string[] = []
      for await (const { id } of signed().books.all({ max: 3 })) seen.push(id)
      for await (const { id } of signed().books.all({ max: 25, limit: 100 })) seen.push(id)
      for await (const { id } of signed().books.all({ max: 0 })) seen.push(id)
      assert.equal(seen.length, 28)
      assert.deepEqual(server.lines(), ['GET /v1/books?limit=3', 'GET /v1/books?limit=25'])
    })

    test('pages stops at its bound, and when the reader does', async () => {
      let count = 0
      for await (const { data } of signed().books.pages({ limit: 10, max: 2 })) count += data.length
      assert.equal(count, 20)
      for await (const _ of signed().books.pages({ limit: 10 })) break
      assert.equal(server.lines().length, 3)
    })
  })

  suite('operations', () => {
    test('fill their path from the input and send the rest as the body', async () => {
      await signed().books.print({ id: 'b/1', copies: 3 })
      assert.deepEqual(server.lines(), ['POST /v1/books/b%2F1/print'])
      assert.deepEqual(server.last().body, { copies: 3 })
      assert.match(String(server.last().headers['idempotency-key']), /^[0-9a-f]{32}$/)
    })

    test('send no body where the route takes none, and no key where it accepts none', async () => {
      assert.equal(await signed().books.close({ id: 'b1' }), undefined)
      assert.equal(server.last().body, undefined)
      assert.equal(server.last().headers['content-type'], undefined)
      assert.equal(server.last().headers['idempotency-key'], undefined)
    })

    test('send the rest as the query of GET and DELETE, without what is null', async () => {
      await signed().reports.list({ year: 2030, kind: null })
      await signed().reports.drop({ name: 'x', hard: true })
      assert.deepEqual(server.lines(), ['GET /v1/reports?year=2030', 'DELETE /v1/reports/x?hard=true'])
    })

    test('that bear the name of a generated method are not taken for it', async () => {
      assert.deepEqual(await signed().reports.list({ year: 1 }), { data: '1' })
    })

    test('are refused before they are sent where a path parameter is missing or would climb', async () => {
      for (const id of [undefined, '', '.', '..'] as string[]) {
        await assert.rejects(signed().books.close({ id }), { code: 'INVALID_CALL', status: 0 })
        await assert.rejects(signed().books.get(id), { code: 'INVALID_CALL', status: 0 })
      }
      assert.deepEqual(server.lines(), [])
    })
  })

  suite('names', () => {
    test('says which names there are when one is unknown', async () => {
      const api = signed()
      const loose = api as unknown as Record<string, Record<string, () => Promise<unknown>>>
      await assert.rejects(loose.boks!.get!(), {
        code: 'UNKNOWN_NAME',
        message: /^the server has no resource or service boks; it has (authors, )?books, reports$/,
      })
      await assert.rejects(loose.reports!.frobnicate!(), {
        message: 'the server has no reports.frobnicate; it has reports.list, reports.drop',
      })
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
      await assert.rejects(signed().books.get('html'), {
        status: 404,
        code: 'HTTP_404',
        detail: '<h1>Nothing here</h1>',
      })
      await assert.rejects(signed().books.get('foreign'), {
        status: 403,
        code: 'HTTP_403',
        detail: '{"code":7,"errors":"no"}',
      })
      await assert.rejects(signed().books.get('portal'), { status: 200, code: 'NOT_JSON' })
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
      assert.deepEqual(server.asked, [])
    })
  })
}
