import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { api, embedded, topologies } from './api.ts'
import app, { lab } from './lab.ts'

test('closing lets requests under way end, and waits for no idle connection', async () => {
  const it = await api(embedded.memory!)
  const agent = new Agent({ keepAlive: true })
  const ask = (path: string, method: string) =>
    new Promise<number>((resolve, reject) => {
      const asked = request(
        `${it.url}${path}`,
        { agent, method, headers: { authorization: 'Bearer dev:ada' } },
        (answer) => {
          answer.resume()
          answer.once('end', () => resolve(answer.statusCode!))
        },
      )
      asked.once('error', reject)
      asked.end()
    })
  await ask('/v1/countries', 'GET')
  const slow = ask('/v1/slow', 'POST')
  await new Promise((resolve) => setTimeout(resolve, 50))
  const closed = it[Symbol.asyncDispose]()
  assert.equal(await slow, 200)
  const patience = new Promise((_, reject) => setTimeout(() => reject(new Error('still not closed')), 5000).unref())
  await Promise.race([closed, patience])
  agent.destroy()
})

for (const [name, topology] of Object.entries(topologies)) {
  test(`what was asked before the end is answered, also on a connection that stays open, over ${name}`, async () => {
    const it = await api(topology, app)
    const [begun, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    lab.run = async ({ data }) => {
      begun.resolve()
      await go.promise
      return (await data.accounts.insert({ number: 'last' })).number
    }
    const socket = connect(Number(new URL(it.url).port), '127.0.0.1')
    let text = ''
    socket.setEncoding('utf8').on('data', (part) => {
      text += part
    })
    const ask = (request: string) =>
      socket.write(`${request} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer dev:ada\r\ncontent-length: 0\r\n\r\n`)
    ask('POST /v1/plain')
    await begun.promise
    const ended = it[Symbol.asyncDispose]()
    await new Promise((resolve) => setTimeout(resolve, 20))
    ask('GET /v1/accounts?number=last')
    await new Promise((resolve) => setTimeout(resolve, 20))
    go.resolve()
    await once(socket, 'close')
    await ended
    const answers = text.split(/(?=HTTP\/1\.1 )/)
    assert.match(answers[0]!, /^HTTP\/1\.1 200 .*\{"result":"last"\}$/s)
    assert.match(answers[1]!, /^HTTP\/1\.1 200 /)
    assert.match(answers[1]!, /^connection: close/im)
    await assert.rejects(fetch(`${it.url}/healthz`))
  })
}
