import assert from 'node:assert/strict'
import { test } from 'node:test'
import { labSuite } from './lab-suite.ts'

const missingId = '01a20af5-1baf-7885-9aa2-7ca04b9899c9'

labSuite('one row', (it) => {
  const sample = (more: object = {}) => it.made('samples', { group: it.word(), ...more })
  const place = (id: string, name = 'x') => it.got(`PUT /v1/places/${encodeURIComponent(id)}`, { body: { name } })

  test('a row has its id, its fields, createdAt, updatedAt and version, in this order', async () => {
    const row = await sample()
    const names = Object.keys(await it.got(`GET /v1/samples/${row.id}`))
    assert.equal(names[0], 'id')
    assert.deepEqual(names.slice(-3), ['createdAt', 'updatedAt', 'version'])
    assert.equal(row.createdAt, row.updatedAt)
    assert.match(row.createdAt, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  })

  test('updatedAt and version change with every write, createdAt with none', async () => {
    const row = await sample()
    await new Promise((resolve) => setTimeout(resolve, 5))
    const { body, headers } = await it.ask(`PATCH /v1/samples/${row.id}`, { body: {} })
    assert.deepEqual([body.version, headers.get('etag'), body.createdAt], [2, '"v2"', row.createdAt])
    assert.ok(body.updatedAt > row.updatedAt)
    assert.deepEqual(await it.got(`GET /v1/samples/${row.id}`), body)
  })

  test('fields gives exactly the fields named, each once, in the order in which they are named', async () => {
    const { id } = await sample({ count: 7 })
    const text = async (query: string) => JSON.stringify(await it.got(`GET /v1/samples/${id}?${query}`))
    assert.equal(await text('fields=count,version'), '{"count":7,"version":1}')
    assert.equal(await text('fields=version,count,version'), '{"version":1,"count":7}')
    assert.equal(await text('fields=id'), `{"id":"${id}"}`)
    assert.equal(await text('include=place'), await text('include=place,place'))
    for (const query of ['fields=', 'fields=*', 'fields=id,', 'fields=__proto__', 'fields=slot', 'fields=id&fields=id'])
      await it.refused(400, 'PARAMETER_INVALID', `GET /v1/samples/${id}?${query}`)
    for (const query of ['include=', 'include=count', 'include=nothing', 'include=place.name', 'include=places'])
      await it.refused(400, 'PARAMETER_INVALID', `GET /v1/samples/${id}?${query}`)
    for (const query of ['limit=1', 'x=1', 'field=id'])
      await it.refused(400, 'PARAMETER_UNKNOWN', `GET /v1/samples/${id}?${query}`)
  })

  test('the tag of a whole row is its version; of a part, or of more than the row, it follows the content', async () => {
    await place('tagged', 'one')
    const { id } = await sample({ place: 'tagged', count: 1 })
    const path = `GET /v1/samples/${id}`
    const tagOf = async (query: string) => (await it.ask(path + query)).headers.get('etag')!
    assert.equal(await tagOf(''), '"v1"')
    const [count, included] = [await tagOf('?fields=count'), await tagOf('?include=place')]
    assert.notEqual(count, await tagOf('?fields=version'))
    for (const tag of [count, included]) assert.match(tag, /^"(?!v\d)[\w-]+"$/)
    await place('tagged', 'two')
    assert.equal(await tagOf('?fields=count'), count)
    assert.notEqual(await tagOf('?include=place'), included)
    await it.got(`PATCH /v1/samples/${id}`, { body: { wide: 1 } })
    assert.equal(await tagOf('?fields=count'), count)
    assert.equal(await tagOf(''), '"v2"')
  })

  test('If-None-Match answers 304 without a body to any list that names the tag', async () => {
    const { id } = await sample()
    const status = async (tag: string, query = '') =>
      (await it.ask(`GET /v1/samples/${id}${query}`, { headers: { 'if-none-match': tag } })).status
    for (const tag of ['"v1"', 'W/"v1"', '"v9", "v1"', '"x",W/"v1"', '*']) assert.equal(await status(tag), 304, tag)
    for (const tag of ['"v2"', 'v1', '"V1"', '"v1', '']) assert.equal(await status(tag), 200, tag)
    assert.equal(await status('"v1"', '?fields=id'), 200)
    const answer = await it.ask(`GET /v1/samples/${id}`, { headers: { 'if-none-match': '"v1"' } })
    assert.equal(answer.body, '')
    assert.equal(answer.headers.get('etag'), '"v1"')
    assert.equal(answer.headers.get('cache-control'), 'no-cache')
    assert.equal(answer.headers.get('content-type'), null)
    assert.equal((await it.ask(`GET /v1/samples/${missingId}`, { headers: { 'if-none-match': '*' } })).status, 404)
  })

  test('If-Match takes the tag of one row and no other form', async () => {
    const { id } = await sample()
    for (const tag of [
      '*',
      'v1',
      'W/"v1"',
      '"v1", "v2"',
      '"1"',
      '"v-1"',
      '"v1e0"',
      '"v1"x',
      '""',
      '"v9999999999999999"',
    ])
      for (const method of ['PATCH', 'PUT', 'DELETE'])
        await it.refused(400, 'HEADER_INVALID', `${method} /v1/samples/${id}`, {
          ...(method === 'DELETE' ? {} : { body: { group: 'g' } }),
          headers: { 'if-match': tag },
        })
    assert.equal((await it.got(`GET /v1/samples/${id}`)).version, 1)
  })

  test('a change from a stale version is refused and changes nothing; from the present one it is made', async () => {
    const { id, group } = await sample()
    await it.got(`PATCH /v1/samples/${id}`, { body: { count: 1 }, headers: { 'if-match': '"v1"' } })
    for (const version of [0, 1, 3])
      for (const method of ['PATCH', 'PUT', 'DELETE']) {
        const { body } = await it.refused(412, 'PRECONDITION_FAILED', `${method} /v1/samples/${id}`, {
          ...(method === 'DELETE' ? {} : { body: { group } }),
          headers: { 'if-match': `"v${version}"` },
        })
        assert.match(body.detail, /at version 2/)
      }
    assert.equal((await it.got(`GET /v1/samples/${id}`)).count, 1)
    assert.equal((await it.ask(`DELETE /v1/samples/${id}`, { headers: { 'if-match': '"v2"' } })).status, 204)
    await it.refused(404, 'STORE_MISSING', `DELETE /v1/samples/${id}`, { headers: { 'if-match': '"v2"' } })
  })

  test('of many changes from one version exactly one is made', async () => {
    const { id } = await sample({ count: 0 })
    const statuses = await Promise.all(
      Array.from({ length: 12 }, async (_, count) => {
        const headers = { 'if-match': '"v1"' }
        return (await it.ask(`PATCH /v1/samples/${id}`, { body: { count }, headers })).status
      }),
    )
    assert.deepEqual(statuses.toSorted(), [200, ...Array(11).fill(412)])
    assert.equal((await it.got(`GET /v1/samples/${id}`)).version, 2)
  })

  test('changes without If-Match all happen, one after another', async () => {
    const { id } = await sample({ count: 0 })
    const statuses = await Promise.all(
      Array.from(
        { length: 8 },
        async (_, count) => (await it.ask(`PATCH /v1/samples/${id}`, { body: { count } })).status,
      ),
    )
    // A change is made from what it read; when others came between four times over, it says so.
    assert.ok(
      statuses.every((status) => status === 200 || status === 409),
      String(statuses),
    )
    const changed = statuses.filter((status) => status === 200).length
    assert.equal((await it.got(`GET /v1/samples/${id}`)).version, 1 + changed)
  })

  test('HEAD answers as GET does, without the body', async () => {
    const { id } = await sample()
    const [get, head] = [await it.ask(`GET /v1/samples/${id}`), await it.ask(`HEAD /v1/samples/${id}`)]
    assert.equal(head.body, '')
    assert.equal(head.status, 200)
    for (const name of ['etag', 'content-type', 'content-length', 'cache-control'])
      assert.equal(head.headers.get(name), get.headers.get(name), name)
    // A server that others write to, too, may have gone on.
    assert.ok(head.headers.has('banyan-bookmark'))
    assert.equal((await it.ask(`HEAD /v1/samples/${missingId}`)).status, 404)
    assert.equal((await it.ask('HEAD /v1/samples?limit=1')).status, 200)
    assert.equal((await it.ask(`HEAD /v1/samples/${id}`, { headers: { 'if-none-match': '"v1"' } })).status, 304)
    const raw = await it.raw(`HEAD /v1/samples/${id} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
    assert.equal(raw.split('\r\n\r\n')[1], '')
  })

  test('an id is any text that the client gave, however it is written in the path', async () => {
    for (const id of [
      'a/b',
      'a%2Fb',
      '?',
      '#',
      ' ',
      'ü',
      '\u{1f30d}',
      ':batch',
      '..',
      '.',
      '"',
      'a+b',
      '%',
      '\\',
      'A',
      'a',
    ]) {
      const path = `/v1/places/${encodeURIComponent(id)}`
      if (id === '.' || id === '..') continue // Clients take these away before they send.
      const made = await it.ask('POST /v1/places', { body: { id, name: 'n' } })
      assert.equal(made.status, 201, id)
      assert.equal(made.headers.get('location'), path)
      assert.equal((await it.got(`GET ${path}`)).id, id)
      const put = await it.ask(`PUT ${path}`, { body: { name: 'm' } })
      assert.deepEqual([put.status, put.body.id, put.body.version], [200, id, 2])
      assert.equal((await it.ask(`DELETE ${path}`)).status, 204)
      const again = await it.ask(`PUT ${path}`, { body: { id, name: 'o' } })
      assert.deepEqual([again.status, again.headers.get('location'), again.body.version], [201, path, 3])
    }
    const dots = await it.raw('GET /v1/places/%2e%2e HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    assert.match(dots, /^HTTP\/1\.1 404 /)
    await it.refused(404, 'STORE_MISSING', 'GET /v1/places/%00')
    await it.refused(422, 'INVALID', 'PUT /v1/places/%00', { body: {} })
    await it.refused(422, 'INVALID', `PUT /v1/places/${'x'.repeat(41)}`, { body: {} })
    assert.equal((await it.ask(`GET /v1/places/${'x'.repeat(2000)}`)).status, 404)
  })

  test('a row whose id is a word of another route can still be read', async () => {
    await place('audit')
    assert.equal((await it.got('GET /v1/places/audit')).id, 'audit')
    assert.equal((await it.ask('POST /v1/places/audit')).status, 204)
  })

  test('PUT with an id in the body takes that of the path and no other', async () => {
    const { body } = await it.refused(422, 'INVALID', 'PUT /v1/places/one', { body: { id: 'two', name: 'x' } })
    assert.equal(body.errors[0].pointer, '/id')
    await it.refused(404, 'STORE_MISSING', 'GET /v1/places/one')
    const row = await sample()
    await it.refused(422, 'INVALID', `PUT /v1/samples/${row.id}`, { body: { id: row.id, group: 'g' } })
  })

  test('PUT with If-Match never creates', async () => {
    await it.refused(404, 'STORE_MISSING', 'PUT /v1/places/not-yet', { body: {}, headers: { 'if-match': '"v1"' } })
    await it.refused(404, 'STORE_MISSING', 'GET /v1/places/not-yet')
  })

  test('a deleted id continues after its last version, however often it comes and goes', async () => {
    const id = it.word()
    for (const version of [1, 3, 5]) {
      const { headers, body } = await it.ask('POST /v1/places', { body: { id } })
      assert.deepEqual([headers.get('etag'), body.version], [`"v${version}"`, version])
      await it.got(`PATCH /v1/places/${id}`, { body: { name: 'y' }, headers: { 'if-match': `"v${version}"` } })
      await it.got(`DELETE /v1/places/${id}`, { headers: { 'if-match': `"v${version + 1}"` } })
      await it.refused(404, 'STORE_MISSING', `PATCH /v1/places/${id}`, { body: {} })
    }
    // What somebody read before the row was deleted and made anew does not fit the new row.
    await it.got(`PUT /v1/places/${id}`, { body: {} })
    await it.refused(412, 'PRECONDITION_FAILED', `PATCH /v1/places/${id}`, {
      body: {},
      headers: { 'if-match': '"v1"' },
    })
  })

  test('of many creates of one id exactly one is made', async () => {
    const id = it.word()
    const statuses = await Promise.all(
      Array.from({ length: 8 }, async () => (await it.ask('POST /v1/places', { body: { id } })).status),
    )
    assert.deepEqual(statuses.toSorted(), [201, ...Array(7).fill(409)])
    const put = it.word()
    const puts = await Promise.all(
      Array.from({ length: 4 }, async () => (await it.ask(`PUT /v1/places/${put}`, { body: {} })).status),
    )
    assert.equal(puts.filter((status) => status === 201).length, 1, String(puts))
  })
})
