import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApp } from 'banyan/testing'
import app from './app.ts'

test('entries are listed, the newest first', async () => {
  await using api = await testApp(app)
  const first = await api.anonymous.entries.sign({ name: 'Ada', message: 'What a place!' })
  await api.clock.advance('1h')
  const second = await api.anonymous.entries.sign({ name: 'Grace', message: 'I shall come again.' })
  const { data } = await api.anonymous.entries.list({ sort: '-createdAt' })
  assert.deepEqual(data, [second, first])
})

test('an entry with a link, or without a name, is refused', async () => {
  await using api = await testApp(app)
  const { entries } = api.anonymous
  await assert.rejects(entries.sign({ name: 'Mallory', message: 'See http://example.com' }), { status: 422 })
  await assert.rejects(entries.sign({ name: '', message: 'Hello' }), { status: 422 })
  assert.deepEqual((await entries.list()).data, [])
})
