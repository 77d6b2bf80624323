import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startServer, temporaryFolder } from '../running-server.ts'

const flights = fileURLToPath(new URL('../../examples/flights', import.meta.url))

test('the example imports its data with its first start, and serves them with every start', async () => {
  using folder = temporaryFolder()
  for (const imported of [/imported 3,376 airports.*\nimported 20,000 flights/, /^(?!imported)/]) {
    await using server = await startServer({ app: flights, dataFolder: folder.path })
    assert.match(server.output(), imported)
    const answer = await fetch(`${server.url}/v2/flights?origin=LAX&destination=PHX&limit=100`)
    assert.equal(((await answer.json()) as { data: unknown[] }).data.length, 59)
  }
})
