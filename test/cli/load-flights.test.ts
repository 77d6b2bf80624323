import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import app from '../../examples/flights/app.ts'
import seed from '../../examples/flights/seed.ts'
import { firstRows, type TestApp, testApp } from '../../src/testing/testing.ts'
import { running } from './running.ts'

const flights = fileURLToPath(new URL('../../examples/flights', import.meta.url))
const profiles = readdirSync(`${flights}/load`).map((file) => file.replace(/\.ts$/, ''))

suite('the load profiles of the flights example do what they say', { concurrency: 2 }, () => {
  let server: TestApp<typeof app>
  let url: string
  before(async () => {
    server = await testApp(app, { fixtures: [firstRows(seed, { flights: 500 })] })
    url = await server.listen()
  })
  after(() => server[Symbol.asyncDispose]())

  for (const profile of profiles) {
    test(profile, async () => {
      await using load = running(flights, ['load', profile, '--url', url, '--duration', '2s', '--json'])
      await load.ended
      const text = load.output()
      const report = JSON.parse(text.slice(text.indexOf('{\n'), text.lastIndexOf('\n}') + 2))
      assert.ok(report.all.count > 20, text)
      assert.equal(report.all.errors, 0, JSON.stringify(report.all.outcomes))
      assert.equal(
        report.scenarios.reduce((sum: number, { errors }: { errors: number }) => sum + errors, 0),
        0,
      )
      assert.notEqual(report.verified?.isMet, false, report.verified?.failure)
      assert.equal(report.verified !== null, profile === 'flash-sale')
    })
  }
})
