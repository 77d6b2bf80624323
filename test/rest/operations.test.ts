import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyone, app, contract, resource, service, t } from '../../src/index.ts'
import { api, embedded } from './api.ts'
import { lab } from './lab.ts'
import { labSuite } from './lab-suite.ts'

labSuite('operations', (it) => {
  const key = async (teeth: number) => it.made('keys', { teeth })

  test('one at the address of a generated route takes its place', async () => {
    const { id } = await key(5)
    assert.deepEqual(await it.got(`GET /v1/keys/${id}`), { teeth: 5, loud: false })
    assert.deepEqual(await it.got(`GET /v1/keys/${id}?loud=true`), { teeth: 5, loud: true })
    await it.refused(400, 'PARAMETER_UNKNOWN', `GET /v1/keys/${id}?fields=teeth`)
    // The other actions stay.
    assert.equal((await it.got(`PATCH /v1/keys/${id}`, { as: 'ada', body: { teeth: 6 } })).version, 2)
    assert.equal((await it.got('GET /v1/keys')).data.length > 0, true)
  })

  test('a POST that gives a row at the path of its resource answers 201 with Location and ETag', async () => {
    const number = it.word()
    const { status, headers, body } = await it.ask('POST /v1/accounts', { as: 'ada', body: { number } })
    assert.deepEqual([status, headers.get('etag')], [201, '"v1"'])
    assert.equal(headers.get('location'), `/v1/accounts/${body.id}`)
    assert.deepEqual(await it.got(`GET ${headers.get('location')}`), body)
    assert.equal('pin' in body || 'token' in body, false)
  })

  test('without output the answer is a 204', async () => {
    const { status, body, headers } = await it.ask('POST /v1/places/audit')
    assert.deepEqual([status, body, headers.get('content-type')], [204, '', null])
  })

  test('the query fills the input of a GET or DELETE, each text as the kind of its field', async () => {
    let given: unknown
    lab.run = (input) => {
      given = input
    }
    const sweep = (query: string) => it.ask(`DELETE /v1/sweep?${query}`, { as: 'olga:operator' })
    assert.equal((await sweep('before=2030-01-01&max=7&price=1.5')).status, 204)
    assert.deepEqual(given, { before: '2030-01-01', max: 7, price: '1.50' })
    await sweep('before=2030-01-01')
    assert.deepEqual(given, { before: '2030-01-01', max: null, price: null })
    for (const [query, code, status] of [
      ['before=2030-02-30', 'PARAMETER_INVALID', 400],
      ['before=2030-01-01&max=x', 'PARAMETER_INVALID', 400],
      ['before=2030-01-01&max=', 'PARAMETER_INVALID', 400],
      ['before=2030-01-01&before=2030-01-01', 'PARAMETER_INVALID', 400],
      ['before=2030-01-01&Max=1', 'PARAMETER_UNKNOWN', 400],
      ['before=2030-01-01&__proto__=1', 'PARAMETER_UNKNOWN', 400],
      ['before[gt]=2030-01-01', 'PARAMETER_UNKNOWN', 400],
      ['', 'INVALID', 422],
    ] as const)
      await it.refused(status, code, `DELETE /v1/sweep?${query}`, { as: 'olga:operator' })
  })

  test("the path and the body fill the input, and neither gives what is the other's", async () => {
    const patch = (name: string, body: unknown, as = 'ada') => it.ask(`PATCH /v1/settings/${name}`, { as, body })
    const good = { from: '2030-01-01T00:00:00+02:00', holder: 'ada' }
    assert.deepEqual((await patch('a%20%2F', good)).body, { name: 'a /', from: '2029-12-31T22:00:00.000Z' })
    for (const [body, pointer] of [
      [{ ...good, name: 'b' }, '/name'],
      [{ holder: 'ada' }, '/from'],
      [{ ...good, more: 1 }, '/more'],
      [{ ...good, from: 'soon' }, '/from'],
      [[], ''],
    ] as const) {
      const refused = await it.refused(422, 'INVALID', 'PATCH /v1/settings/a', { as: 'ada', body })
      assert.equal(refused.body.errors[0].pointer, pointer)
    }
    await it.refused(400, 'PARAMETER_INVALID', 'PATCH /v1/settings/more-than-ten', { as: 'ada', body: good })
    await it.refused(400, 'PARAMETER_INVALID', 'PATCH /v1/settings/%00', { as: 'ada', body: good })
    await it.refused(400, 'PARAMETER_UNKNOWN', 'PATCH /v1/settings/a?x=1', { as: 'ada', body: good })
    await it.refused(400, 'MALFORMED_BODY', 'PATCH /v1/settings/a', {
      as: 'ada',
      body: '{"__proto__":{"holder":"ada"}}',
    })
  })

  test('its rule tests caller and input, and its validation says what is wrong beyond types', async () => {
    const body = { from: '2030-01-01T00:00:00Z', holder: 'ada' }
    await it.refused(401, 'SIGN_IN_NEEDED', 'PATCH /v1/settings/a', { body })
    await it.refused(403, 'FORBIDDEN', 'PATCH /v1/settings/a', { as: 'eve', body })
    await it.refused(403, 'FORBIDDEN', 'PATCH /v1/settings/a', { as: 'eve', body: { from: body.from } })
    const { body: problem } = await it.refused(422, 'INVALID', 'PATCH /v1/settings/bad', { as: 'ada', body })
    assert.deepEqual(problem.errors, [{ pointer: '/name', detail: 'is bad' }])
    await it.refused(401, 'SIGN_IN_NEEDED', 'POST /v1/plain', { body: { step: 1 } })
    await it.refused(403, 'FORBIDDEN', 'DELETE /v1/sweep?before=2030-01-01', { as: 'ada' })
  })

  test('a body may be left out where nothing in it is needed', async () => {
    lab.run = ({ input }) => input.step
    assert.deepEqual(await it.got('POST /v1/plain', { as: 'ada' }), { result: 'only' })
    assert.deepEqual(await it.got('POST /v1/plain', { as: 'ada', body: {} }), { result: 'only' })
    assert.deepEqual(await it.got('POST /v1/plain', { as: 'ada', body: { step: 'x' } }), { result: 'x' })
    for (const step of [null, 1, 'x'.repeat(21)])
      await it.refused(422, 'INVALID', 'POST /v1/plain', { as: 'ada', body: { step } })
  })

  test('the handler knows its caller, its request and how long it has', async () => {
    lab.run = ({ principal, requestId, deadline, signal, clock }) => [
      principal,
      requestId,
      deadline.remainingMs() > 25_000 && deadline.remainingMs() <= 30_000,
      signal.aborted,
      Math.abs(Date.parse(clock.now()) - Date.now()) < 5_000,
    ]
    const headers = { 'x-request-id': 'mine' }
    assert.deepEqual((await it.got('POST /v1/plain', { as: 'ada:editor,auditor', headers })).result, [
      { id: 'ada', roles: ['editor', 'auditor'] },
      'mine',
      true,
      false,
      true,
    ])
  })

  test('what its output does not allow is a fault, whose details only the log has', async () => {
    for (const wrong of [() => 1, 1n, Symbol('x')]) {
      const { status, body } = await ran(() => wrong)
      assert.deepEqual([status, body.code], [500, 'BUG'])
    }
    await fault(/row of accounts/, 'POST /v1/accounts', { number: it.word(), wrong: true })
    lab.answer = () => ({ at: 'not a time' })
    await fault(/oracle\.answer returned what its output does not allow/, 'POST /v1/plain')
    lab.answer = () => {
      throw new Error('the oracle of pin-of-nobody is broken')
    }
    await fault(/oracle of pin-of-nobody/, 'POST /v1/plain')
  })

  const ran = (run: typeof lab.run) => {
    lab.run = run
    return it.ask('POST /v1/plain', { as: 'ada' })
  }
  const fault = async (words: RegExp, request: string, body: object = {}) => {
    lab.run = ({ call }) => call.oracle.answer({ question: 'why' })
    const { body: problem } = await it.refused(500, 'BUG', request, { as: 'ada', body })
    assert.equal(problem.detail, 'An assumption of the server did not hold.')
    assert.equal(problem.errors, undefined)
    assert.match(it.faults.at(-1)!, words)
  }

  test('arguments and results of a call are copied, and come in their one form', async () => {
    const question = { list: [1] }
    let given: any
    const answer = { answer: { list: [2] }, at: '2030-01-01T00:00:00+01:00' }
    lab.answer = (input) => {
      given = input
      ;(input.question as typeof question).list.push(9)
      return answer
    }
    const { body } = await ran(async ({ call }) => {
      const got = await call.oracle.answer({ question, at: '2030-01-01T00:00:00.5Z' })
      ;(got.answer as { list: number[] }).list.push(3)
      return got
    })
    assert.deepEqual(question, { list: [1] })
    assert.deepEqual(answer.answer, { list: [2] })
    assert.deepEqual(given, { question: { list: [1, 9] }, at: '2030-01-01T00:00:00.500Z' })
    assert.deepEqual(body.result, { answer: { list: [2, 3] }, at: '2029-12-31T23:00:00.000Z' })
    lab.answer = () => ({})
    assert.deepEqual((await ran(({ call }) => call.oracle.answer({ question: null }))).body.code, 'INVALID')
    assert.deepEqual((await ran(({ call }) => call.oracle.answer({ question: 1 }))).body.result, {
      answer: null,
      at: null,
    })
    lab.ponder = async () => {}
    assert.equal((await ran(({ call }) => call.oracle.ponder({}))).body.result, null)
  })

  test('a call ends at its own timeout or at the deadline of its caller', async () => {
    lab.ponder = () => new Promise(() => {})
    const began = performance.now()
    const { status, body, headers } = await ran(({ call }) => call.oracle.ponder({}, { timeout: '50ms' }))
    assert.deepEqual([status, body.code, headers.get('retry-after')], [503, 'DEADLINE_PASSED', '1'])
    assert.ok(performance.now() - began < 5_000)
    assert.match((await ran(({ call }) => call.oracle.ponder({}, { timeout: 'soon' as never }))).body.code, /BUG/)
  })

  test('a call whose key is in use waits for the one that runs, and has its answer and not its effect', async () => {
    const key = { idempotencyKey: it.word() }
    let runs = 0
    const gate = Promise.withResolvers<void>()
    lab.ponder = () => {
      runs++
      return gate.promise
    }
    const both = await Promise.all([
      ran(({ call }) => call.oracle.ponder({}, key)),
      ran(async ({ call }) => {
        const second = call.oracle.ponder({}, key)
        setTimeout(() => gate.resolve(), 20)
        await second
        return 'after it'
      }),
    ])
    assert.deepEqual(
      both.map(({ status }) => status),
      [200, 200],
    )
    assert.equal(runs, 1)
  })

  test('a call that waited for one that failed runs itself, unless its time is over', async () => {
    const failing = { idempotencyKey: it.word() }
    let runs = 0
    lab.ponder = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      if (++runs === 1) throw new Error('the first fails')
    }
    const results = await ran(async ({ call }) => {
      const calls = [call.oracle.ponder({}, failing), call.oracle.ponder({}, failing)]
      return (await Promise.allSettled(calls)).map(({ status }) => status)
    })
    assert.deepEqual([results.body.result, runs], [['rejected', 'fulfilled'], 2])

    const key = { idempotencyKey: it.word() }
    const gate = Promise.withResolvers<void>()
    runs = 0
    lab.ponder = async () => {
      runs++
      await gate.promise
      throw new Error('the first fails')
    }
    const { status, body } = await ran(async ({ call }) => {
      void call.oracle.ponder({}, key).catch(() => {})
      await call.oracle.ponder({}, { ...key, timeout: '30ms' })
    })
    assert.deepEqual([status, body.code], [503, 'DEADLINE_PASSED'])
    // A timer may be a little early.
    await new Promise((resolve) => setTimeout(resolve, 5))
    gate.resolve()
    // The one that waited sees that the first has failed, and that nobody waits for it.
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.equal(runs, 1)
  })

  test('answers to reads of everyone may be kept by everyone; to reads of one caller by that one alone', async () => {
    const { id } = await key(1)
    const cacheControl = async (request: string, as?: string) =>
      (await it.ask(request, as === undefined ? {} : { as })).headers.get('cache-control')
    assert.equal(await cacheControl(`GET /v1/keys/${id}`), 'no-cache')
    assert.equal(await cacheControl('GET /v1/samples'), 'no-cache')
    assert.equal(await cacheControl('GET /v1/vaults', 'ada'), 'private, no-cache')
    lab.run = () => 1
    assert.equal(await cacheControl('POST /v1/plain', 'ada'), 'no-store')
  })
})

