import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { test } from 'node:test'
import { api, topologies } from './api.ts'

test('closing lets requests under way end, and waits for no idle connection', async () => {
  const it = await api(topologies.memory!)
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
