import assert from 'node:assert/strict'
import { METHODS } from 'node:http'
import { test } from 'node:test'
import { assertProblem, labSuite } from './lab-suite.ts'

labSuite('problems', (it) => {
  /** What the server says to these lines, as one answer. */
  const rawAnswer = async (lines: readonly string[], body: string | Buffer = '') => {
    const head = Buffer.from([...lines, 'connection: close', '', ''].join('\r\n'), 'latin1')
    const text = await it.raw(Buffer.concat([head, Buffer.from(body)]))
    const [top, content = ''] = text.split(/\r\n\r\n(.*)/s) as [string, string]
    const [status, ...fields] = top.split('\r\n') as [string, ...string[]]
    const headers = new Headers(fields.map((field) => field.split(/: (.*)/s).slice(0, 2) as [string, string]))
    const json = content.startsWith('{') ? JSON.parse(content) : content
    return { status: Number(status.split(' ')[1]), headers, body: json }
  }
  const host = 'host: x'
  const json = 'content-type: application/json'

  test('a path that is none is 404, and one that cannot be read is 400', async () => {
    for (const path of [
      '/',
      '/v1',
      '/v2/samples',
      '/v1/sample',
      '/V1/samples',
      '/v1/samples/a/b',
      '//v1/samples',
      '/v1//samples',
      '/v1/samples%3Abatch/x',
      '/v1/samples;x=1',
      `/${'x'.repeat(5000)}`,
    ])
      for (const method of ['GET', 'POST', 'DELETE', 'PUT'])
        await it.refused(404, 'ROUTE_MISSING', `${method} ${path}`, method === 'POST' ? { body: {} } : {})
    for (const path of ['/v1/samples/%', '/v1/samples/%zz', '/v1/samples/%c3%28', '/v1/samples/%ed%a0%80'])
      await it.refused(400, 'MALFORMED_REQUEST', `GET ${path}`)
    assert.equal((await it.ask('GET /v1/samples/')).status, 404)
    assert.equal((await it.ask('POST /v1/samples/', { body: {} })).status, 404)
  })

  test('whatever else is wrong, a wrong path is told first and a wrong method next', async () => {
    const bad = { body: '{', headers: { 'content-type': 'text/plain', authorization: 'x', accept: 'image/png' } }
    await it.refused(404, 'ROUTE_MISSING', 'POST /v1/nothing', bad)
    await it.refused(405, 'METHOD_NOT_ALLOWED', 'PUT /v1/samples', bad)
    await it.refused(404, 'ROUTE_MISSING', 'POST /v1/nothing', { body: 'x'.repeat(1_100_000) })
  })

  test('a method that a path does not have is 405 and names those that it has', async () => {
    const allowed = async (path: string, methods: readonly string[], allow: string) => {
      for (const method of methods) {
        const answer = await rawAnswer([`${method} ${path} HTTP/1.1`, host, 'content-length: 0'])
        assert.deepEqual([method, answer.status], [method, 405])
        assert.deepEqual(answer.headers.get('allow')!.split(', ').toSorted(), allow.split(', ').toSorted())
        if (method !== 'HEAD') assertProblem(answer)
      }
    }
    const odd = METHODS.filter((name) => !/^(GET|HEAD|POST|PUT|PATCH|DELETE|CONNECT|QUERY)$/.test(name))
    await allowed('/v1/samples', [...odd, 'PUT', 'PATCH', 'DELETE'], 'GET, HEAD, POST')
    await allowed('/v1/samples/x', ['POST', 'OPTIONS', 'TRACE'], 'GET, HEAD, PUT, PATCH, DELETE')
    await allowed('/v1/samples:batch', ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], 'POST')
    await allowed('/v1/plain', ['GET', 'HEAD', 'DELETE', 'TRACE'], 'POST')
    await allowed('/healthz', ['POST', 'DELETE', 'TRACE'], 'GET, HEAD')
    await allowed('/v1/settings/x', ['GET', 'POST'], 'PATCH')
    // Two names for one parameter, and a word beside it.
    await allowed('/v1/keys/x', ['POST', 'OPTIONS'], 'GET, HEAD, PUT, PATCH, DELETE')
    await allowed('/v1/places/audit', ['OPTIONS', 'TRACE'], 'GET, HEAD, POST, PUT, PATCH, DELETE')
  })

  test('what is no HTTP is a 400 problem, and the connection ends', async () => {
    for (const lines of [
      ['GARBAGE'],
      ['GET /v1/samples HTTP/9.9', host],
      ['FROBNICATE /v1/samples HTTP/1.1', host],
      ['GET /v1/samples HTTP/1.1', host, 'bad header'],
      ['GET /v1/samples HTTP/1.1', host, 'content-length: x'],
      ['POST /v1/samples HTTP/1.1', host, 'content-length: 2', 'transfer-encoding: chunked'],
    ]) {
      const { status, headers, body } = await rawAnswer(lines)
      assert.deepEqual([lines[0], status, body.code], [lines[0], 400, 'MALFORMED_REQUEST'])
      assert.match(headers.get('content-type')!, /^application\/problem\+json/)
    }
  })

  test('headers beyond 16 KB are 431, a body beyond 1 MB is 413, told or counted', async () => {
    const long = await rawAnswer(['GET /v1/samples HTTP/1.1', host, `x: ${'x'.repeat(17_000)}`])
    assert.deepEqual([long.status, long.body.code], [431, 'HEADERS_TOO_LARGE'])
    const told = await rawAnswer(['POST /v1/samples HTTP/1.1', host, json, 'content-length: 1048577'], '{')
    assert.deepEqual([told.status, told.body.code], [413, 'BODY_TOO_LARGE'])
    const chunk = `${(70_000).toString(16)}\r\n${' '.repeat(70_000)}\r\n`
    const counted = await rawAnswer(
      ['POST /v1/samples HTTP/1.1', host, json, 'transfer-encoding: chunked'],
      `${chunk.repeat(16)}0\r\n\r\n`,
    )
    assert.deepEqual([counted.status, counted.body.code], [413, 'BODY_TOO_LARGE'])
    const most = `{"group":"${it.word()}","notes":"${'x'.repeat(65_000)}"}`
    assert.equal((await it.ask('POST /v1/samples', { body: most })).status, 201)
    const notes = 'x'.repeat(70_000)
    const { body } = await it.refused(422, 'INVALID', 'POST /v1/samples', { body: { group: 'g', notes } })
    assert.equal(body.errors[0].pointer, '/notes')
    const megabyte = `{"group":"g"${' '.repeat(1_048_576 - 13)}}`
    assert.equal(megabyte.length, 1_048_576)
    assert.equal((await it.ask('POST /v1/samples', { body: megabyte })).status, 201)
  })

  test('a body in crumbs is 413, and the connection ends', async () => {
    const head = ['POST /v1/samples HTTP/1.1', host, json, 'transfer-encoding: chunked']
    const inChunks = (count: number) => `${'1\r\n \r\n'.repeat(count - 1)}d\r\n{"group":"g"}\r\n0\r\n\r\n`
    assert.equal((await rawAnswer(head, inChunks(4096))).status, 201)
    const crumbs = await rawAnswer(head, inChunks(4097))
    assert.deepEqual([crumbs.status, crumbs.body.code], [413, 'BODY_TOO_MANY_CHUNKS'])
    assert.equal(crumbs.headers.get('connection'), 'close')
    assertProblem(crumbs)
  })

  test('a body of more values or members than a process can take in its stride is 413', async () => {
    const send = (notes: string) =>
      it.refused(413, 'BODY_TOO_MANY_VALUES', 'POST /v1/samples', { body: `{"group":"g","notes":${notes}}` })
    await send(`[${'1,'.repeat(40_000)}1]`)
    await send(`{${Array.from({ length: 10_000 }, (_, at) => `"f${at}":1`)}}`)
  })

  test('a body must be JSON in UTF-8, and all of it', async () => {
    const send = async (body: string | Buffer, more: readonly string[] = []) => {
      const length = `content-length: ${Buffer.byteLength(body)}`
      return rawAnswer(['POST /v1/samples HTTP/1.1', host, json, length, ...more], body)
    }
    for (const body of [
      '{',
      '{"group":"g"',
      '{"group":"g"} x',
      '{"group":"g",}',
      "{'group':'g'}",
      '{"group":NaN}',
      '\ufeff{"group":"g"}',
      '{"group":"\n"}',
      ' ',
      'x',
      '[1,]',
      '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]',
      `${'['.repeat(500_000)}`,
      `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
      Buffer.from('7b2267726f7570223a22ff227d', 'hex'),
      Buffer.from('7b2267726f7570223a22eda080227d', 'hex'),
      Buffer.from('{"group":"g"}', 'utf16le'),
    ]) {
      const answer = await send(body)
      assert.deepEqual(
        [body.toString().slice(0, 40), answer.status, answer.body.code],
        [body.toString().slice(0, 40), 400, 'MALFORMED_BODY'],
      )
      assertProblem(answer)
    }
    const deep = `{"group":"g","notes":${'['.repeat(31)}${']'.repeat(31)}}`
    assert.equal((await send(deep)).status, 201)
    const short = await rawAnswer(['POST /v1/samples HTTP/1.1', host, json, 'content-length: 50'], '{"group":"g"}')
    assert.ok(
      short.status === 400 || Number.isNaN(short.status),
      'a body that ends early is answered by 400 or not at all',
    )
  })

  test('a body of another type, or of none, is 415', async () => {
    for (const type of [
      '',
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
    ]) {
      const lines = ['POST /v1/samples HTTP/1.1', host, 'content-length: 2']
      const answer = await rawAnswer(type === '' ? lines : [...lines, `content-type: ${type}`], '{}')
      assert.deepEqual([type, answer.status, answer.body.code], [type, 415, 'MEDIA_TYPE_UNSUPPORTED'])
      assertProblem(answer)
    }
    for (const encoding of ['gzip', 'br', 'nonsense'])
      await it.refused(415, 'MEDIA_TYPE_UNSUPPORTED', 'POST /v1/samples', {
        body: { group: 'g' },
        headers: { 'content-encoding': encoding },
      })
    const identity = { 'content-encoding': 'identity', 'content-type': 'application/json; charset="UTF-8"' }
    assert.equal((await it.ask('POST /v1/samples', { body: { group: 'g' }, headers: identity })).status, 201)
  })

  test('what the caller would accept is JSON, or it is 406', async () => {
    const status = async (accept: string) => (await it.ask('GET /v1/samples?limit=1', { headers: { accept } })).status
    for (const accept of [
      'application/json',
      'APPLICATION/JSON',
      'text/html, application/json;q=0.1',
      'text/html,*/*;q=0.8',
      'application/*',
      '*/*;q=0.001',
      'application/json; charset=utf-8',
    ])
      assert.equal(await status(accept), 200, accept)
    for (const accept of [
      'text/html',
      'application/xml',
      'application/json;q=0',
      'application/json;q=0.000, */*',
      'application/problem+json',
      'image/*',
      'application/jsonx',
      'text/*',
    ])
      assert.equal(await status(accept), 406, accept)
    await it.refused(406, 'NOT_ACCEPTABLE', 'POST /v1/samples', {
      body: { group: 'g' },
      headers: { accept: 'text/csv' },
    })
  })

  test('all that is wrong with a small body is told at once, of a large one the first', async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`x${at}`, at]))
    const { body } = await it.refused(422, 'INVALID', 'POST /v1/samples', { body: many })
    assert.equal(body.errors.length, 20)
    const flood = Object.fromEntries(Array.from({ length: 9000 }, (_, at) => [`x${at}`, at]))
    const first = await it.refused(422, 'INVALID', 'POST /v1/samples', { body: flood })
    assert.equal(first.body.errors.length, 1)
    const long = await it.refused(422, 'INVALID', 'POST /v1/samples', {
      body: { group: 'g', ['y'.repeat(100_000)]: 1, label: 'z'.repeat(100_000), state: 'w'.repeat(100_000) },
    })
    assert.ok(JSON.stringify(long.body).length < 3000)
  })

  test('a problem carries the id of its request: the one that came with it, if it is harmless', async () => {
    const asked = async (id: string) =>
      (await it.ask('GET /v1/nothing', { headers: { 'x-request-id': id } })).body.requestId
    assert.equal(await asked('abc-DEF_123'), 'abc-DEF_123')
    for (const id of ['', 'a b', '<script>', 'x'.repeat(65)]) assert.match(await asked(id), /^[0-9a-f-]{36}$/)
    const [one, two] = [await asked('two, ids'), await asked('two, ids')]
    assert.notEqual(one, two)
  })

  test('health and readiness are told to anyone', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const { status, headers } = await it.ask(`GET ${path}`)
      assert.deepEqual([status, headers.get('cache-control')], [200, 'no-store'])
    }
  })

  test('nothing in this file was a fault of the server', () => {
    assert.deepEqual(it.faults, [])
  })
})
