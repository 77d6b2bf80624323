import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startServer } from '../running-server.ts'
import { project } from './project.ts'
import { running } from './running.ts'

const slowApp = `
import { setTimeout as sleep } from 'node:timers/promises'
import { anyone, app, resource, service, t } from 'banyan'
const Task = resource('tasks', { title: t.text({ maxLength: 80 }) }).access({ read: anyone })
const tasks = service('tasks', { resources: { Task } })
  .operation('wait', { http: 'POST /wait', output: { waited: t.boolean() }, access: anyone, run: async () => { await sleep(700); return { waited: true } } })
export default app('tasks', { version: 'v1', services: [tasks] })
setInterval(() => {}, 1000)
`

suite('stopping lets requests under way end, and exits with 0', { concurrency: 2 }, () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} while a request is slow`, async () => {
      using it = project({ 'app.ts': slowApp })
      const server = await startServer({ app: it.path, dataFolder: join(it.path, '.banyan') })
      const answer = fetch(`${server.url}/v1/wait`, { method: 'POST' })
      await sleep(200)
      server.child.kill(signal)
      const [exit, response] = await Promise.all([once(server.child, 'exit'), answer])
      assert.deepEqual([response.status, await response.json()], [200, { waited: true }])
      assert.deepEqual(exit, [0, null], server.output())
    })
  }

  test('idle connections do not hold it up', async () => {
    using it = project({ 'app.ts': slowApp })
    const server = await startServer({ app: it.path, dataFolder: join(it.path, '.banyan') })
    const agent = new Agent({ keepAlive: true })
    const [response] = await once(get(`${server.url}/v1/tasks`, { agent }), 'response')
    await once(response.resume(), 'end')
    // A browser opens connections before it has anything to ask.
    const silent = connect(Number(new URL(server.url).port), '127.0.0.1')
    await once(silent, 'connect')
    const closed = once(silent.resume(), 'close')
    const sinceMs = performance.now()
    server.child.kill('SIGTERM')
    assert.deepEqual(await once(server.child, 'exit'), [0, null], server.output())
    assert.ok(performance.now() - sinceMs < 1500, `${Math.round(performance.now() - sinceMs)} ms`)
    await closed
    agent.destroy()
  })

  test('an import that is stopped goes on at the next start', async () => {
    using it = project({
      'app.ts': slowApp,
      'package.json': '{ "type": "module", "banyan": { "seed": "./seed.ts" } }',
      'seed.ts': `
import { setTimeout as sleep } from 'node:timers/promises'
import { seed } from 'banyan'
import tasks from './app.ts'
async function* rows() {
  for (let at = 0; at < 6000; at++) {
    if (at === 5500 && process.env.SLOW) {
      console.error('half')
      await sleep(60_000)
    }
    yield { title: String(at) }
  }
}
export default seed(tasks, { name: 'many', parts: () => [{ resource: 'tasks', total: 6000, rows: rows() }] })`,
    })
    const dataFolder = join(it.path, '.banyan')
    await using first = running(it.path, ['start'], { SLOW: '1', BANYAN_DATA: dataFolder })
    await first.printed(/half/)
    first.child.kill('SIGTERM')
    assert.deepEqual(await first.ended, 0, first.output())
    assert.match(first.output(), /^half\nimported 5,000 of 6,000 tasks.*\n$/)
    const second = await startServer({ app: it.path, dataFolder })
    const count = async (after?: string): Promise<number> => {
      const response = await fetch(`${second.url}/v1/tasks?limit=100${after === undefined ? '' : `&after=${after}`}`)
      const { data, page } = (await response.json()) as { data: unknown[]; page: { next: string | null } }
      return data.length + (page.next === null ? 0 : await count(page.next))
    }
    assert.equal(await count(), 6000)
    assert.equal(second.output().match(/imported/g)?.length, 1, second.output())
    await second[Symbol.asyncDispose]()
  })
})
