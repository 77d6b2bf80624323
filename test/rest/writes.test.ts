import assert from 'node:assert/strict'
import { test } from 'node:test'
import { labSuite } from './lab-suite.ts'

labSuite('writes', (it) => {
  const account = async (more: object = {}) => {
    const { body } = await it.ask('POST /v1/accounts', { as: 'ada', body: { number: it.word() } })
    return Object.keys(more).length === 0 ? body : it.got(`PATCH /v1/accounts/${body.id}`, { as: 'ada', body: more })
  }
  const patch = (id: string, body: unknown) => it.got(`PATCH /v1/samples/${id}`, { body })
  const sample = (more: object = {}) => it.made('samples', { group: it.word(), ...more })

  test('a merge patch goes into JSON as RFC 7396 says', async () => {
    // The examples of its appendix A whose target is an object; a field that is null is no object.
    const examples: readonly (readonly [unknown, unknown, unknown])[] = [
      [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
      [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
      [{ a: 'b' }, { a: null }, {}],
      [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
      [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
      [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
      [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
      [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
      [
        ['a', 'b'],
        ['c', 'd'],
        ['c', 'd'],
      ],
      [{ a: 'b' }, ['c'], ['c']],
      [{ a: 'foo' }, 'bar', 'bar'],
      [{ e: null }, { a: 1 }, { e: null, a: 1 }],
      [[1, 2], { a: 'b', c: null }, { a: 'b' }],
      [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
      [null, { a: 1, b: null, c: { d: null } }, { a: 1, c: {} }],
      [{ a: 1 }, null, null],
      [{ a: [null] }, { a: [null, { b: null }] }, { a: [null, { b: null }] }],
      [{}, { constructor: { prototype: null, name: 'x' } }, { constructor: { name: 'x' } }],
    ]
    for (const [target, change, expected] of examples) {
      const { id } = await sample({ notes: target })
      assert.deepEqual((await patch(id, { notes: change })).notes, expected, JSON.stringify([target, change]))
      assert.deepEqual((await it.got(`GET /v1/samples/${id}`)).notes, expected)
    }
  })

  test('a merge patch is checked by its outcome, not by itself', async () => {
    const { id } = await sample({ shape: { side: 1 } })
    assert.deepEqual((await patch(id, { shape: { side: null } })).shape, {})
    const { body } = await it.refused(422, 'INVALID', `PATCH /v1/samples/${id}`, { body: { shape: { top: 1 } } })
    assert.equal(body.errors[0].pointer, '/shape/top')
  })

  test('PATCH takes both of its media types, other writes only JSON', async () => {
    const { id } = await sample()
    for (const type of [
      'application/json',
      'application/merge-patch+json',
      'APPLICATION/JSON; charset=utf-8',
      'application/merge-patch+json;charset=UTF-8',
    ])
      assert.equal(
        (await it.ask(`PATCH /v1/samples/${id}`, { body: {}, headers: { 'content-type': type } })).status,
        200,
      )
    for (const type of [
      'application/json-patch+json',
      'text/json',
      'text/plain',
      'application/jsonx',
      '*/*',
      'garbage',
    ])
      await it.refused(415, 'MEDIA_TYPE_UNSUPPORTED', `PATCH /v1/samples/${id}`, {
        body: {},
        headers: { 'content-type': type },
      })
    await it.refused(415, 'MEDIA_TYPE_UNSUPPORTED', 'POST /v1/samples', {
      body: { group: 'x' },
      headers: { 'content-type': 'application/merge-patch+json' },
    })
  })

  test('what the server sets, and what it does not know, cannot be given', async () => {
    const row = await sample()
    for (const [name, value] of [
      ['version', 7],
      ['createdAt', '2030-01-01T00:00:00Z'],
      ['updatedAt', '2030-01-01T00:00:00Z'],
      ['id', row.id],
      ['slot', 1],
      ['included', {}],
      ['constructor', {}],
      ['toString', 'x'],
      ['a/b~c', 1],
    ] as const)
      for (const request of ['POST /v1/samples', `PUT /v1/samples/${row.id}`, `PATCH /v1/samples/${row.id}`]) {
        const { body } = await it.refused(422, 'INVALID', request, {
          body: { ...(request.startsWith('PATCH') ? {} : { group: 'g' }), [name]: value },
        })
        assert.deepEqual(
          body.errors.map(({ pointer }: { pointer: string }) => pointer),
          [`/${name.replace('~', '~0').replace('/', '~1')}`],
        )
      }
    for (const request of ['POST /v1/samples', `PATCH /v1/samples/${row.id}`])
      for (const body of ['{"group":"g","__proto__":{"count":1}}', '{"notes":{"a":[{"__proto__":1}]}}'])
        await it.refused(400, 'MALFORMED_BODY', request, { body })
  })

  test('a body that is not one JSON object is refused', async () => {
    const row = await sample()
    for (const body of ['[]', 'null', '"text"', '7', 'true'])
      for (const request of ['POST /v1/samples', `PUT /v1/samples/${row.id}`, `PATCH /v1/samples/${row.id}`]) {
        const refused = await it.refused(422, 'INVALID', request, { body })
        assert.equal(refused.body.errors[0].pointer, '')
      }
    for (const request of ['POST /v1/samples', `PUT /v1/samples/${row.id}`, `PATCH /v1/samples/${row.id}`])
      await it.refused(422, 'INVALID', request)
  })

  test('PUT resets what it leaves out, keeps what is private or write-once, and counts one version', async () => {
    const row = await account({ balance: 200, total: '5' })
    const replaced = await it.got(`PUT /v1/accounts/${row.id}`, { as: 'ada', body: { number: row.number } })
    assert.deepEqual([replaced.balance, replaced.total, replaced.version], [0, '0.00', row.version + 1])
    const { body } = await it.refused(422, 'INVALID', `PUT /v1/accounts/${row.id}`, { as: 'ada', body: {} })
    assert.deepEqual(body.errors, [{ pointer: '/number', detail: 'is required' }])
  })

  test('write-once fields are set when the row is made and never again', async () => {
    const made = await it.made('samples', { group: 'once' })
    assert.equal(made.version, 1)
    const row = await account()
    await it.refused(422, 'INVALID', `PATCH /v1/accounts/${row.id}`, { as: 'ada', body: { branch: 'x' } })
    await it.refused(422, 'INVALID', `PUT /v1/accounts/${row.id}`, {
      as: 'ada',
      body: { number: row.number, branch: 'x' },
    })
    const same = await it.got(`PUT /v1/accounts/${row.id}`, { as: 'ada', body: { number: row.number, branch: null } })
    assert.equal(same.branch, null)
    const entry = await it.made('entries', { account: row.id, amount: 1 })
    const other = await account()
    await it.refused(422, 'INVALID', `PATCH /v1/entries/${entry.id}`, { as: 'ada', body: { account: other.id } })
    await it.refused(422, 'INVALID', `PUT /v1/entries/${entry.id}`, {
      as: 'ada',
      body: { account: other.id, amount: 2 },
    })
    assert.equal((await it.got(`PUT /v1/entries/${entry.id}`, { as: 'ada', body: { amount: 2 } })).account, row.id)
  })

  test('a unique value belongs to one row at a time, and is free again after it', async () => {
    const [one, two] = [await account(), await account()]
    const taken = await it.refused(409, 'STORE_UNIQUE', `PATCH /v1/accounts/${two.id}`, {
      as: 'ada',
      body: { number: one.number },
    })
    assert.deepEqual(
      taken.body.errors.map(({ pointer }: { pointer: string }) => pointer),
      ['/number'],
    )
    await it.got(`PATCH /v1/accounts/${one.id}`, { as: 'ada', body: { number: one.number } })
    await it.got(`DELETE /v1/accounts/${one.id}`, { as: 'ada' })
    await it.got(`PATCH /v1/accounts/${two.id}`, { as: 'ada', body: { number: one.number } })
    const statuses = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const body = { account: two.id, amount: 1, note: 'race' }
        return (await it.ask('POST /v1/entries', { as: 'ada', body })).status
      }),
    )
    assert.deepEqual(statuses.toSorted(), [201, 409, 409, 409, 409, 409])
  })

  test('validation rules see the whole row before and after, and their words are told', async () => {
    const row = await account({ balance: 600 })
    const fall = await it.refused(422, 'INVALID', `PATCH /v1/accounts/${row.id}`, { as: 'ada', body: { balance: 0 } })
    assert.deepEqual(fall.body.errors, [{ pointer: '', detail: 'loses too much at once' }])
    await it.refused(422, 'INVALID', `PUT /v1/accounts/${row.id}`, { as: 'ada', body: { number: row.number } })
    const poor = await account()
    const unlucky = await it.refused(422, 'INVALID', `PATCH /v1/accounts/${poor.id}`, {
      as: 'ada',
      body: { balance: 13 },
    })
    assert.deepEqual(unlucky.body.errors, [{ pointer: '/balance', detail: 'is unlucky' }])
    assert.equal((await it.got(`GET /v1/accounts/${row.id}`)).version, row.version)
    const faults = it.faults.length
    await it.refused(500, 'BUG', `PATCH /v1/accounts/${row.id}`, { as: 'ada', body: { number: 'throws' } })
    assert.match(it.faults.at(-1)!, /a fault in the rule/)
    assert.equal(it.faults.length, faults + 1)
  })

  test('DELETE answers 204 without a body, and then 404', async () => {
    const { id } = await sample()
    const { status, body, headers } = await it.ask(`DELETE /v1/samples/${id}`)
    assert.deepEqual([status, body, headers.get('etag'), headers.get('content-type')], [204, '', null, null])
    await it.refused(404, 'STORE_MISSING', `DELETE /v1/samples/${id}`)
    await it.refused(404, 'STORE_MISSING', `GET /v1/samples/${id}`)
    await it.refused(404, 'STORE_MISSING', `PATCH /v1/samples/${id}`, { body: {} })
    await it.refused(404, 'STORE_MISSING', `PUT /v1/samples/${id}`, { body: { group: 'g' } })
    await it.refused(404, 'STORE_MISSING', 'DELETE /v1/samples/not-an-id')
  })

  test('writes take no query', async () => {
    const { id } = await sample()
    for (const request of [
      'POST /v1/samples?fields=id',
      `PUT /v1/samples/${id}?x`,
      `PATCH /v1/samples/${id}?include=place`,
    ])
      await it.refused(400, 'PARAMETER_UNKNOWN', request, { body: { group: 'g' } })
    await it.refused(400, 'PARAMETER_UNKNOWN', `DELETE /v1/samples/${id}?force=true`)
    await it.refused(400, 'PARAMETER_UNKNOWN', 'POST /v1/samples:batch?atomic=true', { body: { operations: [] } })
  })
})
