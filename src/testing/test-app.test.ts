import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { anyone, owner, role, signedIn } from '../app/access.ts'
import { app } from '../app/app.ts'
import { contract } from '../app/contract.ts'
import { t } from '../app/field.ts'
import { refuse } from '../app/refuse.ts'
import { resource } from '../app/resource.ts'
import { seed } from '../app/seed.ts'
import { service } from '../app/service.ts'
import { memory, sqlite } from '../topology/store.ts'
import { topology } from '../topology/topology.ts'
import { firstRows, fixtures, rowId, testApp } from './testing.ts'

const Product = resource('products', {
  id: t.text({ minLength: 2, maxLength: 8 }),
  name: t.text({ maxLength: 40 }),
  stock: t.integer({ minimum: 0, default: 0 }),
  cost: t.integer({ private: true, default: 7 }),
})
  .index('name')
  .access({ read: anyone, write: role('operator') })
  .validate(({ next }) =>
    next.name === next.id ? [{ field: 'name', detail: 'must tell more than the id' }] : undefined,
  )

const Hold = resource('holds', {
  product: t.ref('products'),
  buyer: t.text({ maxLength: 128 }),
  until: t.timestamp(),
  receipt: t.text({ optional: true }),
})
  .partitionBy('product')
  .index('buyer', 'createdAt')
  .access({ read: owner('buyer') })

const Note = resource('notes', { text: t.text() })
  .index('createdAt')
  .access({ read: anyone, write: signedIn })
  .presents('v0', { renamed: { words: 'text' } })
const Answer = resource('answers', { note: t.ref('notes'), text: t.text() })
  .partitionBy('note')
  .index('note')
  .access({ read: anyone })

const payments = contract('payments', {
  charge: { input: { amount: t.decimal(10, 2) }, output: { receipt: t.text() } },
  refund: { input: { receipt: t.text() } },
})

/** Why callers of `wait` have given up. */
const given: string[] = []

const shop = app('shop', {
  version: 'v1',
  versions: { v0: {} },
  services: [
    service('shop', { resources: { Product, Hold, Note, Answer }, calls: { payments } })
      .operation('hold', {
        http: 'POST /holds',
        input: { product: t.ref('products'), amount: t.decimal(10, 2, { default: '1.00' }) },
        output: Hold,
        access: signedIn,
        idempotent: true,
        run: async ({ input, principal, data, call, clock }) => {
          const { receipt } = await call.payments.charge({ amount: input.amount })
          return data.transaction((tx) => {
            tx.products.add(input.product, { stock: -1 }, { guard: { stock: { gte: 1 } }, otherwise: 'SOLD_OUT' })
            return tx.holds.insert({ product: input.product, buyer: principal.id, until: clock.in('15m'), receipt })
          })
        },
      })
      .operation('wait', {
        http: 'POST /wait',
        output: { aborted: t.boolean() },
        access: anyone,
        run: ({ signal }) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => {
              given.push(signal.reason.message)
              resolve({ aborted: true })
            })
          }),
      })
      .operation('stumble', {
        http: 'POST /stumble',
        access: anyone,
        run: () => {
          throw new RangeError('a mistake of the app')
        },
      }),
    service('payments', { implements: { payments } }).implement('payments', {
      charge: ({ input }) => ({ receipt: `paid ${input.amount}` }),
      refund: () => {
        throw refuse(409, { code: 'NO_REFUND', detail: 'nothing goes back' })
      },
    }),
  ],
})

const products = fixtures(shop, {
  products: [
    { id: 'tea', name: 'Tea', stock: 3 },
    { id: 'rice', name: 'Rice', cost: 2 },
  ],
})

