import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

const file = new URL('./testing.ts', import.meta.url).href
const program = `
import { test } from 'node:test'
import { anyone, app, resource, service, t } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)}
import { testApp } from ${JSON.stringify(file)}
const Task = resource('tasks', { title: t.text() }).access({ read: anyone, write: anyone })
const tasks = app('tasks', { version: 'v1', services: [service('tasks', { resources: { Task } })
  .operation('stumble', { http: 'POST /stumble', access: anyone, run: () => { throw new RangeError('my own mistake') } })] })
test('one', async () => {
  await using it = await testApp(tasks)
  const { id } = await it.anonymous.tasks.create({ title: 'a' })
  console.log('id', id.slice(14))
  if (process.env.STUMBLE) await it.anonymous.tasks.stumble()
})`

function run(env: Readonly<Record<string, string>>): { readonly code: number | null; readonly output: string } {
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=banyan-source', '--input-type=module', '--eval', program],
    { env: { ...inherited, ...env }, encoding: 'utf8' },
  )
  return { code: status, output: stdout + stderr }
}

test('tests that fail say with which seed, and what the app logged; with the seed the same ids come again', () => {
  const failed = run({ STUMBLE: '1' })
  assert.notEqual(failed.code, 0)
  const [, seed] = /the same ids come again with BANYAN_TEST_SEED=(\d+)\./.exec(failed.output) ?? []
  assert.match(failed.output, /What the app under test logged as faults of its own:\n\s+my own mistake \{/)
  assert.match(failed.output, /RangeError: my own mistake/)
  const idIn = (output: string) => /id (.+)/.exec(output)?.[1]
  const again = run({ BANYAN_TEST_SEED: seed! })
  assert.equal(again.code, 0, again.output)
  assert.equal(idIn(again.output), idIn(failed.output))
  assert.doesNotMatch(again.output, /BANYAN_TEST_SEED/)
})

test('a seed that is none is told', () => {
  for (const seed of ['abc', '-1', '1.5', '4294967296'])
    assert.match(
      run({ BANYAN_TEST_SEED: seed }).output,
      /BANYAN_TEST_SEED is ".+"; it must be a whole number from 0 to/,
    )
})
