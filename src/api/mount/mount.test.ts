import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { after, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify, { type FastifyInstance } from 'fastify'
import { api as started, topologies } from '../../../test/rest/api.ts'
import { anyone, role, signedIn } from '../../app/access.ts'
import { app } from '../../app/app.ts'
import { t } from '../../app/field.ts'
import { refuse } from '../../app/refuse.ts'
import { resource } from '../../app/resource.ts'
import { service } from '../../app/service.ts'
import type { Telemetry } from '../../core/telemetry.ts'
import { mountedRoutes } from './routes.ts'
import './request.ts'

/** As people have them: with hooks, decorators, schemas, parsers, plugins in plugins and errors of their own. */
async function legacy(instance: FastifyInstance): Promise<void> {
  instance.decorate('greeting', 'hello')
  instance.addHook('onSend', async (_request, reply) => {
    reply.header('x-legacy', 'yes')
  })
  instance.get('/', async () => ({ root: true }))
  instance.get('/who', async (request) => ({ principal: request.principal ?? null, id: request.id }))
  instance.get('/users/:id(^\\d+$)', async (request) => ({ id: (request.params as { id: string }).id }))
  instance.get('/files/*', async (request) => ({ file: (request.params as { '*': string })['*'] }))
  const schema = {
    body: { type: 'object', properties: { count: { type: 'integer', minimum: 1 } }, required: ['count'] },
    response: { 200: { type: 'object', properties: { doubled: { type: 'integer' } } } },
  }
  instance.post('/double', { schema }, async (request) => ({
    doubled: (request.body as { count: number }).count * 2,
    hidden: 'not in the schema',
  }))
  instance.post('/text', async (request) => ({ length: (request.body as string).length }))
  instance.post('/small', { bodyLimit: 10 }, async () => ({}))
  instance.post('/large', { bodyLimit: 50_000_000 }, async (request) => ({ bytes: (request.body as string).length }))
  instance.get('/teapot', async () => {
    throw Object.assign(new Error('I am a teapot'), { statusCode: 418 })
  })
  instance.get('/refused', async () => {
    throw refuse(409, { code: 'SOLD_OUT', detail: 'nothing is left' })
  })
  instance.get('/broken', async () => {
    throw new Error('secret words')
  })
  instance.get('/slow', async (request) => {
    await sleep(5_000, undefined, { signal: request.signal }).catch(() => {
      aborted = true
    })
    return {}
  })
  instance.get('/patient', async () => {
    await sleep(300)
    return { patient: true }
  })
  instance.get('/log', async (request) => {
    request.log.info({ flight: 7 }, 'asked')
    instance.log.warn('by the application')
    return {}
  })
  await instance.register(
    async (inner) => {
      inner.setErrorHandler((error, _request, reply) => reply.code(500).send({ own: (error as Error).message }))
      inner.get('/broken', async () => {
        throw new Error('inner')
      })
    },
    { prefix: '/inner' },
  )
}

let aborted = false
const lines: { readonly message: string; readonly facts: Readonly<Record<string, unknown>> }[] = []
const telemetry: Telemetry = { log: (_level, message, facts = {}) => void lines.push({ message, facts }) }

const Task = resource('tasks', { title: t.text() }).access({ read: anyone, write: anyone })
const shop = app('shop', {
  version: 'v1',
  services: [
    service('tasks', { resources: { Task } }),
    service('legacy')
      .mount('/legacy', { access: anyone, fastify: legacy })
      .mount('/staff/tools', { access: role('operator'), fastify: legacy, bodyBytesMax: 2_000_000 }),
    service('old').mount('/old', {
      access: signedIn,
      // As plugins were before promises.
      fastify: (instance: FastifyInstance, _options: object, done: () => void) => {
        instance.setNotFoundHandler((_request, reply) => reply.code(404).send({ own: 'nothing' }))
        instance.get('/ok', async () => 'ok')
        done()
      },
    }),
  ],
})
const topology = { ...topologies.memory!, api: { cors: { origins: ['https://shop.example'] } } }
const api = await started(topology, shop, { telemetry })
after(() => api[Symbol.asyncDispose]())

suite('a mounted application', () => {
  test('answers below its prefix as it would alone, with its own hooks, schemas and parsers', async () => {
    const root = await api.ask('GET /legacy')
    assert.deepEqual([root.status, root.body, root.headers.get('x-legacy')], [200, { root: true }, 'yes'])
    assert.deepEqual((await api.ask('GET /legacy/users/12')).body, { id: '12' })
    assert.deepEqual((await api.ask('GET /legacy/files/a/b.txt')).body, { file: 'a/b.txt' })
    assert.deepEqual((await api.ask('POST /legacy/double', { body: { count: 4 } })).body, { doubled: 8 })
    const text = { body: 'four', headers: { 'content-type': 'text/plain' } }
    assert.deepEqual((await api.ask('POST /legacy/text', text)).body, { length: 4 })
    assert.deepEqual((await api.ask('GET /legacy/inner/broken')).body, { own: 'inner' })
    assert.equal((await api.ask('GET /old/ok', { as: 'ada' })).body, 'ok')
    assert.deepEqual((await api.ask('GET /old/nothing', { as: 'ada' })).body, { own: 'nothing' })
  })

  test('leaves the routes of the API as they are', async () => {
    const made = await api.ask('POST /v1/tasks', { body: { title: 'x' } })
    assert.equal(made.status, 201)
    assert.equal(made.headers.get('x-legacy'), null)
    const text = { body: '{}', headers: { 'content-type': 'text/plain' } }
    assert.equal((await api.ask('POST /v1/tasks', text)).body.code, 'MEDIA_TYPE_UNSUPPORTED')
  })

  test('knows who is calling, under the id of the request', async () => {
    const known = await api.ask('GET /legacy/who', { as: 'ada:editor', headers: { 'x-request-id': 'r-1' } })
    assert.deepEqual(known.body, { principal: { id: 'ada', roles: ['editor'] }, id: 'r-1' })
    assert.equal((await api.ask('GET /legacy/who')).body.principal, null)
    // Where anyone may come in, it may have logins of its own.
    const basic = { headers: { authorization: 'Basic YWRhOmFkYQ==' } }
    assert.deepEqual((await api.ask('GET /legacy/who', basic)).body.principal, null)
  })

  test('is closed to all whom its rule does not let in', async () => {
    assert.equal((await api.ask('GET /staff/tools/who')).body.code, 'SIGN_IN_NEEDED')
    assert.equal((await api.ask('GET /staff/tools/who', { as: 'ada' })).body.code, 'FORBIDDEN')
    assert.equal((await api.ask('GET /staff/tools/who', { as: 'olga:operator' })).status, 200)
    const basic = { headers: { authorization: 'Basic YWRhOmFkYQ==' } }
    assert.equal((await api.ask('GET /staff/tools/who', basic)).body.code, 'CREDENTIALS_INVALID')
    assert.equal((await api.ask('GET /old/nothing')).status, 401)
    assert.equal((await api.ask('GET /old/ok')).status, 401)
  })

  test('refuses in problems where it has no words of its own', async () => {
    const teapot = await api.ask('GET /legacy/teapot')
    assert.equal(teapot.status, 418)
    assert.equal(teapot.headers.get('content-type'), 'application/problem+json; charset=utf-8')
    assert.equal(teapot.body.code, 'MOUNT_REFUSED')
    assert.equal(teapot.body.detail, 'I am a teapot')
    assert.equal((await api.ask('GET /legacy/refused')).body.code, 'SOLD_OUT')

    const invalid = await api.ask('POST /legacy/double', { body: { count: 0 } })
    assert.equal(invalid.status, 400)
    assert.deepEqual(invalid.body.errors, [{ pointer: '/count', detail: 'must be >= 1' }])

    const broken = await api.ask('GET /legacy/broken')
    assert.deepEqual([broken.status, broken.body.code], [500, 'BUG'])
    assert.doesNotMatch(JSON.stringify(broken.body), /secret/)
    assert.ok(lines.some(({ message, facts }) => message === 'secret words' && facts.route === '/legacy/broken'))
    const json = { body: '{', headers: { 'content-type': 'application/json' } }
    assert.equal((await api.ask('POST /legacy/double', json)).status, 400)
  })

  test('has no route that it did not declare, and no method', async () => {
    assert.equal((await api.ask('GET /legacy/nothing')).body.code, 'ROUTE_MISSING')
    const wrong = await api.ask('DELETE /legacy/users/12')
    assert.equal(wrong.status, 405)
    assert.equal(wrong.headers.get('allow'), 'GET, HEAD')
    assert.equal((await api.ask('DELETE /legacy/files/a/b')).status, 405)
  })

  test('takes bodies up to its own limit, and no route more than that', async () => {
    const text = (length: number) => ({ body: 'x'.repeat(length), headers: { 'content-type': 'text/plain' } })
    assert.equal((await api.ask('POST /legacy/small', text(11))).body.code, 'BODY_TOO_LARGE')
    assert.equal((await api.ask('POST /legacy/large', text(1_048_577))).status, 413)
    const staff = { as: 'olga:operator' }
    assert.equal((await api.ask('POST /staff/tools/large', { ...text(1_900_000), ...staff })).status, 200)
    assert.equal((await api.ask('POST /staff/tools/large', { ...text(2_000_001), ...staff })).status, 413)
    assert.equal((await api.ask('POST /staff/tools/text', { ...text(1_048_577), ...staff })).status, 413)
  })

  test('is open to the origins that the topology names', async () => {
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'GET' }
    const asked = await api.ask('OPTIONS /legacy/who', { headers })
    assert.equal(asked.headers.get('access-control-allow-origin'), 'https://shop.example')
    const answered = await api.ask('GET /legacy/who', { headers: { origin: 'https://shop.example' } })
    assert.equal(answered.headers.get('access-control-allow-origin'), 'https://shop.example')
  })

  test('logs where the runtime logs, with the id of the request', async () => {
    await api.ask('GET /legacy/log', { headers: { 'x-request-id': 'r-2' } })
    assert.deepEqual(
      lines.filter(({ message }) => message === 'asked').map(({ facts }) => facts),
      [{ requestId: 'r-2', flight: 7 }],
    )
    assert.ok(lines.some(({ message }) => message === 'by the application'))
  })
})

