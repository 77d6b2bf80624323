import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { startServer } from '../running-server.ts'
import { project, smallApp } from './project.ts'

test('a client is written, speaks with the server, and is told when the app has moved on', async () => {
  using it = project({ 'app.ts': smallApp })
  const write = () => it.run(['client', '--out', 'web/tasks.ts'])
  const check = () => it.run(['client', '--out', 'web/tasks.ts', '--check'])
  const text = () => readFileSync(join(it.path, 'web/tasks.ts'), 'utf8')

  const missing = await check()
  assert.equal(missing.code, 1)
  assert.match(missing.err, /web\/tasks\.ts is not there; write it with banyan client --out web\/tasks\.ts/)

  assert.match((await write()).out, /web\/tasks\.ts is written/)
  assert.match((await write()).out, /is up to date already/)
  assert.equal((await check()).code, 0)

  {
    await using server = await startServer({ app: it.path, dataFolder: join(it.path, '.banyan') })
    const { client, bookmarkOf, ClientError } = await import(pathToFileURL(join(it.path, 'web/tasks.ts')).href)
    const api = client(server.url, { token: 'dev:ada' })
    const { id } = await api.tasks.create({ title: 'write' })
    await api.tasks.update(id, { title: 'read' }, { version: 1 })
    assert.deepEqual((await api.tasks.list({ where: { title: 'read' }, fields: ['id'] })).data, [{ id }])
    assert.match(bookmarkOf(api), /^[\w-]+$/)
    await assert.rejects(
      api.tasks.update(id, { title: 'again' }, { version: 1 }),
      (error: Error & { readonly code?: string }) =>
        error instanceof ClientError && error.code === 'PRECONDITION_FAILED',
    )
    await assert.rejects(api.tasks.create({ title: 7 }), { status: 422, code: 'INVALID' })
  }

  const before = text()
  it.write(
    'app.ts',
    smallApp.replace('title: t.text({ maxLength: 80 })', 'title: t.text({ maxLength: 80 }), done: t.boolean()'),
  )
  const stale = await check()
  assert.equal(stale.code, 1)
  assert.match(stale.err, /is not up to date/)
  assert.equal(text(), before)
  assert.equal((await write()).code, 0)
  assert.match(text(), /readonly done: boolean/)
})
