import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { runLoad } from './load.ts'
import { isLoadGeneratorPresent } from './machine.ts'
import { scratchFolder } from './paths.ts'
import type { RequestPlan } from './request-plan.ts'

const skip = isLoadGeneratorPresent() ? false : 'wrk is not installed: run `npm run engines:install`'
const settings = { connections: 4, seconds: 1, run: 'test', offset: 2, seed: 1 }

mkdirSync(scratchFolder, { recursive: true })
const file = join(scratchFolder, 'test-ids.txt')
writeFileSync(file, 'zero\none\ntwo\nthree\nfour\n')

const plan: RequestPlan = {
  method: 'POST',
  path: '/things/{id}',
  headers: { 'content-type': 'application/json', 'if-match': '"v1"' },
  body: '{"name":"{unique}"}',
  ids: { file, draw: 'cycle' },
  expects: 201,
}

test('sends what the plan says, each body once, ids in turn from the offset on', { skip }, async () => {
  await using server = await recorder(() => 201)
  const result = await runLoad(plan, { ...settings, port: server.port })
  const { requests } = server
  // Requests that were under way at the end are not counted by the generator.
  assert.ok(result.successes > 100 && result.successes <= requests.length && requests.length - result.successes <= 4)
  assert.equal(new Set(requests.map(({ body }) => body)).size, requests.length)
  assert.match(requests[0]!.body, /^\{"name":"test-\d+"\}$/)
  assert.equal(requests[0]!.ifMatch, '"v1"')
  const paths = new Set(requests.map(({ path }) => path))
  assert.deepEqual([...paths].sort(), ['/things/four', '/things/one', '/things/three', '/things/two', '/things/zero'])
  // Before it sends, the generator asks for one request more than it uses: `two` is tried, `three` is sent.
  assert.equal(requests[0]!.path, '/things/three')
  assert.ok(result.p50Ms > 0 && result.p50Ms <= result.p99Ms)
})

test('a read draws all ids and is written in advance', { skip }, async () => {
  await using server = await recorder(() => 200)
  const read: RequestPlan = { method: 'GET', path: '/things/{id}', ids: { file, draw: 'random' }, expects: 200 }
  await runLoad(read, { ...settings, port: server.port })
  assert.equal(new Set(server.requests.map(({ path }) => path)).size, 5)
})

test('refuses to give figures over answers with another status', { skip }, async () => {
  for (const status of [200, 412, 503]) {
    await using server = await recorder((n) => (n === 50 ? status : 201))
    await assert.rejects(runLoad(plan, { ...settings, port: server.port }), /was not answered 201 each time/)
  }
})

const recorder = async (statusOf: (n: number) => number) => {
  const requests: { path: string; body: string; ifMatch: string | undefined }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      requests.push({ path: request.url!, body, ifMatch: request.headers['if-match'] })
      response.writeHead(statusOf(requests.length)).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
