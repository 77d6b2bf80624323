import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, beforeEach, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { readExternal } from '../../src/app/external/read.ts'
import { bodyBytesMaxUsual } from '../../src/app/mount.ts'
import { Bookmark } from '../../src/core/bookmark.ts'
import type { Context } from '../../src/core/context.ts'
import { deadlineIn } from '../../src/core/deadline.ts'
import { systemRandom } from '../../src/core/random.ts'
import { systemScheduler } from '../../src/core/scheduler.ts'
import type { Telemetry } from '../../src/core/telemetry.ts'
import { externalEndpoints } from '../../src/service/external/endpoints.ts'
import { type OutgoingRequest, requestOf } from '../../src/service/external/request.ts'
import { type IncomingAnswer, sender } from '../../src/service/external/send.ts'
import { retry } from '../../src/service/layers/retry.ts'
import { type ExternalTopology, externalSettings } from '../../src/topology/external.ts'
import { type Answer, type Api, api, topologies } from '../rest/api.ts'
import { pricingProcess } from './pricing-process.ts'
import shop, { shopLab } from './shop.ts'

const document: unknown = JSON.parse(readFileSync(new URL('./pricing.json', import.meta.url), 'utf8'))

const lines: { readonly message: string; readonly facts: Readonly<Record<string, unknown>> }[] = []
const telemetry: Telemetry = { log: (_level, message, facts = {}) => void lines.push({ message, facts }) }

const pricing = await pricingProcess()
after(() => pricing[Symbol.asyncDispose]())
beforeEach(() => pricing.answers({ kind: 'well' }))

/** The shop, which finds the pricing service through its topology. */
function shopWith(settings: Partial<ExternalTopology> = {}): Promise<Api> {
  const externals = { pricing: { url: { env: 'PRICING_URL' }, token: { env: 'PRICING_TOKEN' }, ...settings } }
  const variables = { PRICING_URL: `${pricing.url}/v2/`, PRICING_TOKEN: 'secret-token' }
  return api({ ...topologies.memory!, externals }, shop, { telemetry, variables })
}

type Run = typeof shopLab.run
const usual = await shopWith()
after(() => usual[Symbol.asyncDispose]())

/** What the shop answers to a request whose handler does this. */
function bought(run: Run, on: Api = usual, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  shopLab.run = run
  return on.ask('POST /v1/buy', { as: 'ada', headers })
}

/** What a call is made with that no request stands behind. */
function ownContext(): Context {
  return {
    requestId: 'r',
    signal: new AbortController().signal,
    deadline: deadlineIn(10_000, systemScheduler),
    bookmark: new Bookmark(),
  }
}

const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

