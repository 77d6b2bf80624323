import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, beforeEach, suite, test } from 'node:test'
import { ClientError, client } from '../../src/client/client.ts'
import { document, type library, stub } from './library.ts'
import { clientSuite } from './suite.ts'

const connect = client<typeof library>
await clientSuite({ connect, ClientError })

const server = await stub()
after(() => server.close())
beforeEach(() => server.reset())
const signed = () => connect(server.url, { token: 'dev:ada' })

suite('the server’s document', () => {
  test('is fetched once, with the first calls, and without the caller’s token', async () => {
    const api = signed()
    await Promise.all([api.books.get('b0'), api.books.get('b1'), api.reports.list({ year: 1 })])
    await api.books.get('b2')
    const fetched = server.asked.filter((one) => one.url === '/openapi.json')
    assert.equal(fetched.length, 1)
    assert.equal(fetched[0]?.headers.authorization, undefined)
  })

  test('is fetched again after a failure', async () => {
    server.reset(1)
    const api = signed()
    const calls = await Promise.allSettled([api.books.get('b0'), api.books.get('b1')])
    assert.deepEqual(
      calls.map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    assert.equal((await api.books.get('b0')).id, 'b0')
    assert.equal(server.asked.filter((one) => one.url === '/openapi.json').length, 2)
  })

  test('may be given', async () => {
    await connect(`${server.url}/below/`, { openapi: document }).books.get('b0')
    assert.deepEqual(
      server.asked.map((one) => one.url),
      ['/below/v1/books/b0'],
    )
  })

  test('may lack what the type has', async () => {
    await assert.rejects(signed().authors.get('a1'), { code: 'UNKNOWN_NAME' })
  })

  test('that is something else is told from one', async () => {
    const wrong = connect(server.url, { openapi: { hello: 'world' } })
    await assert.rejects(wrong.books.get('b0'), { code: 'NOT_BANYAN' })
  })
})

test('failures to connect are told from answers', async () => {
  const closed = createServer().listen(0)
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  await new Promise((resolve) => closed.close(resolve))
  const nobody = connect(`http://localhost:${port}`, { openapi: document, sleep: async () => {} })
  await assert.rejects(nobody.books.get('b0'), { status: 0, code: 'NETWORK', message: /ECONNREFUSED/ })
  // There was not even a connection, so nothing can have been done.
  await assert.rejects(nobody.books.delete('b0'), { status: 0, code: 'NETWORK' })
})
