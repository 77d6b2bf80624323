import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Asked } from './api.ts'
import { labSuite } from './lab-suite.ts'
import { inAnotherSlot } from './slots.ts'

labSuite('batches', (it) => {
  const send = (resource: string, operations: readonly unknown[], more: object = {}, asked: Asked = {}) =>
    it.ask(`POST /v1/${resource}:batch`, { as: 'ada', body: { operations, ...more }, ...asked })
  const outcomes = async (...sent: Parameters<typeof send>): Promise<any[]> => {
    const { status, body } = await send(...sent)
    assert.equal(status, 200, JSON.stringify(body))
    assert.deepEqual(Object.keys(body), ['outcomes'])
    assert.equal(body.outcomes.length, sent[1].length)
    return body.outcomes
  }
  const statuses = async (...sent: Parameters<typeof send>) => (await outcomes(...sent)).map(({ status }) => status)
  const atomic = { atomic: true }
  const account = async () =>
    (await it.ask('POST /v1/accounts', { as: 'ada', body: { number: it.word() } })).body as { id: string }

  test('each member has the status, the value or the problem that it would have had alone', async () => {
    const group = it.word()
    const row = await it.made('samples', { group, count: 1 })
    const [created, updated, deleted, invalid, missing] = await outcomes('samples', [
      { op: 'create', value: { group, price: '1' } },
      { op: 'update', id: row.id, value: { count: 2 } },
      { op: 'delete', id: (await it.made('samples', { group })).id },
      { op: 'create', value: { group, nope: 1 } },
      { op: 'update', id: '01a20af5-1baf-7885-9aa2-7ca04b9899c9', value: {} },
    ])
    assert.deepEqual(created, { status: 201, value: await it.got(`GET /v1/samples/${created.value.id}`) })
    assert.deepEqual(updated, { status: 200, value: await it.got(`GET /v1/samples/${row.id}`) })
    assert.deepEqual(deleted, { status: 204 })
    assert.deepEqual(
      [invalid.status, invalid.problem.code, invalid.problem.errors[0].pointer],
      [422, 'INVALID', '/nope'],
    )
    assert.deepEqual([missing.status, missing.problem.code, missing.value], [404, 'STORE_MISSING', undefined])
    assert.equal(typeof missing.problem.requestId, 'string')
  })

  test('writes of one row are made in the order in which they stand', async () => {
    const { id } = await it.made('samples', { group: it.word(), count: 0 })
    const operations = Array.from({ length: 40 }, (_, at) => ({
      op: 'update',
      id,
      version: at + 1,
      value: { count: at },
    }))
    assert.deepEqual(new Set(await statuses('samples', operations)), new Set([200]))
    const row = await it.got(`GET /v1/samples/${id}`)
    assert.deepEqual([row.count, row.version], [39, 41])
    const place = it.word()
    assert.deepEqual(
      await statuses('places', [
        { op: 'create', value: { id: place } },
        { op: 'update', id: place, value: { name: 'a' } },
        { op: 'delete', id: place },
        { op: 'delete', id: place },
        { op: 'create', value: { id: place, name: 'b' } },
        { op: 'update', id: place, version: 3, value: { name: 'c' } },
      ]),
      [201, 200, 204, 404, 201, 200],
    )
  })

  test('a body that is no batch is refused whole', async () => {
    for (const body of [
      {},
      [],
      null,
      { operations: [] },
      { operations: {} },
      { operations: [null] },
      { operations: [{}] },
      { operations: [{ op: 'replace', id: 'x', value: {} }] },
      { operations: [{ op: 'create', value: [] }] },
      { operations: [{ op: 'update', id: 1, value: {} }] },
      { operations: [{ op: 'update', id: 'x', version: '1', value: {} }] },
      { operations: [{ op: 'update', id: 'x', version: 0, value: {} }] },
      { operations: [{ op: 'delete', id: 'x', other: 1 }] },
      { operations: [{ op: 'delete', id: 'x' }], more: 1 },
      { operations: [{ op: 'delete', id: 'x' }], atomic: 'yes' },
    ])
      await it.refused(422, 'INVALID', 'POST /v1/samples:batch', { as: 'ada', body })
    await it.refused(422, 'INVALID', 'POST /v1/samples:batch', { as: 'ada' })
    const operations = Array.from({ length: 101 }, () => ({ op: 'create', value: { group: 'too many' } }))
    await it.refused(422, 'INVALID', 'POST /v1/samples:batch', { as: 'ada', body: { operations } })
    assert.deepEqual((await it.got('GET /v1/samples?group=too%20many')).data, [])
    const hundred = Array.from({ length: 100 }, () => ({ op: 'create', value: { group: 'many' } }))
    assert.equal((await outcomes('samples', hundred)).length, 100)
  })

  test('a member says what its kind of write needs, and nothing that would be ignored', async () => {
    const group = it.word()
    const good = { op: 'create', value: { group } }
    const { id } = await it.made('samples', { group })
    for (const [member, name] of [
      [{ op: 'update', value: {} }, 'id'],
      [{ op: 'delete' }, 'id'],
      [{ op: 'create' }, 'value'],
      [{ op: 'update', id }, 'value'],
      [{ op: 'delete', id, value: {} }, 'value'],
      [{ op: 'create', id, value: { group } }, 'id'],
      [{ op: 'create', version: 1, value: { group } }, 'version'],
    ] as const)
      for (const atomic of [false, true]) {
        const { body } = await it.refused(422, 'INVALID', 'POST /v1/samples:batch', {
          as: 'ada',
          body: { atomic, operations: [good, member] },
        })
        assert.deepEqual(
          body.errors.map(({ pointer }: { pointer: string }) => pointer),
          [`/operations/1/${name}`],
        )
      }
    assert.equal((await it.got(`GET /v1/samples?group=${group}`)).data.length, 1)
  })

  test('an atomic batch is made whole, and its later writes see the earlier ones', async () => {
    const { id } = await account()
    const made = await outcomes(
      'entries',
      [
        { op: 'create', value: { account: id, amount: 1 } },
        { op: 'create', value: { account: id, amount: 2 } },
      ],
      atomic,
    )
    const [one, two] = made.map(({ value }) => value)
    const changed = await outcomes(
      'entries',
      [
        { op: 'update', id: one.id, value: { amount: 5 } },
        { op: 'update', id: one.id, version: 2, value: { note: it.word() } },
        { op: 'delete', id: two.id, version: 1 },
        { op: 'create', value: { account: id, amount: 3 } },
      ],
      atomic,
    )
    assert.deepEqual(
      changed.map(({ status }) => status),
      [200, 200, 204, 201],
    )
    const stored = await it.got(`GET /v1/entries/${one.id}`)
    assert.deepEqual([stored.amount, stored.version], [5, 2])
    assert.deepEqual(changed[1].value, stored)
    assert.equal((await it.got(`GET /v1/entries?account=${id}`)).data.length, 2)
  })

  test('an atomic batch with one bad member changes nothing and names that member', async () => {
    const { id } = await account()
    const entry = await it.made('entries', { account: id, amount: 1, note: it.word() })
    const good = { op: 'create', value: { account: id, amount: 7 } }
    for (const [status, code, bad] of [
      [422, 'INVALID', { op: 'create', value: { account: id, amount: 'x' } }],
      [404, 'STORE_MISSING', { op: 'update', id: entry.id.replace(/^0/, '1'), value: {} }],
      [412, 'PRECONDITION_FAILED', { op: 'update', id: entry.id, version: 9, value: { amount: 2 } }],
      [412, 'PRECONDITION_FAILED', { op: 'delete', id: entry.id, version: 9 }],
    ] as const) {
      const { body } = await it.refused(status, code, 'POST /v1/entries:batch', {
        as: 'ada',
        body: { atomic: true, operations: [good, bad, good] },
      })
      assert.match(body.errors[0].pointer, /^\/operations\/1(\/|$)/)
    }
    assert.equal((await it.got(`GET /v1/entries?account=${id}`)).data.length, 1)
  })

  test('what only the commit of an atomic batch finds names its member too', async () => {
    const { id } = await account()
    const taken = it.word()
    const [one, two] = [
      await it.made('entries', { account: id, amount: 1, note: taken }),
      await it.made('entries', { account: id, amount: 2 }),
    ]
    const place = it.word()
    await it.got(`PUT /v1/places/${place}`, { body: {} })
    await it.got(`PATCH /v1/accounts/${id}`, { as: 'ada', body: { holder: place } })
    const create = (note: string) => ({ op: 'create', value: { account: id, amount: 3, note } })
    const change = (row: string, value: object) => ({ op: 'update', id: row, value })
    const note = it.word()
    for (const [resource, status, code, pointer, operations] of [
      [
        'entries',
        409,
        'STORE_UNIQUE',
        '/operations/1/value/note',
        [create(it.word()), create(taken), create(it.word())],
      ],
      ['entries', 409, 'STORE_UNIQUE', '/operations/2/value/note', [create(note), create(it.word()), create(note)]],
      // Of several writes of a row it is the one that gave the field.
      [
        'entries',
        409,
        'STORE_UNIQUE',
        '/operations/0/value/note',
        [change(two.id, { note: taken }), change(two.id, { amount: 7 }), change(one.id, { amount: 8 })],
      ],
      [
        'entries',
        404,
        'STORE_MISSING',
        '/operations/1',
        [create(it.word()), { op: 'delete', id: two.id.replace(/^0/, '1') }],
      ],
      [
        'accounts',
        422,
        'STORE_REFERENCE',
        '/operations/1/value/holder',
        [change(id, { balance: 1 }), change(id, { holder: 'nobody' }), change(id, { balance: 2 })],
      ],
      ['places', 409, 'STORE_REFERRED', '/operations/1', [change(place, { name: 'a' }), { op: 'delete', id: place }]],
      [
        'accounts',
        422,
        'INVALID',
        '/operations/1/value/balance',
        [change(id, { balance: 1 }), change(id, { balance: 13 }), change(id, { total: '1.00' })],
      ],
    ] as const) {
      const { body } = await it.refused(status, code, `POST /v1/${resource}:batch`, {
        as: 'ada',
        body: { ...atomic, operations },
      })
      assert.deepEqual(
        body.errors.map((issue: { readonly pointer: string }) => issue.pointer),
        [pointer],
        JSON.stringify(body),
      )
    }
    assert.equal((await it.got(`GET /v1/entries?account=${id}`)).data.length, 2)
    assert.equal((await it.got(`GET /v1/accounts/${id}`)).version, 2)
  })

  test('the members of an atomic batch share a slot, or it is refused', async () => {
    const one = await account()
    const two = await inAnotherSlot(one, account)
    const create = (id: string) => ({ op: 'create', value: { account: id, amount: 1 } })
    const { body } = await it.refused(422, 'BATCH_SLOTS', 'POST /v1/entries:batch', {
      as: 'ada',
      body: { ...atomic, operations: [create(one.id), create(one.id), create(two.id)] },
    })
    assert.deepEqual(body.errors[0].pointer, '/operations/2')
    for (const { id } of [one, two]) assert.deepEqual((await it.got(`GET /v1/entries?account=${id}`)).data, [])
    assert.deepEqual(await statuses('entries', [create(one.id), create(two.id)]), [201, 201])
  })

  test('a row that an atomic batch has deleted is gone for the rest of it', async () => {
    const id = it.word()
    await it.got(`PUT /v1/places/${id}`, { body: {} })
    for (const [status, code, next] of [
      [404, 'STORE_MISSING', { op: 'delete', id }],
      [404, 'STORE_MISSING', { op: 'delete', id, version: 1 }],
      [404, 'STORE_MISSING', { op: 'update', id, value: {} }],
      [422, 'INVALID', { op: 'create', value: { id } }],
    ] as const) {
      const { body } = await it.refused(status, code, 'POST /v1/places:batch', {
        as: 'ada',
        body: { ...atomic, operations: [{ op: 'delete', id }, next] },
      })
      assert.match(body.errors[0].pointer, /^\/operations\/1/)
    }
    assert.equal((await it.got(`GET /v1/places/${id}`)).version, 1)
    const fresh = it.word()
    assert.deepEqual(
      await statuses(
        'places',
        [
          { op: 'create', value: { id: fresh } },
          { op: 'update', id: fresh, value: { name: 'b' } },
          { op: 'delete', id: fresh },
          { op: 'create', value: { id: fresh, name: 'c' } },
        ],
        atomic,
      ),
      [201, 200, 204, 201],
    )
    const row = await it.got(`GET /v1/places/${fresh}`)
    assert.deepEqual([row.name, row.version], ['c', 1])
    await it.refused(409, 'STORE_EXISTS', 'POST /v1/places:batch', {
      as: 'ada',
      body: { ...atomic, operations: [{ op: 'create', value: { id: fresh } }] },
    })
  })

  test('members are tested by the rule of their own action, one by one', async () => {
    const vault = await it.made('vaults', { holder: 'ada', content: 'x' })
    const operations = [
      { op: 'create', value: { holder: 'ada', content: 'y' } },
      { op: 'update', id: vault.id, value: { content: 'z' } },
      { op: 'delete', id: vault.id },
    ]
    assert.deepEqual(await statuses('vaults', operations, {}, { as: 'eve' }), [403, 404, 404])
    const nobody = await it.ask('POST /v1/vaults:batch', { body: { operations } })
    assert.deepEqual(
      nobody.body.outcomes.map(({ status }: { status: number }) => status),
      [401, 401, 401],
    )
    await it.refused(401, 'SIGN_IN_NEEDED', 'POST /v1/vaults:batch', { body: { ...atomic, operations } })
    await it.refused(403, 'FORBIDDEN', 'POST /v1/vaults:batch', { as: 'eve', body: { ...atomic, operations } })
    assert.equal((await it.got(`GET /v1/vaults/${vault.id}`, { as: 'ada' })).content, 'x')
  })

  test('an action without a generated route is no member of a batch', async () => {
    const { id } = await account()
    const [create, change] = await outcomes('accounts', [
      { op: 'create', value: { number: it.word() } },
      { op: 'update', id, value: { balance: 5 } },
    ])
    assert.deepEqual([create.status, create.problem.code, change.status], [405, 'ACTION_NOT_ALLOWED', 200])
  })

  test('member n of a batch uses KEY#n, also when it comes again', async () => {
    const group = it.word()
    const key = { 'idempotency-key': it.word() }
    const create = (count: number) => ({ op: 'create', value: { group, count } })
    const first = await send(
      'samples',
      [create(1), create(2), { op: 'create', value: { group, nope: 1 } }],
      {},
      {
        headers: key,
      },
    )
    const again = await send('samples', [create(1), create(2), create(3)], {}, { headers: key })
    assert.deepEqual(again.body.outcomes.slice(0, 2), first.body.outcomes.slice(0, 2))
    assert.deepEqual([first.body.outcomes[2].status, again.body.outcomes[2].status], [422, 201])
    const swapped = await send('samples', [create(2), create(1)], {}, { headers: key })
    assert.deepEqual(
      swapped.body.outcomes.map(({ problem }: any) => problem.code),
      ['IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_KEY_REUSED'],
    )
    assert.equal((await it.got(`GET /v1/samples?group=${group}`)).data.length, 3)
  })

  test('an atomic batch has one key and one answer', async () => {
    const { id } = await account()
    const key = { 'idempotency-key': it.word() }
    const operations = [1, 2].map((amount) => ({ op: 'create', value: { account: id, amount } }))
    const first = await send('entries', operations, atomic, { headers: key })
    const again = await send('entries', operations, atomic, { headers: key })
    assert.deepEqual(again.body, first.body)
    assert.equal((await it.got(`GET /v1/entries?account=${id}`)).data.length, 2)
    await it.refused(422, 'IDEMPOTENCY_KEY_REUSED', 'POST /v1/entries:batch', {
      as: 'ada',
      headers: key,
      body: { ...atomic, operations: operations.slice(1) },
    })
    await it.refused(400, 'IDEMPOTENCY_KEY_REFUSED', 'POST /v1/samples:batch', {
      headers: key,
      body: { operations: [{ op: 'create', value: { group: 'x' } }] },
    })
  })

  test('a fault of the app in one member is told in its outcome, and the others are made', async () => {
    const [one, two] = [await account(), await account()]
    const [bad, good] = await outcomes('accounts', [
      { op: 'update', id: one.id, value: { number: 'throws' } },
      { op: 'update', id: two.id, value: { balance: 9 } },
    ])
    assert.deepEqual([bad.status, bad.problem.code, good.status], [500, 'BUG', 200])
    assert.equal(JSON.stringify(bad).includes('fault in the rule'), false)
    assert.match(it.faults.at(-1)!, /fault in the rule/)
  })
})