test('what takes too long is answered by the deadline, and told to stop', async () => {
  const { restServer } = await import('../rest/server.ts')
  const { systemScheduler } = await import('../../core/scheduler.ts')
  const { developmentIdentity } = await import('../../identity/development.ts')
  await using server = await restServer({
    operations: [],
    older: [],
    mounts: [{ prefix: '/legacy', access: anyone, fastify: legacy }],
    invoke: () => Promise.reject(new Error('nothing is invoked')),
    identity: developmentIdentity,
    scheduler: systemScheduler,
    telemetry,
    pages: {},
    corsOrigins: [],
    isReady: () => true,
    timeoutMs: 100,
  })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  const response = await fetch(`${url}/legacy/slow`)
  assert.equal(response.status, 503)
  assert.equal(((await response.json()) as { code: string }).code, 'DEADLINE_PASSED')
  assert.ok(aborted)
})

test('requests under way end before the server does', async () => {
  const draining = await started(topologies.memory!, shop)
  const answer = new Promise<string>((resolve, reject) => {
    const request = httpRequest(`${draining.url}/legacy/patient`, (response) => {
      response.setEncoding('utf8').on('data', resolve)
    })
    request.on('error', reject).end()
  })
  await sleep(100)
  await draining[Symbol.asyncDispose]()
  assert.equal(await answer, '{"patient":true}')
})

test('its routes are listed without serving it, and what it opened is closed', async () => {
  const seen: string[] = []
  const routes = await mountedRoutes({
    prefix: '/legacy',
    access: anyone,
    fastify: async (instance: FastifyInstance) => {
      instance.addHook('onReady', async () => void seen.push('ready'))
      instance.addHook('onClose', async () => void seen.push('closed'))
      await legacy(instance)
    },
  })
  assert.deepEqual(
    routes.slice(0, 4).map(({ method, path }) => `${method} ${path}`),
    ['GET /legacy', 'GET /legacy/who', 'GET /legacy/users/{id}', 'GET /legacy/files/*'],
  )
  assert.ok(routes.every(({ method }) => method !== 'HEAD'))
  assert.deepEqual(seen, ['closed'])
})

test('the same plugin is a whole application of its own', async () => {
  const alone = Fastify()
  await alone.register(legacy)
  assert.deepEqual((await alone.inject('/users/12')).json(), { id: '12' })
  await alone.close()
})
