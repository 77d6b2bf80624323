import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Api, api, topologies } from './api.ts'

const operator = 'olga:operator'

for (const [name, topology] of Object.entries(topologies)) {
  suite(`REST over ${name}`, () => {
    let it: Api
    before(async () => {
      it = await api(topology)
      await it.ask('POST /v1/countries', { as: operator, body: { id: 'NL', name: 'Netherlands' } })
      await it.ask('POST /v1/countries', { as: operator, body: { id: 'BE', name: 'Belgium' } })
    })
    after(() => it[Symbol.asyncDispose]())

    let made = 0
    const city = async (more: object = {}): Promise<any> => {
      const { status, body } = await it.ask('POST /v1/cities', {
        as: 'ada',
        body: { country: 'NL', name: `City ${made++}`, ...more },
      })
      assert.equal(status, 201, JSON.stringify(body))
      return body
    }
    const refused = async (status: number, code: string, ...asked: Parameters<Api['ask']>) => {
      const answer = await it.ask(...asked)
      assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body))
      assert.match(answer.headers.get('content-type')!, /^application\/problem\+json/)
      assert.equal(answer.body.status, status)
      for (const word of ['type', 'title', 'detail', 'hint', 'requestId'])
        assert.equal(typeof answer.body[word], 'string', word)
      return answer
    }

    test('a new row comes with 201, Location, ETag and every value in its one form', async () => {
      const body = {
        country: 'NL',
        name: 'Ü\u{1f30d}"\\\u0001',
        people: '9007199254740993',
        area: '1.5',
        isCapital: true,
        foundedOn: '2000-02-29',
        kind: 'metropolis',
        facts: { a: [1, null, { b: 'c' }] },
        flag: 'AAEC',
        mayor: 'Eberhard',
      }
      const { status, headers, body: row } = await it.ask('POST /v1/cities', { as: 'ada', body })
      assert.equal(status, 201)
      assert.equal(headers.get('etag'), '"v1"')
      assert.equal(headers.get('location'), `/v1/cities/${row.id}`)
      assert.equal(headers.get('cache-control'), 'no-store')
      assert.match(row.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/)
      assert.deepEqual(row, {
        id: row.id,
        ...body,
        twin: null,
        area: '1.50',
        code: null,
        createdAt: row.createdAt,
        updatedAt: row.createdAt,
        version: 1,
      })
      const again = await it.ask(`GET ${headers.get('location')}`)
      assert.deepEqual(again.body, row)
      assert.deepEqual(Object.keys(row).slice(0, 3), ['id', 'country', 'twin'])
    })

    test('reads answer 304 to the tag of what they would give', async () => {
      const { id } = await city()
      const path = `GET /v1/cities/${id}`
      assert.equal((await it.ask(path, { headers: { 'if-none-match': '"v1"' } })).status, 304)
      assert.equal((await it.ask(path, { headers: { 'if-none-match': '"v2"' } })).status, 200)
      const part = await it.ask(`${path}?fields=name,id&include=country`)
      assert.deepEqual(Object.keys(part.body), ['name', 'id', 'included'])
      assert.equal(part.body.included.country.name, 'Netherlands')
      assert.equal(
        (
          await it.ask(`${path}?fields=name,id&include=country`, {
            headers: { 'if-none-match': part.headers.get('etag')! },
          })
        ).status,
        304,
      )
    })

    test('a change counts the version up, and one from a stale version is refused with 412', async () => {
      const { id } = await city()
      const changed = await it.ask(`PATCH /v1/cities/${id}`, {
        as: 'ada',
        body: { people: '12' },
        headers: { 'if-match': '"v1"' },
      })
      assert.deepEqual([changed.status, changed.headers.get('etag'), changed.body.people], [200, '"v2"', '12'])
      await refused(412, 'PRECONDITION_FAILED', `PATCH /v1/cities/${id}`, {
        as: 'ada',
        body: { people: '13' },
        headers: { 'if-match': '"v1"' },
      })
      await refused(400, 'HEADER_INVALID', `PATCH /v1/cities/${id}`, {
        as: 'ada',
        body: {},
        headers: { 'if-match': '*' },
      })
      await refused(
        428,
        'PRECONDITION_REQUIRED',
        `PATCH /v1/notes/${(await it.ask('POST /v1/notes', { as: 'ada', body: { author: 'ada', team: 'x', text: '' } })).body.id}`,
        { as: 'ada', body: {} },
      )
    })

    test('a merge patch reaches into JSON fields, sets null, and keeps what it does not name', async () => {
      const { id } = await city({ facts: { keep: 1, change: { a: 1, b: 2 } }, area: '3.00' })
      const { body } = await it.ask(`PATCH /v1/cities/${id}`, {
        as: 'ada',
        body: { facts: { change: { a: null, c: 3 } }, area: null },
        headers: { 'content-type': 'application/merge-patch+json' },
      })
      assert.deepEqual([body.facts, body.area, body.kind], [{ keep: 1, change: { b: 2, c: 3 } }, null, 'town'])
      await refused(422, 'INVALID', `PATCH /v1/cities/${id}`, { as: 'ada', body: { name: null } })
      await refused(422, 'INVALID', `PATCH /v1/cities/${id}`, { as: 'ada', body: { facts: { long: 'x'.repeat(300) } } })
    })

    test('PUT replaces the whole row; it creates only where ids are client-given', async () => {
      const { id } = await city({ area: '9.00', mayor: 'Eberhard' })
      const { body } = await it.ask(`PUT /v1/cities/${id}`, { as: 'ada', body: { country: 'BE', name: 'New' } })
      assert.deepEqual(
        [body.area, body.kind, body.mayor, body.version, body.country],
        [null, 'town', 'Eberhard', 2, 'BE'],
      )
      await refused(422, 'INVALID', `PUT /v1/cities/${id}`, {
        as: 'ada',
        body: { country: 'BE', name: 'New', mayor: 'Other' },
      })
      await refused(404, 'STORE_MISSING', 'PUT /v1/cities/01a20af5-1baf-7885-9aa2-7ca04b9899c9', {
        as: 'ada',
        body: { country: 'NL', name: 'x' },
      })
      const put = await it.ask('PUT /v1/countries/FR', { as: operator, body: { name: 'France' } })
      assert.deepEqual([put.status, put.headers.get('location')], [201, '/v1/countries/FR'])
      assert.equal((await it.ask('PUT /v1/countries/FR', { as: operator, body: { name: 'La France' } })).status, 200)
    })

    test('a client-given id that comes again continues after its last version', async () => {
      await it.ask('POST /v1/countries', { as: operator, body: { id: 'DK', name: 'a' } })
      await refused(409, 'STORE_EXISTS', 'POST /v1/countries', { as: operator, body: { id: 'DK', name: 'a' } })
      await it.ask('PATCH /v1/countries/DK', { as: operator, body: { name: 'b' } })
      assert.equal((await it.ask('DELETE /v1/countries/DK', { as: operator })).status, 204)
      await refused(404, 'STORE_MISSING', 'GET /v1/countries/DK')
      assert.equal(
        (await it.ask('POST /v1/countries', { as: operator, body: { id: 'DK', name: 'c' } })).body.version,
        3,
      )
    })

    test('references are kept: 422 for a missing target, 409 while referred to, cascade and setNull as declared', async () => {
      const bad = await refused(422, 'STORE_REFERENCE', 'POST /v1/cities', {
        as: 'ada',
        body: { country: 'XX', name: 'x' },
      })
      assert.deepEqual(bad.body.errors[0].pointer, '/country')
      await refused(409, 'STORE_REFERRED', 'DELETE /v1/countries/NL', { as: operator })
      const one = await city()
      const other = await city({ twin: one.id })
      const street = (await it.ask('POST /v1/streets', { as: 'ada', body: { city: one.id, name: 's' } })).body
      assert.equal((await it.ask(`DELETE /v1/cities/${one.id}`, { as: 'ada' })).status, 204)
      assert.equal((await it.ask(`GET /v1/streets/${street.id}`)).status, 404)
      const left = (await it.ask(`GET /v1/cities/${other.id}`)).body
      assert.deepEqual([left.twin, left.version], [null, 2])
    })

    test('a unique value is taken once; null as often as you like', async () => {
      await city({ code: 'ONE' })
      const again = await refused(409, 'STORE_UNIQUE', 'POST /v1/cities', {
        as: 'ada',
        body: { country: 'NL', name: 'x', code: 'ONE' },
      })
      assert.equal(again.body.errors[0].pointer, '/code')
      await city({ code: null })
    })

    test('what is wrong with a body is told, each fault at its place', async () => {
      const { body } = await refused(422, 'INVALID', 'POST /v1/cities', {
        as: 'ada',
        body: {
          country: 'NL',
          name: 7,
          area: '1.234',
          foundedOn: '2001-02-29',
          kind: 'village',
          nope: 1,
          secret: 'x',
          flag: 'A',
        },
      })
      assert.deepEqual(body.errors.map(({ pointer }: { pointer: string }) => pointer).toSorted(), [
        '/area',
        '/flag',
        '/foundedOn',
        '/kind',
        '/name',
        '/nope',
        '/secret',
      ])
      await refused(422, 'INVALID', 'POST /v1/cities', { as: 'ada', body: { country: 'NL', name: 'Nowhere' } })
      await refused(422, 'INVALID', 'POST /v1/cities', { as: 'ada', body: [1] })
      await refused(422, 'INVALID', 'POST /v1/cities', { as: 'ada', body: '{"country":"NL","name":"\\ud800"}' })
      await refused(422, 'INVALID', 'POST /v1/cities', { as: 'ada', body: { country: 'NL', name: 'a\u0000b' } })
      await refused(422, 'INVALID', 'POST /v1/cities', {
        as: 'ada',
        body: { country: 'NL', name: 'x', people: '9223372036854775808' },
      })
      await refused(422, 'INVALID', 'POST /v1/cities', { as: 'ada', body: { country: 'NL', name: 'x', area: '-0.01' } })
    })

    test('what cannot be understood is a 400, 406, 413 or 415, never a 500', async () => {
      const post = (body: string, headers = {}) => ['POST /v1/cities', { as: 'ada', body, headers }] as const
      await refused(400, 'MALFORMED_BODY', ...post('{'))
      await refused(400, 'MALFORMED_BODY', ...post('['.repeat(40) + ']'.repeat(40)))
      await refused(400, 'MALFORMED_BODY', ...post('{"__proto__":{"x":1}}'))
      await refused(413, 'BODY_TOO_LARGE', ...post(`{"name":"${'x'.repeat(1_100_000)}"}`))
      await refused(
        415,
        'MEDIA_TYPE_UNSUPPORTED',
        ...post('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
      )
      await refused(415, 'MEDIA_TYPE_UNSUPPORTED', ...post('{}', { 'content-type': 'application/merge-patch+json' }))
      await refused(406, 'NOT_ACCEPTABLE', 'GET /v1/cities', { headers: { accept: 'text/html' } })
      await refused(404, 'ROUTE_MISSING', 'GET /v1/nothing')
      await refused(400, 'PARAMETER_UNKNOWN', 'POST /v1/cities?x=1', { as: 'ada', body: {} })
      assert.equal(
        (await refused(405, 'METHOD_NOT_ALLOWED', 'DELETE /v1/cities')).headers.get('allow'),
        'GET, HEAD, POST',
      )
      await refused(400, 'MALFORMED_REQUEST', 'GET /v1/cities/%ff')
    })

    test('who may not is told 401 or 403, and never what is there', async () => {
      assert.equal(
        (await refused(401, 'SIGN_IN_NEEDED', 'POST /v1/cities', { body: {} })).headers.get('www-authenticate'),
        'Bearer',
      )
      await refused(401, 'CREDENTIALS_INVALID', 'GET /v1/cities', { headers: { authorization: 'Basic eDp5' } })
      await refused(403, 'FORBIDDEN', 'POST /v1/countries', { as: 'ada', body: { id: 'SE', name: 'x' } })
      const note = (await it.ask('POST /v1/notes', { as: 'ada', body: { author: 'ada', team: 'red', text: 'mine' } }))
        .body
      await refused(404, 'STORE_MISSING', `GET /v1/notes/${note.id}`, { as: 'eve' })
      assert.equal((await it.ask(`GET /v1/notes/${note.id}`, { as: operator })).status, 200)
      await refused(403, 'FORBIDDEN', 'POST /v1/notes', {
        as: 'eve',
        body: { author: 'ada', team: 'red', text: 'forged' },
      })
      await refused(403, 'FORBIDDEN', `PATCH /v1/notes/${note.id}`, {
        as: 'ada',
        body: { author: 'eve' },
        headers: { 'if-match': '"v1"' },
      })
      assert.deepEqual((await it.ask('GET /v1/notes', { as: 'eve' })).body.data, [])
      assert.deepEqual((await it.ask('GET /v1/notes?author=ada', { as: 'eve' })).body.data, [])
      await refused(404, 'STORE_MISSING', `DELETE /v1/notes/${note.id}`, {
        as: 'ada:blue',
        headers: { 'if-match': '"v1"' },
      })
      assert.equal(
        (await it.ask(`DELETE /v1/notes/${note.id}`, { as: 'bob:red', headers: { 'if-match': '"v1"' } })).status,
        204,
      )
      await refused(405, 'METHOD_NOT_ALLOWED', `PUT /v1/notes/${note.id}`, { as: 'ada', body: {} })
    })

    test('lists follow a declared path, page by page, in both directions', async () => {
      await it.ask('PUT /v1/countries/IT', { as: operator, body: { name: 'Italy' } })
      const areas = ['10.00', null, '2.50', '-0', '9.99', null, '100.00'].map((area) => (area === '-0' ? '0.00' : area))
      for (const [at, area] of areas.entries())
        await city({ country: 'IT', name: `${String.fromCodePoint(0xff00 + at)}\u{1f30d}`, area })
      const collect = async (query: string, field: string): Promise<unknown[]> => {
        const values: unknown[] = []
        let next: string | null = `/v1/cities?${query}&limit=2`
        while (next !== null) {
          const { status, body, headers }: Awaited<ReturnType<Api['ask']>> = await it.ask(`GET ${next}`)
          assert.equal(status, 200, JSON.stringify(body))
          values.push(...body.data.map((row: Record<string, unknown>) => row[field]))
          next = /<(.*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1] ?? null
          assert.equal(next === null, body.page.next === null)
        }
        return values
      }
      const sorted = [null, null, '0.00', '2.50', '9.99', '10.00', '100.00']
      assert.deepEqual(await collect('country=IT&sort=area', 'area'), sorted)
      assert.deepEqual(await collect('country=IT&sort=-area', 'area'), sorted.toReversed())
      assert.deepEqual(await collect('country=IT&area[gt]=0&area[lte]=10', 'area'), ['2.50', '9.99', '10.00'])
      assert.equal((await collect('country=IT&name[prefix]=%EF%BC%80', 'name')).length, 1)
      const both = await collect('country[in]=IT,BE&sort=-name', 'name')
      assert.deepEqual(
        both,
        both.toSorted((left, right) => Buffer.compare(Buffer.from(right as string), Buffer.from(left as string))),
      )
      assert.ok((await collect('kind=town', 'id')).length >= 7)
    })

    test('a list of ids goes on over its pages, in both directions', async () => {
      const ids: string[] = []
      for (let at = 0; at < 5; at++) ids.push((await city()).id)
      for (const sort of ['id', '-id']) {
        const found: string[] = []
        let next: string | null = `/v1/cities?id[in]=${ids.join(',')}&sort=${sort}&limit=2`
        while (next !== null) {
          const { status, body, headers }: Awaited<ReturnType<Api['ask']>> = await it.ask(`GET ${next}`)
          assert.equal(status, 200, JSON.stringify(body))
          found.push(...body.data.map(({ id }: { id: string }) => id))
          next = /<(.*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1] ?? null
        }
        assert.deepEqual(found, sort === 'id' ? ids.toSorted() : ids.toSorted().toReversed())
      }
    })

    test('a list that no path can answer, or whose parameters are wrong, is a 400 that says so', async () => {
      const list = (query: string) => `GET /v1/cities?${query}`
      await refused(400, 'PARAMETER_UNKNOWN', list('colour=red'))
      await refused(400, 'PARAMETER_UNKNOWN', list('secret=x'))
      await refused(400, 'PARAMETER_UNKNOWN', list('mayor=x'))
      await refused(400, 'PARAMETER_INVALID', list('sort=secret'))
      await refused(400, 'LIST_UNSUPPORTED', list('area=1'))
      await refused(400, 'LIST_UNSUPPORTED', list('country=NL&kind=town'))
      await refused(400, 'PARAMETER_INVALID', list('limit=101'))
      await refused(400, 'PARAMETER_INVALID', list('limit=5&limit=6'))
      await refused(400, 'PARAMETER_INVALID', list('country=NL&area[gt]=much'))
      await refused(400, 'PARAMETER_INVALID', list('fields=secret'))
      await refused(400, 'PARAMETER_INVALID', list('include=name'))
      await refused(
        400,
        'PARAMETER_INVALID',
        list(`country[in]=${Array.from({ length: 51 }, (_, at) => `A${at}`).join(',')}`),
      )
      const { body } = await it.ask(list('kind=town&limit=1'))
      await refused(400, 'CURSOR_INVALID', list(`name=x&limit=1&after=${body.page.next}`))
      await refused(400, 'CURSOR_INVALID', list(`kind=town&limit=1&after=${body.page.next.slice(0, -2)}xx`))
      await refused(400, 'CURSOR_INVALID', list('kind=town&after=garbage'))
    })

    test('private fields never leave, whichever way', async () => {
      const { id } = await city()
      for (const path of [`/v1/cities/${id}`, '/v1/cities?limit=1', `/v1/streets?include=city`]) {
        assert.equal(JSON.stringify((await it.ask(`GET ${path}`)).body).includes('secret'), false)
      }
    })

    test('an idempotency key makes one effect and one answer', async () => {
      const key = { 'idempotency-key': `key-${made++}` }
      const body = { country: 'NL', name: 'Once' }
      const first = await it.ask('POST /v1/cities', { as: 'ada', body, headers: key })
      const second = await it.ask('POST /v1/cities', { as: 'ada', body, headers: key })
      assert.deepEqual(
        [second.status, second.body, second.headers.get('location')],
        [201, first.body, first.headers.get('location')],
      )
      await refused(422, 'IDEMPOTENCY_KEY_REUSED', 'POST /v1/cities', {
        as: 'ada',
        body: { ...body, name: 'Twice' },
        headers: key,
      })
      assert.notEqual((await it.ask('POST /v1/cities', { as: 'eve', body, headers: key })).body.id, first.body.id)
      assert.equal((await it.ask('GET /v1/cities?country=NL&name=Once')).body.data.length, 2)
      await refused(400, 'IDEMPOTENCY_KEY_REFUSED', 'GET /v1/cities', { as: 'ada', headers: key })
      await refused(400, 'IDEMPOTENCY_KEY_REFUSED', 'POST /v1/broken', { as: 'ada', headers: key })
      await refused(400, 'IDEMPOTENCY_KEY_REFUSED', 'GET /v1/sum?left=1', { headers: key })
      // A refusal is not kept: the key is free for the request when it is mended.
      const free = { 'idempotency-key': `key-${made++}` }
      await it.ask('POST /v1/cities', { as: 'ada', body: { country: 'XX', name: 'x' }, headers: free })
      assert.equal((await it.ask('POST /v1/cities', { as: 'ada', body, headers: free })).status, 201)
    })

    test('a key that still runs is a 409 with Retry-After, and then its answer', async () => {
      const key = { 'idempotency-key': `key-${made++}` }
      const first = it.ask('POST /v1/slow', { as: 'ada', headers: key })
      await new Promise((resolve) => setTimeout(resolve, 50))
      const meanwhile = await refused(409, 'IDEMPOTENCY_RUNNING', 'POST /v1/slow', { as: 'ada', headers: key })
      assert.equal(meanwhile.headers.get('retry-after'), '1')
      assert.deepEqual((await first).body, { done: true })
      assert.deepEqual((await it.ask('POST /v1/slow', { as: 'ada', headers: key })).body, { done: true })
    })

    test('operations take path, query and body, and answer in their one form', async () => {
      const { id } = await city()
      const renamed = await it.ask(`POST /v1/cities/${id}/rename`, { as: 'ada', body: { name: 'Renamed' } })
      assert.deepEqual(
        [renamed.status, renamed.body.name, renamed.body.version, renamed.headers.get('etag')],
        [200, 'Renamed', 2, '"v2"'],
      )
      assert.deepEqual((await it.ask(`GET /v1/cities/${id}`)).body, renamed.body)
      await refused(422, 'INVALID', `POST /v1/cities/${id}/rename`, { as: 'ada', body: { id, name: 'x' } })
      await refused(404, 'REFUSED_MISSING', 'POST /v1/cities/01a20af5-1baf-7885-9aa2-7ca04b9899c9/rename', {
        as: 'ada',
        body: { name: 'x' },
      })
      await refused(400, 'PARAMETER_INVALID', 'POST /v1/cities/nothing/rename', { as: 'ada', body: { name: 'x' } })
      assert.deepEqual((await it.ask('GET /v1/sum?left=2&right=3&exact=7.5')).body, { sum: 5, exact: '7.50' })
      assert.deepEqual((await it.ask('GET /v1/sum?left=2')).body, { sum: 2, exact: '1.00' })
      await refused(400, 'PARAMETER_INVALID', 'GET /v1/sum?left=two')
      await refused(400, 'PARAMETER_UNKNOWN', 'GET /v1/sum?left=2&middle=3')
      await refused(422, 'INVALID', 'GET /v1/sum')
    })

    test('a fault of the app is a 500 that tells nothing of it', async () => {
      for (const path of ['broken', 'call-inside', 'list-inside', 'forget']) {
        const { body } = await refused(500, 'BUG', `POST /v1/${path}`)
        assert.equal(/secret|transaction|clock/.test(JSON.stringify(body)), false, JSON.stringify(body))
      }
    })

    test('JSON is no larger than declared, in operations as in rows', async () => {
      assert.equal((await it.ask('POST /v1/weigh', { body: { load: ['x'] } })).status, 200)
      const { body } = await refused(422, 'INVALID', 'POST /v1/weigh', { body: { load: ['x'.repeat(40)] } })
      assert.deepEqual(body.errors, [{ pointer: '/load', detail: 'must be at most 20 bytes of JSON' }])
    })

    test('a fault in an atomic batch points into the value of its member', async () => {
      const operations = [{ op: 'create', value: { id: 'AA', name: 7 } }]
      const { body } = await refused(422, 'INVALID', 'POST /v1/countries:batch', {
        as: operator,
        body: { atomic: true, operations },
      })
      assert.equal(body.errors[0].pointer, '/operations/0/value/name')
    })

    test('a call has one effect a key', async () => {
      const first = (await it.ask('POST /v1/tick', { as: 'ada' })).body.total
      assert.equal((await it.ask('POST /v1/tick', { as: 'ada' })).body.total, first)
    })

    test('a batch has an outcome for each member; an atomic one is all or nothing', async () => {
      const row = await city()
      const { body } = await it.ask('POST /v1/cities:batch', {
        as: 'ada',
        body: {
          operations: [
            { op: 'create', value: { country: 'NL', name: 'from batch' } },
            { op: 'update', id: row.id, value: { people: '5' } },
            { op: 'update', id: row.id, version: 2, value: { people: '6' } },
            { op: 'update', id: row.id, version: 2, value: { people: '7' } },
            { op: 'create', value: { country: 'XX', name: 'bad' } },
            { op: 'delete', id: row.id },
          ],
        },
      })
      assert.deepEqual(
        body.outcomes.map(({ status }: { status: number }) => status),
        [201, 200, 200, 412, 422, 204],
      )
      const countries = [
        { op: 'create', value: { id: 'ES', name: 'a' } },
        { op: 'create', value: { id: 'PT', name: 'b' } },
      ]
      await refused(422, 'BATCH_SLOTS', 'POST /v1/countries:batch', {
        as: operator,
        body: { atomic: true, operations: countries },
      })
      assert.equal((await it.ask('GET /v1/countries/ES')).status, 404)
      const twice = [
        { op: 'create', value: { id: 'ES', name: 'a' } },
        { op: 'update', id: 'ES', value: { name: 'b' } },
      ]
      assert.equal(
        (await it.ask('POST /v1/countries:batch', { as: operator, body: { atomic: true, operations: twice } })).status,
        200,
      )
      assert.equal((await it.ask('GET /v1/countries/ES')).body.name, 'b')
      await refused(422, 'INVALID', 'POST /v1/cities:batch', {
        as: 'ada',
        body: { operations: Array.from({ length: 101 }, () => ({ op: 'delete', id: 'x' })) },
      })
      const none = await it.ask('POST /v1/streets:batch', {
        as: 'ada',
        body: { operations: [{ op: 'delete', id: row.id }] },
      })
      assert.equal(none.body.outcomes[0].status, 405)
    })

    test('bookmarks grow with what is seen; garbage is ignored, and a lost one is said to be lost', async () => {
      const before = (await it.ask('GET /v1/countries')).headers.get('banyan-bookmark')!
      const { headers } = await it.ask('POST /v1/cities', { as: 'ada', body: { country: 'NL', name: 'x' } })
      const written = headers.get('banyan-bookmark')!
      assert.notEqual(written, before)
      assert.match(headers.get('set-cookie')!, /^Banyan-Bookmark=.*; Path=\/; HttpOnly; SameSite=Lax$/)
      const read = async (bookmark: string) =>
        (await it.ask('GET /v1/countries', { headers: { 'banyan-bookmark': bookmark } })).headers.get('banyan-bookmark')
      // A server that others write to, too, may have gone on.
      const hasAll = (answered: string | null, isLost = false) => {
        const [bookmark, lost] = answered!.split(', ').toReversed() as [string, string?]
        assert.equal(lost, isLost ? 'lost' : undefined)
        assert.equal(placeOf(bookmark).epoch, placeOf(written).epoch)
        assert.ok(placeOf(bookmark).position >= placeOf(written).position)
      }
      hasAll(await read(written))
      hasAll(await read('%%%garbage'))
      const forged = (position: number, epoch = placeOf(written).epoch) =>
        Buffer.from(JSON.stringify({ v: 1, stores: { main: { epoch, position } } })).toString('base64url')
      hasAll(await read(forged(2 ** 50)), true)
      hasAll(await read(forged(1, 'another')), true)
      hasAll(await read(forged(1)))
    })
  })
}

function placeOf(bookmark: string): { readonly epoch: string; readonly position: number } {
  return JSON.parse(Buffer.from(bookmark, 'base64url').toString()).stores.main
}
