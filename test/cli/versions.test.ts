import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { startServer } from '../running-server.ts'
import { project } from './project.ts'

/** An app with a version that it presents beside the current one. `back`: how a fare becomes a price. */
const versionedApp = (back = '(fare / 100).toFixed(2)') => `
import { anyone, app, resource, service, signedIn, t } from 'banyan'
const Crew = resource('crews', { name: t.text() }).access({ read: anyone }).absentFrom('v1')
const Flight = resource('flights', { number: t.text({ maxLength: 8 }), departsAt: t.timestamp(), price: t.decimal(8, 2, { minimum: '0' }) })
  .index('departsAt')
  .access({ read: anyone, write: signedIn })
  .presents('v1', { renamed: { departure: 'departsAt' } })
  .presents('v1', {
    fields: { fare: t.integer({ minimum: 0, maximum: 99_999_999 }) },
    from: ['price'],
    toOld: ({ price }) => ({ fare: Number(price.replace('.', '')) }),
    fromOld: ({ fare }) => ({ price: ${back} }),
  })
const air = service('air', { resources: { Flight, Crew } })
  .operation('count', { http: 'GET /count', output: { flights: t.integer() }, access: anyone, run: () => ({ flights: 7 }) })
  .presents('v1', 'count', { http: 'GET /number-of-flights', output: { renamed: { number: 'flights' } } })
export default app('air', {
  version: 'v2',
  versions: { v1: { deprecatedAt: '2026-06-01', sunsetAt: '2027-06-01' }, v0: { gone: true } },
  services: [air],
})
`

suite('the command line knows the versions of an app', { concurrency: true }, () => {
  test('routes lists those of each version that is answered, and tells of the ends', async () => {
    using it = project({ 'app.ts': versionedApp() })
    const { out } = await it.run(['routes'])
    for (const line of [
      /GET\s+\/v2\/count\s+air\.count/,
      /GET\s+\/v1\/number-of-flights\s+air\.count/,
      /GET\s+\/v2\/crews\s/,
      /PATCH\s+\/v1\/flights\/\{id\}/,
    ])
      assert.match(out, line)
    assert.doesNotMatch(out, /\/v1\/crews|\/v0\//)
    assert.match(
      out,
      /v1 is an older version, deprecated from 2026-06-01 on; it may stop answering from 2027-06-01 on\. The current one is v2\./,
    )
    assert.match(out, /v0 is gone\. The current one is v2\./)
    const routes = JSON.parse((await it.run(['routes', '--json'])).out)
    const of = (path: string) =>
      routes.find((route: { path: string; method: string }) => route.path === path && route.method === 'GET')
    assert.deepEqual([of('/v1/flights').version, of('/v1/flights').deprecatedAt], ['v1', '2026-06-01'])
    assert.deepEqual([of('/v2/flights').version, of('/v2/flights').deprecatedAt], ['v2', null])
  })

  test('explain shows a request of an older version as it runs now', async () => {
    using it = project({ 'app.ts': versionedApp() })
    const { code, out } = await it.run([
      'explain',
      'GET /v1/flights?departure[gte]=2030-01-01T00:00:00.000Z&sort=-departure',
    ])
    assert.equal(code, 0, out)
    assert.match(out, /version\s+v1 is an older version, deprecated from 2026-06-01 on/)
    assert.match(out, /rows\s+departure is departsAt; fare is made of price/)
    assert.match(out, /list flights along \(departsAt, id\), backwards/)
    const operation = await it.run(['explain', 'GET /v1/number-of-flights'])
    assert.match(operation.out, /gives\s+number is flights/)
    const refused = await it.run(['explain', 'GET /v1/flights?fare=7'])
    assert.equal(refused.code, 1)
    assert.match(refused.out, /fare is made of price, and no list goes by it/)
    const current = await it.run(['explain', 'GET /v2/flights?sort=departsAt'])
    assert.doesNotMatch(current.out, /older version/)
  })

  test('check tells of versions in its sheet, and refuses a transformation that loses what it is given', async () => {
    using it = project({ 'app.ts': versionedApp() })
    const fine = await it.run(['check'])
    assert.equal(fine.code, 0, fine.out)
    assert.match(fine.out, /versions\s+v1 is an older version/)
    it.write('app.ts', versionedApp('(fare / 1000).toFixed(2)'))
    const wrong = await it.run(['check'])
    assert.equal(wrong.code, 3)
    assert.match(wrong.out, /VERSION_ROUND_TRIP|resources\/flights\/presents\(v1\)\/fields\(fare\)/)
    assert.match(wrong.out, /toOld of \{"price":"[\d.]+"\} gives \{"fare":\d+\}/)
    const start = await it.run(['start'])
    assert.equal(start.code, 3, 'what check refuses does not start')
  })

  test('a client of an older version is written, and speaks it', async () => {
    using it = project({ 'app.ts': versionedApp() })
    const unknown = await it.run(['client', '--out', 'web/air.ts', '--api', 'v0'])
    assert.equal(unknown.code, 2)
    assert.match(unknown.err, /the API has no version "v0"; it has v2, v1/)
    assert.equal((await it.run(['client', '--out', 'web/air.ts', '--api', 'v1'])).code, 0)
    const text = readFileSync(join(it.path, 'web/air.ts'), 'utf8')
    assert.match(text, /readonly fare: number/)
    assert.doesNotMatch(text, /readonly price|crews|\/v2\//)
    assert.equal((await it.run(['client', '--out', 'web/air.ts', '--api', 'v1', '--check'])).code, 0)
    await using server = await startServer({ app: it.path, dataFolder: join(it.path, '.banyan') })
    const { client } = await import(pathToFileURL(join(it.path, 'web/air.ts')).href)
    const api = client(server.url, { token: 'dev:ada' })
    const { id, fare } = await api.flights.create({ number: 'B1', departure: '2030-01-01T00:00:00.000Z', fare: 1990 })
    assert.equal(fare, 1990)
    const { data } = await api.flights.list({
      where: { departure: { gte: '2029-01-01T00:00:00.000Z' } },
      fields: ['id'],
    })
    assert.deepEqual(data, [{ id }])
    assert.deepEqual(await api.air.count(), { number: 7 })

    // The client that is inferred goes by the document of the version that it is told.
    const inferred = (await import('../../src/client/client.ts')).client as (url: string, options: object) => any // `any`: its app has no type here.
    assert.equal((await inferred(server.url, { version: 'v1' }).flights.get(id)).fare, 1990)
    assert.equal((await inferred(server.url, { version: 'v2' }).flights.get(id)).price, '19.90')
    assert.equal((await inferred(server.url, {}).flights.get(id)).price, '19.90')
  })
})