test('what a handler logs goes to the telemetry with the request and the operation, without private fields', async () => {
  const lines: unknown[][] = []
  const Account = resource('accounts', {
    holder: t.text(),
    pin: t.text({ private: true, default: 'pin-of-default' }),
  }).access({ read: anyone, create: anyone })
  const bank = contract('bank', { note: { input: { id: t.id() } } })
  const services = [
    service('front', { resources: { Account }, calls: { bank } }).operation('open', {
      http: 'POST /open',
      access: anyone,
      run: async ({ data, log, call }) => {
        const account = await data.accounts.insert({ holder: 'ada' })
        log.info('opened', { account })
        await call.bank.note({ id: account.id })
      },
    }),
    service('back', { implements: { bank } }).implement('bank', { note: ({ log }) => log.warn('noted') }),
  ] as const
  await using it = await api(embedded.memory!, app('bank', { version: 'v1', services }), {
    telemetry: { log: (...line) => void lines.push(line) },
  })
  assert.equal((await it.ask('POST /v1/open', { headers: { 'x-request-id': 'mine' } })).status, 204)
  assert.deepEqual(
    lines.map(([level, message, facts]) => {
      const { operation, requestId } = facts as Record<string, unknown>
      return [level, message, operation, requestId]
    }),
    [
      ['info', 'opened', 'front.open', 'mine'],
      ['warn', 'noted', 'bank.note', 'mine'],
    ],
  )
  assert.equal(JSON.stringify(lines).includes('pin-of'), false)
  assert.match(JSON.stringify(lines), /"holder":"ada","pin":"\[left out\]"/)
})