suite('a call', () => {
  test('goes where the document says, with what travels between processes', async () => {
    const { body } = await bought(({ call }) => call.prices.quote({ flight: 'f1', seats: 2 }), usual, {
      traceparent: trace,
      'x-request-id': 'r-1',
    })
    assert.equal(body.result.amount, '199.90')
    const [request] = await pricing.seen()
    assert.deepEqual([request!.method, request!.url], ['POST', '/v2/quotes'])
    assert.deepEqual(request!.body, { flight: 'f1', seats: 2 })
    const { headers } = request!
    assert.equal(headers['content-type'], 'application/json')
    assert.equal(headers['x-request-id'], 'r-1')
    assert.equal(headers.traceparent, trace)
    assert.equal(headers.authorization, 'Bearer secret-token')
    assert.match(headers['idempotency-key']!, /^[0-9a-f]{32}$/)
    const leftMs = Number(headers['banyan-deadline'])
    assert.ok(leftMs > 0 && leftMs <= 10_000, `${leftMs} ms`)
  })

  test('puts its input into path, query, headers and body', async () => {
    await bought(async ({ call: { prices } }) => {
      await prices.listQuotes({ flight: 'a&b', states: ['open', 'taken'], ids: ['1', '2'], 'X-Currency': 'USD' })
      await prices.getQuote({ id: 'a/b c' })
      await prices.setTags({ body: ['x'] })
      await prices.listTags()
      return prices.dropQuote({ id: 'q1' })
    })
    const seen = await pricing.seen()
    assert.deepEqual(
      seen.map(({ method, url }) => `${method} ${url}`),
      [
        'GET /v2/quotes?flight=a%26b&states=open&states=taken&ids=1%2C2',
        'GET /v2/quotes/a%2Fb%20c',
        'PUT /v2/tags',
        'GET /v2/tags',
        'DELETE /v2/quotes/q1',
      ],
    )
    assert.equal(seen[0]!.headers['x-currency'], 'USD')
    assert.deepEqual(seen[2]!.body, ['x'])
    assert.equal(seen[4]!.headers['content-type'], undefined)
  })

  test('sends the key that it is given, and no trace that is none', async () => {
    await bought(({ call }) => call.prices.quote({ flight: 'f1' }, { idempotencyKey: 'mine' }), usual, {
      traceparent: 'nonsense',
    })
    const [request] = await pricing.seen()
    assert.equal(request!.headers['idempotency-key'], 'mine')
    assert.equal(request!.headers.traceparent, undefined)
  })

  test('that the document does not allow is refused before it is sent', async () => {
    for (const input of [{}, { flight: '' }, { flight: 'f', seats: 0 }, { flight: 'f', colour: 'red' }]) {
      const { status, body } = await bought(({ call }) => call.prices.quote(input as never))
      assert.deepEqual([status, body.code], [422, 'INVALID'], JSON.stringify(input))
    }
    assert.equal((await bought(({ call }) => call.prices.getQuote({ id: '..' }))).status, 422)
    const header = await bought(({ call }) => call.prices.listQuotes({ flight: 'f', 'X-Currency': 'a\nb' }))
    assert.equal(header.status, 422)
    assert.deepEqual(await pricing.seen(), [])
  })

  test('whose answer no validator understands is refused before it is sent', async () => {
    const broken = JSON.stringify(document).replace('"times":{"type":"integer"}', '"times":{"type":"number of times"}')
    const manifest = readExternal('pricing', JSON.parse(broken))
    const settings = externalSettings({ url: `${pricing.url}/v2` }, {})!
    const calls = externalEndpoints(manifest, settings, {
      scheduler: systemScheduler,
      random: systemRandom(),
      telemetry,
    })
    await assert.rejects(calls.get('reserve')!({ quote: 'unsent' }, ownContext()), {
      code: 'BUG',
      message: /^pricing\.reserve: its schema cannot be used/,
    })
    assert.deepEqual(await pricing.seen(), [])
  })

  test('is refused inside a transaction', async () => {
    const { status } = await bought(({ call, data }) =>
      data.transaction(async () => void (await call.prices.getQuote({ id: 'q1' }))),
    )
    assert.equal(status, 500)
    assert.ok(lines.some(({ message }) => message.startsWith('pricing.getQuote was called inside a transaction')))
    assert.deepEqual(await pricing.seen(), [])
  })

  test('stands beside those of contracts, under the names that the service gives', async () => {
    const { body } = await bought(({ call }) => call.mail.send({ to: 'ada' }))
    assert.deepEqual(body.result, { sent: true })
  })
})

