import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startServer } from '../running-server.ts'
import { project, smallApp } from './project.ts'

test('check, routes and explain work while a server runs on the same data, and leave them alone', async () => {
  using it = project({ 'app.ts': smallApp })
  const dataFolder = join(it.path, '.banyan')
  await using server = await startServer({ app: it.path, dataFolder })
  for (const args of [['check'], ['routes'], ['explain', '/v1/tasks?title=a']]) {
    const { code, err } = await it.run(args, { BANYAN_DATA: dataFolder })
    assert.equal(code, 0, err)
  }
  assert.equal((await fetch(`${server.url}/v1/tasks`)).status, 200)
})

test('without data they make none, also where the topology names a file of its own', async () => {
  using it = project({ 'app.ts': smallApp })
  const file = join(it.path, 'elsewhere.db')
  it.write('own.json', JSON.stringify({ stores: { main: { driver: 'sqlite', options: { file } } } }))
  const checked = await it.run(['check', '-t', 'own.json'])
  assert.equal(checked.code, 0, checked.err)
  assert.match(checked.out, /journal_mode=wal, synchronous=FULL/)
  assert.match(checked.out, /The data of the app were not touched/)
  assert.equal((await it.run(['explain', '/v1/tasks', '-t', 'own.json'])).code, 0)
  assert.deepEqual([existsSync(file), existsSync(join(it.path, '.banyan'))], [false, false])
  const started = await startServer({
    app: it.path,
    dataFolder: join(it.path, '.banyan'),
    env: { BANYAN_TOPOLOGY: 'own.json' },
  })
  await started[Symbol.asyncDispose]()
  const before = [statSync(file).mtimeMs, readFileSync(file).length]
  await it.run(['check', '-t', 'own.json'])
  assert.deepEqual([statSync(file).mtimeMs, readFileSync(file).length], before)
})

test('check prints every finding and exits with 3, for programs too', async () => {
  using it = project({
    'app.ts': smallApp.replace('.access({ read: anyone, write: anyone })', ".index('nothing')"),
  })
  const { code, out } = await it.run(['check'])
  assert.equal(code, 3)
  assert.match(out, /RESOURCE_WITHOUT_ACCESS/)
  assert.match(out, /INDEX_FIELD/)
  assert.match(out, /may not start: 2 errors\./)
  const json = await it.run(['check', '--json'])
  assert.equal(json.code, 3)
  const { ok, findings } = JSON.parse(json.out)
  assert.equal(ok, false)
  for (const finding of findings)
    assert.deepEqual(Object.keys(finding).toSorted(), ['code', 'mend', 'place', 'reason', 'severity'])
  it.write('bad.json', '{ "stores": { "main": { "drivr": "sqlite" } } }')
  const topology = await it.run(['check', '-t', 'bad.json', '--json'])
  assert.equal(topology.code, 3)
  assert.match(JSON.stringify(JSON.parse(topology.out).findings), /drivr/)
})
