import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { project } from '../cli/project.ts'
import { running } from '../cli/running.ts'
import { codeBlocks } from './code-blocks.ts'

const blocks = codeBlocks(new URL('../../docs/guides/existing-parts.md', import.meta.url))

/** The commands of the page, as arguments of ours. */
const commands = blocks
  .filter(({ language }) => language === 'sh')
  .map(({ code }) => /npx banyan (.*)/.exec(code)![1]!.split(' '))

test('the guide to existing parts works as it stands', async () => {
  using it = project({})
  for (const { language, name, code } of blocks) if (language !== 'sh') it.write(name, code)
  const [generate, start] = commands as [string[], string[]]
  const generated = await it.run(generate)
  assert.equal(generated.code, 0, generated.err)

  const asked: IncomingMessage[] = []
  const pricing = createServer((request, response) => {
    asked.push(request)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"amount":"399.80"}')
  }).listen(0, '127.0.0.1')
  await once(pricing, 'listening')
  try {
    const refused = await it.run(start)
    assert.equal(refused.code, 3)
    assert.match(refused.err, /the variable PRICING_URL is not set/)

    const { port } = pricing.address() as AddressInfo
    const env = { PRICING_URL: `http://127.0.0.1:${port}/v2`, PRICING_TOKEN: 'secret' }
    await using server = running(it.path, [...start, '--json'], env)
    const [, url] = await server.printed(/"url":"([^"]+)"/)
    const ask = async (path: string, role: string, body?: object) => {
      const response = await fetch(`${url}${path}`, {
        headers: { authorization: `Bearer dev:ada:${role}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      })
      return [response.status, await response.json()]
    }
    assert.deepEqual(await ask('/legacy/orders/7', 'staff'), [200, { order: '7', askedBy: 'ada' }])
    assert.equal((await ask('/legacy/orders/7', 'guest'))[0], 403)
    assert.deepEqual(await ask('/v1/prices', 'guest', { flight: 'WN12', seats: 2 }), [200, { amount: '399.80' }])
    assert.deepEqual(
      asked.map(({ method, url, headers }) => [method, url, headers.authorization]),
      [['POST', '/v2/quotes', 'Bearer secret']],
    )
  } finally {
    pricing.close()
    pricing.closeAllConnections()
  }
})