suite('an answer', () => {
  const garbage = [
    { what: 'a page', mode: { kind: 'text' }, says: /text\/html, not JSON/ },
    { what: 'half of some JSON', mode: { kind: 'cut' }, says: /not JSON/ },
    {
      what: 'what the document does not allow',
      mode: { kind: 'wrong', body: { id: 'q', amount: 7 } },
      says: /\/amount/,
    },
    { what: 'a status that is not documented', mode: { kind: 'status', status: 207, body: {} }, says: /207/ },
    { what: 'nothing', mode: { kind: 'empty' }, says: /with nothing/ },
    { what: 'more than is taken', mode: { kind: 'huge' }, says: new RegExp(`more than ${bodyBytesMaxUsual} bytes`) },
    { what: 'more than is taken, packed', mode: { kind: 'zipped' }, says: /more than/ },
    { what: 'a redirect', mode: { kind: 'redirect' }, says: /redirect \(307\)/ },
  ] as const
  for (const { what, mode, says } of garbage) {
    test(`that is ${what} is an error, and is not asked for again`, async () => {
      await using own = await shopWith()
      await pricing.answers(mode)
      const { status, body, headers } = await bought(({ call }) => call.prices.getQuote({ id: 'q1' }), own)
      assert.deepEqual([status, body.code], [502, 'EXTERNAL_ANSWER'])
      assert.match(body.detail, says)
      assert.equal(headers.has('retry-after'), false)
      assert.ok(lines.some(({ message }) => message === body.detail))
      assert.equal((await pricing.seen()).length, 1)
    })
  }

  const refusals = [
    { status: 409, body: { code: 'SOLD_OUT', detail: 'nothing is left' }, told: [409, 'SOLD_OUT'] },
    { status: 404, body: { title: 'No such quote' }, told: [404, 'EXTERNAL_REFUSED'] },
    { status: 410, body: undefined, told: [404, 'EXTERNAL_REFUSED'] },
    { status: 412, body: { code: 7 }, told: [409, 'EXTERNAL_REFUSED'] },
    { status: 400, body: 'plain', told: [422, 'EXTERNAL_REFUSED'] },
    { status: 422, body: { code: 'no code of ours' }, told: [422, 'EXTERNAL_REFUSED'] },
    { status: 401, body: { detail: 'the token has expired' }, told: [500, 'BUG'] },
    { status: 415, body: undefined, told: [500, 'BUG'] },
    { status: 500, body: { detail: 'stack trace' }, told: [503, 'EXTERNAL_FAILED'] },
  ] as const
  for (const { status, body, told } of refusals) {
    test(`${status} ${JSON.stringify(body)} is told as ${told.join(' ')}`, async () => {
      await pricing.answers({ kind: 'status', status, body })
      const answer = await bought(({ call }) => call.prices.getQuote({ id: 'q1' }))
      assert.deepEqual([answer.status, answer.body.code], told)
      assert.equal((await pricing.seen()).length, 1)
      if (told[0] === 500) {
        assert.doesNotMatch(JSON.stringify(answer.body), /token|expired/)
        assert.ok(lines.some(({ message }) => message.includes(`was refused with ${status}`)))
      }
    })
  }

  test('that is not understood has its place in the OpenAPI document of the caller', async () => {
    const { body } = await usual.ask('GET /openapi.json')
    assert.equal(body.paths['/v1/buy'].post.responses['502'].$ref, '#/components/responses/NotUnderstood')
  })

  test('that repeats our token is told and logged without it', async () => {
    for (const status of [401, 422, 500]) {
      await pricing.answers({ kind: 'status', status, body: { detail: 'not with Bearer secret-token' } })
      const answer = await bought(({ call }) => call.prices.getQuote({ id: 'q1' }))
      assert.doesNotMatch(JSON.stringify(answer.body), /secret-token/)
    }
    assert.ok(lines.some(({ message }) => message.includes('was refused with 401: not with Bearer …')))
    assert.doesNotMatch(inspect(lines, { depth: 9 }), /secret-token/)
  })

  test('429 is told as 503, to be asked for when the other side says', async () => {
    await pricing.answers({ kind: 'status', status: 429, headers: { 'retry-after': '60' } })
    const { status, body, headers } = await bought(({ call }) => call.prices.getQuote({ id: 'q1' }))
    assert.deepEqual([status, body.code, headers.get('retry-after')], [503, 'EXTERNAL_UNAVAILABLE', '60'])
  })
})

