import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockFrom } from '../../src/core/clock.ts'
import { lab } from './lab.ts'
import { labSuite } from './lab-suite.ts'

let aheadMs = 0

labSuite(
  'idempotency keys',
  (it) => {
    const keyed = (key: string, more: object = {}) => ({ as: 'ada', headers: { 'idempotency-key': key }, ...more })
    const post = (key: string, body: object, as = 'ada') => it.ask('POST /v1/samples', { ...keyed(key, { body }), as })
    const inGroup = async (group: string) => (await it.got(`GET /v1/samples?group=${group}`)).data.length

    test('every generated write takes one and gives the same answer again', async () => {
      const row = await it.made('samples', { group: it.word(), count: 1 })
      const place = it.word()
      for (const [request, body] of [
        ['POST /v1/samples', { group: row.group }],
        [`PUT /v1/places/${place}`, { name: 'a' }],
        [`PUT /v1/places/${place}`, { name: 'b' }],
        [`PATCH /v1/samples/${row.id}`, { count: 2 }],
        [`DELETE /v1/samples/${row.id}`, undefined],
      ] as const) {
        const key = it.word()
        const first = await it.ask(request, keyed(key, { body }))
        assert.ok(first.status < 300)
        const again = await it.ask(request, keyed(key, { body }))
        assert.deepEqual([again.status, again.body], [first.status, first.body], request)
        for (const name of ['etag', 'location', 'content-type', 'cache-control'])
          assert.equal(again.headers.get(name), first.headers.get(name), `${request}: ${name}`)
      }
      assert.equal(await inGroup(row.group), 1)
      assert.equal((await it.got(`GET /v1/places/${place}`)).version, 2)
    })

    test('the answer that comes again is that of then, whatever became of the row', async () => {
      const [group, key] = [it.word(), it.word()]
      const first = await post(key, { group })
      await it.got(`PATCH /v1/samples/${first.body.id}`, { body: { count: 9 } })
      assert.deepEqual((await post(key, { group })).body, first.body)
      await it.got(`DELETE /v1/samples/${first.body.id}`)
      const again = await post(key, { group })
      assert.deepEqual([again.status, again.body], [201, first.body])
    })

    test('the same key with another body, precondition or row is a 422 and has no effect', async () => {
      const [group, key] = [it.word(), it.word()]
      const { body: row } = await post(key, { group })
      for (const body of [{ group, count: 1 }, { group: 'other' }, {}, { nope: 1 }])
        await it.refused(422, 'IDEMPOTENCY_KEY_REUSED', 'POST /v1/samples', keyed(key, { body }))
      assert.equal(await inGroup(group), 1)
      const patch = it.word()
      const headers = { 'idempotency-key': patch, 'if-match': '"v1"' }
      await it.got(`PATCH /v1/samples/${row.id}`, { as: 'ada', body: { count: 1 }, headers })
      assert.equal((await it.got(`PATCH /v1/samples/${row.id}`, { as: 'ada', body: { count: 1 }, headers })).version, 2)
      await it.refused(
        422,
        'IDEMPOTENCY_KEY_REUSED',
        `PATCH /v1/samples/${row.id}`,
        keyed(patch, { body: { count: 1 } }),
      )
      const other = await it.made('samples', { group })
      await it.refused(422, 'IDEMPOTENCY_KEY_REUSED', `PATCH /v1/samples/${other.id}`, {
        as: 'ada',
        body: { count: 1 },
        headers,
      })
    })

    test('a key belongs to one caller and one route', async () => {
      const [group, key] = [it.word(), it.word()]
      const { body: mine } = await post(key, { group })
      const { body: other } = await post(key, { group }, 'eve')
      assert.notEqual(other.id, mine.id)
      // The same person in another role is the same caller.
      assert.equal((await post(key, { group }, 'ada:operator')).body.id, mine.id)
      assert.equal((await it.ask(`PATCH /v1/samples/${mine.id}`, keyed(key, { body: {} }))).body.version, 2)
      assert.equal((await it.ask(`DELETE /v1/samples/${mine.id}`, keyed(key))).status, 204)
    })

    test('only what went well is kept', async () => {
      const [group, key, code] = [it.word(), it.word(), it.word()]
      await it.refused(422, 'INVALID', 'POST /v1/samples', keyed(key, { body: { group, nope: 1 } }))
      await it.refused(422, 'STORE_REFERENCE', 'POST /v1/samples', keyed(key, { body: { group, place: code } }))
      await it.got(`PUT /v1/places/${code}`, { body: {} })
      assert.equal((await post(key, { group, place: code })).status, 201)
      const { id } = await it.made('samples', { group })
      const change = { as: 'ada', body: {}, headers: { 'idempotency-key': it.word(), 'if-match': '"v2"' } }
      await it.refused(412, 'PRECONDITION_FAILED', `PATCH /v1/samples/${id}`, change)
      await it.got(`PATCH /v1/samples/${id}`, { body: {} })
      assert.equal((await it.got(`PATCH /v1/samples/${id}`, change)).version, 3)
    })

    test('a key is 1 to 128 printable characters, and has no place where nothing is kept', async () => {
      const group = it.word()
      for (const key of ['x', 'x'.repeat(128), '!"#$%&()*+,-./:;<=>?@[]^_`{|}~'])
        assert.equal((await post(key, { group })).status, 201)
      for (const key of ['', 'a b', 'é', 'x'.repeat(129)])
        await it.refused(400, 'IDEMPOTENCY_KEY_REFUSED', 'POST /v1/samples', keyed(key, { body: { group } }))
      const headers = { 'idempotency-key': 'x' }
      await it.refused(400, 'IDEMPOTENCY_KEY_REFUSED', 'POST /v1/samples', { body: { group }, headers })
      await it.refused(400, 'IDEMPOTENCY_KEY_REFUSED', 'GET /v1/samples', { as: 'ada', headers })
      await it.refused(400, 'IDEMPOTENCY_KEY_REFUSED', `GET /v1/samples/x`, { as: 'ada', headers })
      await it.refused(400, 'IDEMPOTENCY_KEY_REFUSED', 'POST /v1/plain', { as: 'ada', headers })
      await it.refused(400, 'IDEMPOTENCY_KEY_REFUSED', 'DELETE /v1/sweep?before=2030-01-01', {
        as: 'o:operator',
        headers,
      })
    })

    test('of many requests with one key at once one runs; the others wait their turn, then get its answer', async () => {
      const [group, key] = [it.word(), it.word()]
      const answers = await Promise.all(Array.from({ length: 10 }, () => post(key, { group })))
      for (const { status, body, headers } of answers) {
        if (status === 201) continue
        assert.deepEqual([status, body.code, headers.get('retry-after')], [409, 'IDEMPOTENCY_RUNNING', '1'])
      }
      const made = answers.filter(({ status }) => status === 201)
      assert.ok(made.length >= 1)
      for (const { body } of [...made, await post(key, { group })]) assert.equal(body.id, made[0]!.body.id)
      assert.equal(await inGroup(group), 1)
    })

    test('a key holds for 24 hours, then it takes a new request', async () => {
      const [group, key] = [it.word(), it.word()]
      const first = await post(key, { group })
      aheadMs += 24 * 3_600_000 - 5_000
      assert.equal((await post(key, { group })).body.id, first.body.id)
      aheadMs += 10_000
      const second = await post(key, { group, count: 1 })
      assert.equal(second.status, 201)
      assert.notEqual(second.body.id, first.body.id)
      assert.equal((await post(key, { group, count: 1 })).body.id, second.body.id)
      await it.refused(422, 'IDEMPOTENCY_KEY_REUSED', 'POST /v1/samples', keyed(key, { body: { group } }))
      assert.equal(await inGroup(group), 2)
    })

    test('the transaction of an operation and the row of its key are written together', async () => {
      const key = it.word()
      let runs = 0
      lab.run = ({ data }) =>
        data.transaction(async (tx) => {
          runs++
          return { result: (await tx.accounts.insert({ number: key })).id }
        })
      const first = await it.got('POST /v1/keyed', keyed(key))
      const again = await it.got('POST /v1/keyed', keyed(key))
      assert.deepEqual([again, runs], [first, 1])
      await it.refused(422, 'IDEMPOTENCY_KEY_REUSED', 'POST /v1/keyed', keyed(key, { body: { step: 'other' } }))
      // What stands for its default says the same as the default.
      assert.deepEqual(await it.got('POST /v1/keyed', keyed(key, { body: { step: 'only' } })), first)
      assert.equal((await it.got(`GET /v1/accounts?number=${key}`)).data.length, 1)
    })

    test('an operation without a transaction has its answer kept, too', async () => {
      let runs = 0
      lab.run = () => ({ result: ++runs })
      const key = it.word()
      assert.deepEqual(await it.got('POST /v1/keyed', keyed(key)), { result: 1 })
      assert.deepEqual(await it.got('POST /v1/keyed', keyed(key)), { result: 1 })
      assert.deepEqual(await it.got('POST /v1/keyed', keyed(it.word())), { result: 2 })
      assert.deepEqual(await it.got('POST /v1/keyed', { as: 'ada' }), { result: 3 })
    })

    test('an answer whose transaction failed is never kept or given', async () => {
      lab.run = async ({ data }) => {
        try {
          return await data.transaction((tx) => {
            tx.accounts.add('01a20af5-1baf-7885-9aa2-7ca04b9899c9', { balance: 1 })
            return { result: 'made' }
          })
        } catch {
          return { result: 'failed' }
        }
      }
      const key = it.word()
      assert.deepEqual(await it.got('POST /v1/keyed', keyed(key)), { result: 'failed' })
      assert.deepEqual(await it.got('POST /v1/keyed', keyed(key)), { result: 'failed' })
    })

    test('an idempotent operation returns the value of its one transaction; a second one, or another value, is a fault', async () => {
      const write = it.word()
      lab.run = async ({ data }) => {
        for (const number of [write, `${write}-2`])
          await data.transaction(async (tx) => ({ result: (await tx.accounts.insert({ number })).id }))
      }
      const key = it.word()
      await it.refused(500, 'BUG', 'POST /v1/keyed', keyed(key))
      assert.match(it.faults.at(-1)!, /second transaction/)
      assert.deepEqual((await it.got(`GET /v1/accounts?number=${write}-2`)).data, [])
      const other = it.word()
      lab.run = async ({ data }) => {
        await data.transaction(async (tx) => {
          await tx.accounts.insert({ number: other })
          return { result: 'one' }
        })
        return { result: 'another' }
      }
      const first = await it.ask('POST /v1/keyed', keyed(other))
      const again = await it.ask('POST /v1/keyed', keyed(other))
      assert.deepEqual([again.status, again.body.result], [first.status, first.body.result])
    })

    test('nothing private is kept in an answer', async () => {
      const key = it.word()
      const first = await it.ask('POST /v1/accounts', keyed(key, { body: { number: key } }))
      const again = await it.ask('POST /v1/accounts', keyed(key, { body: { number: key } }))
      assert.equal(first.status, 201)
      assert.deepEqual(again.body, first.body)
      assert.equal(/pin|token/.test(JSON.stringify(again.body)), false)
    })

    test('a call passes the key on where the handler says so, and has one effect', async () => {
      lab.run = async ({ call, idempotencyKey }) => {
        assert.notEqual(idempotencyKey, undefined)
        const { total } = await call.oracle.count({ by: 1 }, { idempotencyKey: idempotencyKey! })
        const { total: again } = await call.oracle.count({ by: 1 }, { idempotencyKey: idempotencyKey! })
        const { total: other } = await call.oracle.count({ by: 1 })
        return { result: [again - total, other - total] }
      }
      assert.deepEqual(await it.got('POST /v1/keyed', keyed(it.word())), { result: [0, 1] })
      lab.run = async ({ call }) => {
        await call.oracle.count({ by: 1 }, { idempotencyKey: 'reused' })
        await call.oracle.count({ by: 2 }, { idempotencyKey: 'reused' })
      }
      await it.refused(422, 'IDEMPOTENCY_KEY_REUSED', 'POST /v1/plain', { as: it.word() })
    })
  },
  () => {
    aheadMs = 0
    return { clock: clockFrom(() => Date.now() + aheadMs) }
  },
)
