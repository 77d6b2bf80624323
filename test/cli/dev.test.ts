import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { project, smallApp } from './project.ts'
import { running } from './running.ts'

const isUp = /is up\.[\s\S]*?API\s+(http:\S+)\/v1[\s\S]*Ctrl-C stops it/

test('dev serves again after a change, on the same port, and waits out code that cannot start', async () => {
  using it = project({ 'app.ts': smallApp })
  await using dev = running(it.path, ['dev'])
  const [, url] = await dev.printed(isUp)

  // Several files at once, each written several times, are one change.
  let from = dev.output().length
  for (let at = 0; at < 5; at++) {
    it.write('lib/part.ts', `export const part = ${at}\n`)
    it.write('app.ts', `${smallApp.replace('maxLength: 80', `maxLength: ${90 + at}`)}import './lib/part.ts'\n`)
  }
  const [, again] = await dev.printed(isUp, from)
  assert.equal(again, url)
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as object
  assert.match(JSON.stringify(document), /"maxLength":94/)
  await sleep(400)
  assert.equal(
    dev
      .output()
      .slice(from)
      .match(/starting again/g)?.length,
    1,
    dev.output(),
  )

  from = dev.output().length
  it.write('lib/part.ts', 'export const part = {\n')
  const [said] = await dev.printed(/[\s\S]*waiting for a change/, from)
  assert.match(said, /lib\/part\.ts\n/)
  await assert.rejects(fetch(`${url}/healthz`))

  from = dev.output().length
  it.write('lib/part.ts', 'export const part = 1\n')
  await dev.printed(isUp, from)
  assert.equal((await fetch(`${url}/healthz`)).status, 200)

  // Writes of the server itself, and files that are no code, change nothing.
  from = dev.output().length
  await fetch(`${url}/v1/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"title":"one"}',
  })
  it.write('notes.txt', 'nothing')
  await sleep(400)
  assert.equal(dev.output().slice(from), '')

  dev.child.kill('SIGINT')
  assert.equal(await dev.ended, 0, dev.output())
  await assert.rejects(fetch(`${url}/healthz`))
})

test('a server that dev has started ends with it, also when dev is killed', async () => {
  using it = project({ 'app.ts': smallApp })
  await using dev = running(it.path, ['dev'])
  const [, url] = await dev.printed(isUp)
  dev.child.kill('SIGKILL')
  // Its output ends when nobody holds it open any more: then the server has gone too.
  assert.equal(await dev.ended, 'SIGKILL')
  await assert.rejects(fetch(`${url}/healthz`))
})
