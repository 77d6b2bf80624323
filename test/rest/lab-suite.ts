import assert from 'node:assert/strict'
import { after, before, suite } from 'node:test'
import type { App } from '../../src/app/app.ts'
import type { Telemetry } from '../../src/core/telemetry.ts'
import type { BootOptions } from '../../src/runtime/boot.ts'
import { type Answer, type Api, type Asked, api, topologies } from './api.ts'
import lab from './lab.ts'

/** The lab, as the tests of one subject use it. */
export interface Lab extends Pick<Api, 'ask' | 'raw'> {
  readonly url: string
  /** Asks and expects a problem, whole and with this status and code. */
  refused(status: number, code: string, request: string, options?: Asked): Promise<Answer>
  /** Asks and expects to be answered; gives the body. */
  got(request: string, options?: Asked): Promise<Answer['body']>
  /** A new row, made by `ada`. */
  made(resource: string, value: object): Promise<Answer['body']>
  /** A word that nobody has used. */
  word(): string
  /** What the server has logged as its own fault. */
  readonly faults: string[]
}

/** The same tests over each topology. */
export function labSuite(
  subject: string,
  define: (it: Lab) => void,
  options: () => Partial<BootOptions> = () => ({}),
  app: App<any, any, any, any> = lab, // `any`: only what the app does is looked at.
) {
  for (const [name, topology] of Object.entries(topologies)) {
    suite(`${subject}, over ${name}`, () => {
      let running: Api
      const faults: string[] = []
      const telemetry: Telemetry = {
        log: (level, message, facts) => {
          if (level === 'error') faults.push(`${message} ${String(facts?.stack)}`)
        },
      }
      before(async () => {
        running = await api(topology, app, { telemetry, ...options() })
      })
      after(() => running[Symbol.asyncDispose]())
      define(labOf(() => running, faults))
    })
  }
}

let words = 0

function labOf(running: () => Api, faults: string[]): Lab {
  const ask: Lab['ask'] = (request, options) => running().ask(request, options)
  const got: Lab['got'] = async (request, options) => {
    const { status, body } = await ask(request, options)
    assert.ok(status >= 200 && status < 300, `${request}: ${status} ${JSON.stringify(body)} ${faults.at(-1) ?? ''}`)
    return body
  }
  return {
    get url() {
      return running().url
    },
    ask,
    raw: (bytes) => running().raw(bytes),
    got,
    made: (resource, value) => got(`POST /v1/${resource}`, { as: 'ada', body: value }),
    async refused(status, code, request, options) {
      const answer = await ask(request, options)
      assert.deepEqual(
        [answer.status, answer.body.code],
        [status, code],
        `${request}: ${JSON.stringify(answer.body)} ${faults.at(-1) ?? ''}`,
      )
      assertProblem(answer)
      return answer
    },
    word: () => `word-${words++}`,
    faults,
  }
}

/** RFC 9457, and what the contract adds to it. */
export function assertProblem({ status, headers, body }: Answer): void {
  assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/)
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.equal(body.status, status)
  for (const word of ['type', 'title', 'detail', 'code', 'hint', 'requestId'])
    assert.equal(typeof body[word], 'string', word)
  for (const issue of body.errors ?? []) {
    assert.equal(typeof issue.detail, 'string')
    assert.equal(typeof (issue.pointer ?? issue.parameter), 'string', JSON.stringify(issue))
  }
  assert.equal(/\bat .*\.ts:\d+|node:internal|pin-of-/.test(JSON.stringify(body)), false, JSON.stringify(body))
}