suite('another try', () => {
  test('is made of a read, of a write that may be repeated, and of one with a key, which stays the same', async () => {
    for (const run of [
      ({ call }) => call.prices.getQuote({ id: 'q1' }),
      ({ call }) => call.prices.replaceQuote({ id: 'q1', flight: 'f1' }),
      ({ call }) => call.prices.quote({ flight: 'f1' }),
    ] as Run[]) {
      for (const mode of [{ kind: 'reset' }, { kind: 'half' }, { kind: 'status', status: 503 }] as const) {
        await pricing.answers({ ...mode, times: 2 })
        assert.equal((await bought(run)).status, 200)
        const seen = await pricing.seen()
        assert.equal(seen.length, 3)
        assert.equal(new Set(seen.map(({ headers }) => headers['idempotency-key'])).size, 1)
      }
    }
  })

  test('is never made of a write without a key that may have been done', async () => {
    for (const mode of [{ kind: 'reset' }, { kind: 'half' }, { kind: 'status', status: 504 }] as const) {
      await pricing.answers({ ...mode, times: 1 })
      const answer = await bought(({ call }) => call.prices.reserve({ quote: JSON.stringify(mode) }))
      assert.deepEqual([answer.status, answer.body.code], [503, 'EXTERNAL_UNKNOWN'])
      assert.equal((await pricing.seen()).length, 1)
    }
  })

  test('would do twice what was done before its answer was lost', async () => {
    await pricing.answers({ kind: 'lost', times: 1 })
    const answer = await bought(({ call }) => call.prices.reserve({ quote: 'once' }))
    assert.equal(answer.body.code, 'EXTERNAL_UNKNOWN')
    const effects = async (quote: string) =>
      (await bought(({ call }) => call.prices.reserve({ quote }))).body.result.times - 1
    assert.equal(await effects('once'), 1)

    // The same under a rule that tries everything again.
    const { calls } = readExternal('pricing', document)
    const careless = retry<OutgoingRequest, IncomingAnswer>(
      { retriesMax: 1, mayTryAgain: () => true, retryAfterMs: () => 0, random: () => 0 },
      systemScheduler,
    )
    const send = careless.wrap(sender({ token: undefined, timeoutMs: 5_000, bytesMax: 1_000 }, systemScheduler))
    await pricing.answers({ kind: 'lost', times: 1 })
    const request = requestOf('pricing.reserve', calls.reserve!, { quote: 'twice' }, `${pricing.url}/v2`, undefined)
    assert.equal((await send(request, ownContext())).status, 200)
    assert.equal(await effects('twice'), 2)
  })

  test('comes to an end', async () => {
    await using own = await shopWith({ retries: 1 })
    await pricing.answers({ kind: 'reset' })
    const answer = await bought(({ call }) => call.prices.getQuote({ id: 'q1' }), own)
    assert.deepEqual([answer.status, answer.body.code], [503, 'EXTERNAL_UNAVAILABLE'])
    assert.equal((await pricing.seen()).length, 2)
  })

  test('is made where one took too long, within the deadline', async () => {
    await using own = await shopWith({ timeout: '300ms' })
    await pricing.answers({ kind: 'slow', delayMs: 3_000, times: 1 })
    assert.equal((await bought(({ call }) => call.prices.getQuote({ id: 'q1' }), own)).status, 200)
    assert.equal((await pricing.seen()).length, 2)
  })
})

suite('a service that is away', () => {
  test('was not asked, so that any call is tried again, and is answered when it is back', async () => {
    await using own = await shopWith({ retries: 10, breaker: { failures: 100 } })
    await pricing.kill()
    const answer = bought(({ call }) => call.prices.reserve({ quote: 'back' }), own)
    await sleep(100)
    await pricing.restart()
    assert.deepEqual((await answer).body.result, { times: 1 })
  })

  test('is told as not available, and nothing was done', async () => {
    await using own = await shopWith({ retries: 0 })
    await pricing.kill()
    try {
      const { status, body } = await bought(({ call }) => call.prices.reserve({ quote: 'x' }), own)
      assert.deepEqual([status, body.code], [503, 'EXTERNAL_UNAVAILABLE'])
      assert.match(body.detail, /cannot be reached \(ECONNREFUSED\)/)
    } finally {
      await pricing.restart()
    }
  })

  test('when it dies under a write, nobody knows; under a read, it is asked again', async () => {
    await using own = await shopWith({ retries: 10, breaker: { failures: 100 } })
    const dying = async (run: Run) => {
      await pricing.answers({ kind: 'slow', delayMs: 60_000, times: 1 })
      const answer = bought(run, own)
      for (let waits = 0; (await pricing.seen()).length === 0; waits++) {
        assert.ok(waits < 1_000, 'nothing was sent')
        await sleep(5)
      }
      await pricing.kill()
      await pricing.restart()
      return answer
    }
    const write = await dying(({ call }) => call.prices.reserve({ quote: 'dying' }))
    assert.deepEqual([write.status, write.body.code], [503, 'EXTERNAL_UNKNOWN'])
    assert.equal((await dying(({ call }) => call.prices.getQuote({ id: 'q1' }))).status, 200)
  })
})