suite('the whole API is there, without a port', () => {
  test('typed clients call it as somebody, in roles, or as nobody', async () => {
    await using it = await testApp(shop, { fixtures: [products] })
    const hold = await it.as('ada').shop.hold({ product: 'tea' })
    assert.deepEqual([hold.buyer, hold.receipt], ['ada', 'paid 1.00'])
    assert.deepEqual((await it.as('ada').holds.list()).data, [hold])
    assert.deepEqual((await it.as('bob').holds.list()).data, [])
    assert.equal((await it.as('olga', 'clerk', 'operator').products.update('tea', { stock: 9 })).stock, 9)
    await assert.rejects(it.as('ada').products.update('tea', { stock: 9 }), { status: 403, code: 'FORBIDDEN' })
    await assert.rejects(it.anonymous.shop.hold({ product: 'tea' }), { status: 401 })
    assert.equal(it.as('ada'), it.as('ada'))
  })

  test('what is refused is a problem, and a client sees it at once', async () => {
    await using it = await testApp(shop, { fixtures: [products] })
    await assert.rejects(it.as('ada').shop.hold({ product: 'rice' }), { status: 409, code: 'SOLD_OUT' })
    await assert.rejects(it.as('ada').notes.create({ text: 7 as never }), { status: 422, code: 'INVALID' })
    await assert.rejects(it.anonymous.products.get('none'), { status: 404 })
    const wrong = await it.fetch('/v1/products?colour=red')
    assert.equal(wrong.status, 400)
    assert.equal(wrong.headers.get('content-type'), 'application/problem+json; charset=utf-8')
    const { code, requestId } = (await wrong.json()) as { code: string; requestId: string }
    assert.deepEqual([code, requestId], ['PARAMETER_UNKNOWN', 'request-4'])
  })

  test('requests past the client have headers, conditions, bodies and methods as over HTTP', async () => {
    await using it = await testApp(shop, { fixtures: [products] })
    const first = await it.fetch('/v1/products/tea')
    assert.equal(first.headers.get('etag'), '"v1"')
    const again = await it.fetch('/v1/products/tea', { headers: { 'if-none-match': '"v1"' } })
    assert.deepEqual([again.status, await again.text()], [304, ''])
    const removed = await it.fetch('/v1/products/tea', {
      method: 'DELETE',
      headers: { authorization: 'Bearer dev:olga:operator' },
    })
    assert.equal(removed.status, 204)
    const post = (body: string, type: string) =>
      it.fetch('/v1/notes', {
        method: 'POST',
        headers: { authorization: 'Bearer dev:ada', 'content-type': type, 'x-request-id': 'mine' },
        body,
      })
    assert.equal((await post('{"text":"ä"}', 'application/json')).status, 201)
    assert.equal((await post('{"text":', 'application/json')).status, 400)
    assert.equal((await post('text', 'text/plain')).status, 415)
    assert.equal((await post(`{"text":"${'x'.repeat(1_100_000)}"}`, 'application/json')).status, 413)
    const wrongMethod = await it.fetch('/v1/products', { method: 'PUT', body: '{}' })
    assert.deepEqual([wrongMethod.status, wrongMethod.headers.get('allow')], [405, 'GET, HEAD, POST'])
    assert.equal((await it.fetch('/readyz')).status, 200)
    assert.equal((await it.fetch('/v1/products', { method: 'HEAD' })).status, 200)
  })

  test('a call that is given up ends what the handler waits for', async () => {
    await using it = await testApp(shop)
    const abort = new AbortController()
    const waiting = it.anonymous.shop.wait({}, { signal: abort.signal })
    setTimeout(() => abort.abort(new Error('enough')), 20)
    await assert.rejects(waiting, /enough/)
    assert.deepEqual(given, ['the caller has gone'])
  })

  test('it is served over HTTP when it is asked to', async () => {
    await using it = await testApp(shop, { fixtures: [products] })
    const answer = await fetch(`${await it.listen()}/v1/products/tea`)
    assert.equal(((await answer.json()) as { name: string }).name, 'Tea')
    assert.equal((await it.anonymous.products.get('tea')).name, 'Tea')
  })

  test('nobody signs in under a name that stands for somebody else', async () => {
    await using it = await testApp(shop)
    for (const name of ['', 'ada lovelace', 'ada:operator', 'a,b', 'x'.repeat(129)])
      assert.throws(() => it.as(name), /nobody can sign in as/)
    for (const role of ['', 'a,b', 'two words']) assert.throws(() => it.as('ada', role), /nobody can sign in as/)
  })
})