test('the deadline of the caller ends a call, and is told to the other side', async () => {
  await pricing.answers({ kind: 'slow', delayMs: 5_000 })
  const { status, body } = await bought(({ call }) => call.prices.getQuote({ id: 'q1' }, { timeout: '150ms' }))
  assert.deepEqual([status, body.code], [503, 'DEADLINE_PASSED'])
  const [request] = await pricing.seen()
  assert.ok(Number(request!.headers['banyan-deadline']) <= 150)
})

suite('a service that fails again and again', () => {
  const failing: Run = ({ call }) => call.prices.getQuote({ id: 'q1' })

  test('is left alone, then tried by one request, and used again when that succeeds', async () => {
    await using own = await shopWith({ retries: 0, breaker: { failures: 3, openFor: '400ms' } })
    await pricing.answers({ kind: 'status', status: 500 })
    for (let count = 0; count < 3; count++) assert.equal((await bought(failing, own)).body.code, 'EXTERNAL_FAILED')
    const refused = await bought(failing, own)
    assert.deepEqual([refused.status, refused.body.code], [503, 'EXTERNAL_OPEN'])
    assert.equal(refused.headers.get('retry-after'), '1')
    assert.equal((await pricing.seen()).length, 3)

    await sleep(450)
    assert.equal((await bought(failing, own)).body.code, 'EXTERNAL_FAILED')
    assert.equal((await bought(failing, own)).body.code, 'EXTERNAL_OPEN')
    assert.equal((await pricing.seen()).length, 4)

    await pricing.answers({ kind: 'well' })
    await sleep(450)
    assert.equal((await bought(failing, own)).status, 200)
    assert.equal((await bought(failing, own)).status, 200)
    assert.ok(lines.some(({ message }) => message === 'pricing is well again'))
  })

  test('because it is dead is left alone at once, and used again when it is back', async () => {
    await using own = await shopWith({ retries: 0, breaker: { failures: 2, openFor: '1s' } })
    const told = async () => {
      const { status, body } = await bought(failing, own)
      return status === 200 ? 'well' : body.code
    }
    assert.equal(await told(), 'well')
    await pricing.kill()
    try {
      assert.deepEqual([await told(), await told()], ['EXTERNAL_UNAVAILABLE', 'EXTERNAL_UNAVAILABLE'])
      assert.equal(await told(), 'EXTERNAL_OPEN')
    } finally {
      await pricing.restart()
    }
    for (let tries = 0, now = await told(); now !== 'well'; tries++, now = await told()) {
      assert.equal(now, 'EXTERNAL_OPEN')
      assert.ok(tries < 500, 'it was never tried again')
      await sleep(20)
    }
    assert.equal(await told(), 'well')
    assert.equal((await pricing.seen()).length, 2)
  })

  test('would be asked every time without its circuit', async () => {
    await using own = await shopWith({ retries: 0, breaker: { failures: 1_000 } })
    await pricing.answers({ kind: 'status', status: 500 })
    for (let count = 0; count < 6; count++) assert.equal((await bought(failing, own)).body.code, 'EXTERNAL_FAILED')
    assert.equal((await pricing.seen()).length, 6)
  })

  test('is not one that refuses what is asked', async () => {
    await using own = await shopWith({ retries: 0, breaker: { failures: 2 } })
    await pricing.answers({ kind: 'status', status: 404 })
    for (let count = 0; count < 4; count++) assert.equal((await bought(failing, own)).body.code, 'EXTERNAL_REFUSED')
  })
})