suite('every test app is alone', () => {
  test('with its rows, its time and its log', async () => {
    await using one = await testApp(shop, { fixtures: [products] })
    await using other = await testApp(shop, { fixtures: [products] })
    await one.as('ada').notes.create({ text: 'mine' })
    await one.clock.advance('1h')
    await assert.rejects(one.anonymous.shop.stumble())
    assert.deepEqual((await other.anonymous.notes.list()).data, [])
    assert.equal(other.clock.epochMs() + 3_600_000, one.clock.epochMs())
    assert.deepEqual(other.logs, [])
  })

  test('and leaves no folder behind, also when it does not start', async () => {
    const own = mkdtempSync(join(tmpdir(), 'banyan-test-'))
    const before = process.env.TMPDIR
    process.env.TMPDIR = own
    try {
      const onDisk = topology(shop, { stores: { main: sqlite() } })
      {
        await using it = await testApp(shop, { topology: onDisk })
        await it.anonymous.notes.list()
        assert.equal(readdirSync(own).length, 1)
      }
      const wrong = fixtures(shop, { products: [{ id: 'x', name: 'too short an id' }] })
      await assert.rejects(testApp(shop, { topology: onDisk, fixtures: [wrong] }), { code: 'SEED_INVALID' })
      assert.deepEqual(readdirSync(own), [])
    } finally {
      if (before === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = before
      rmSync(own, { recursive: true })
    }
  })

  test('and after its end it answers nothing', async () => {
    const it = await testApp(shop)
    await it[Symbol.asyncDispose]()
    await assert.rejects(it.anonymous.notes.list(), /has been disposed of; is an await missing\?/)
  })
})

suite('chance is drawn from a seed', () => {
  const ids = async (options: { readonly seed?: number }) => {
    await using it = await testApp(shop, { now: '2030-01-01T00:00:00.000Z', ...options })
    return [await it.as('ada').notes.create({ text: 'one' }), await it.as('ada').notes.create({ text: 'two' })]
  }

  test('the same seed makes the same rows, another seed others', async () => {
    const first = await ids({ seed: 7 })
    assert.deepEqual(await ids({ seed: 7 }), first)
    assert.notEqual((await ids({ seed: 8 }))[0]!.id, first[0]!.id)
  })

  test('without one all test apps of a process share one', async () => {
    assert.deepEqual(await ids({}), await ids({}))
  })
})

suite('fixtures', () => {
  test('are rows of the app, private fields and generated ids included', async () => {
    const note = rowId('first note')
    const base = fixtures(shop, {
      notes: [{ id: note, text: 'hello' }, { text: 'unnamed' }],
      answers: [{ id: rowId('answer', note), note, text: 'there' }],
    })
    for (const given of [[products, base], [base]]) {
      await using it = await testApp(shop, { fixtures: given })
      assert.equal((await it.anonymous.notes.get(note)).text, 'hello')
      assert.equal((await it.anonymous.answers.get(rowId('answer', note))).note, note)
      assert.equal((await it.anonymous.notes.list()).data.length, 2)
    }
  })

  test('a label makes one id, and every label another', () => {
    assert.equal(rowId('a'), rowId('a'))
    assert.notEqual(rowId('a'), rowId('b'))
    assert.match(rowId('a'), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  const wrong: readonly (readonly [what: string, rows: object, says: RegExp])[] = [
    [
      'a field of another type',
      {
        products: [
          { id: 'tea', name: 'Tea' },
          { id: 'rice', name: 7 },
        ],
      },
      /row 2 of products: .*\/name/,
    ],
    ['a field that there is not', { notes: [{ text: 'a', colour: 'red' }] }, /row 1 of notes: .*colour/],
    ['a missing field', { notes: [{}] }, /row 1 of notes: .*text/],
    [
      'a rule of the resource',
      { products: [{ id: 'tea', name: 'tea' }] },
      /row 1 of products: .*must tell more than the id/,
    ],
    ['a resource that there is not', { prducts: [] }, /names the resource prducts, which the app does not have/],
    ['a reference to no row', { answers: [{ note: rowId('none'), text: 'a' }] }, /answers.*note/],
    [
      'the same id twice',
      {
        products: [
          { id: 'tea', name: 'Tea' },
          { id: 'tea', name: 'Green tea' },
        ],
      },
      /products.*tea/,
    ],
    ['an id that is none', { notes: [{ id: 'first', text: 'a' }] }, /row 1 of notes: \/id "first" is not a UUIDv7/],
    [
      'an id of another slot',
      { notes: [{ id: rowId('note'), text: 'a' }], answers: [{ id: rowId('answer'), note: rowId('note'), text: 'a' }] },
      /row 1 of answers: \/id is of slot \d+ and its note of slot \d+/,
    ],
  ]
  for (const [what, rows, says] of wrong) {
    test(`${what} is told with its row`, async () => {
      await assert.rejects(
        testApp(shop, { fixtures: [fixtures(shop, rows)] }),
        (error: { code: string; message: string }) => {
          assert.equal(error.code, 'SEED_INVALID')
          assert.match(error.message, says)
          return true
        },
      )
    })
  }

  suite('the beginning of a seed', () => {
    let made = 0
    const whole = seed(shop, {
      name: 'shop-1',
      parts: function* () {
        yield { resource: 'products', total: 3, rows: ['a', 'b', 'c'].map((name) => ({ id: `id-${name}`, name })) }
        const rows = function* () {
          for (; made < 1000; made++) yield { text: String(made) }
        }
        yield { resource: 'notes', total: 1000, rows: rows() }
      },
    })
    const counts = async (rows: number | Record<string, number>) => {
      await using it = await testApp(shop, { fixtures: [firstRows(whole, rows)] })
      const { data } = await it.anonymous.products.list()
      return [data.length, (await it.anonymous.notes.list()).data.length]
    }

    test('is so many rows of each part, or of some', async () => {
      assert.deepEqual(await counts(2), [2, 2])
      assert.deepEqual(await counts({ notes: 5 }), [3, 5])
      assert.deepEqual(await counts({ products: 0, notes: 0 }), [0, 0])
      assert.ok(made < 20, 'the rows behind it are not made')
    })

    test('a part that there is not is told', async () => {
      await assert.rejects(counts({ note: 5 }), /the seed shop-1 has no part note; it has products, notes/)
    })
  })
})

suite('the bodies of a contract can be replaced', () => {
  test('one call of several, with the input that the caller gave', async () => {
    const charged: string[] = []
    await using it = await testApp(shop, {
      fixtures: [products],
      implementations: {
        payments: {
          charge: ({ input }) => {
            charged.push(input.amount)
            return { receipt: 'r-1' }
          },
        },
      },
    })
    assert.equal((await it.as('ada').shop.hold({ product: 'tea', amount: '2.5' })).receipt, 'r-1')
    assert.deepEqual(charged, ['2.50'])
  })

  test('by one that refuses, or that breaks the contract', async () => {
    const holding = async (charge: () => { receipt: string }) => {
      await using it = await testApp(shop, { fixtures: [products], implementations: { payments: { charge } } })
      const held = it.as('ada').shop.hold({ product: 'tea' })
      await held.catch(() => {})
      assert.equal((await it.anonymous.products.get('tea')).stock, 3)
      return held
    }
    const refusing = () => {
      throw refuse(409, { code: 'CARD_DECLINED', detail: 'no money' })
    }
    await assert.rejects(holding(refusing), { status: 409, code: 'CARD_DECLINED' })
    await assert.rejects(
      holding(() => ({}) as never),
      { status: 500 },
    )
  })

  test('names that there are not are told', async () => {
    const given = (implementations: object) => testApp(shop, { implementations })
    await assert.rejects(given({ payment: {} }), /the app shop has no contract payment; it has payments/)
    await assert.rejects(
      given({ payments: { chrage: () => {} } }),
      /payments has no call chrage; it has charge, refund/,
    )
  })
})

suite('what the app logs is kept', () => {
  test('a fault with its cause, its request and its time', async () => {
    await using it = await testApp(shop, { now: '2030-01-01T00:00:00.000Z' })
    await assert.rejects(it.anonymous.shop.stumble(), { status: 500, code: 'BUG' })
    const [line] = it.logs
    assert.deepEqual([line!.level, line!.at, line!.facts.requestId], ['error', '2030-01-01T00:00:00.000Z', 'request-1'])
    assert.match(String((line!.facts.cause as Error).stack), /RangeError: a mistake of the app/)
  })
})

suite('a test app runs in any topology', () => {
  test('on SQLite, in a folder of its own', async () => {
    const onDisk = topology(shop, { stores: { main: sqlite({ file: '/nowhere/shop.db' }) } })
    await using it = await testApp(shop, { topology: onDisk, fixtures: [products] })
    const idempotencyKey = 'key'
    const first = await it.as('ada').shop.hold({ product: 'tea' }, { idempotencyKey })
    assert.deepEqual(await it.as('ada').shop.hold({ product: 'tea' }, { idempotencyKey }), first)
    assert.equal((await it.anonymous.products.get('tea')).stock, 2)
  })

  test('as the environment names it where the test does not', async () => {
    const inEnvironment = async (name: string) => {
      process.env.BANYAN_TEST_TOPOLOGY = name
      try {
        await using it = await testApp(shop)
        return (await it.anonymous.notes.list()).data
      } finally {
        delete process.env.BANYAN_TEST_TOPOLOGY
      }
    }
    for (const name of ['', 'memory', 'embedded']) assert.deepEqual(await inEnvironment(name), [])
    await assert.rejects(inEnvironment('embeded'), {
      code: 'TOPOLOGY_UNKNOWN',
      message: 'BANYAN_TEST_TOPOLOGY is "embeded"; it is one of memory, embedded, replicated',
    })
  })

  test('that gives what the app needs', async () => {
    const forgetful = topology(shop, { stores: { main: memory() } })
    await assert.rejects(testApp(shop, { topology: forgetful }), {
      code: 'CHECK_REFUSED',
      message: /memory keeps nothing/,
    })
    const Open = resource('opens', { text: t.text() })
    const careless = app('careless', { version: 'v1', services: [service('careless', { resources: { Open } })] })
    await assert.rejects(testApp(careless), { code: 'CHECK_REFUSED', message: /resources\/opens/ })
  })
})

test('a client may be of an older version of the API', async () => {
  await using it = await testApp(shop)
  const old = it.client({ version: 'v0', token: 'dev:ada' })
  const { id, words } = await old.notes.create({ words: 'as it was called then' })
  assert.equal(words, (await it.anonymous.notes.get(id)).text)
  assert.deepEqual(await old.notes.get(id, { fields: ['words'] }), { words })
})
