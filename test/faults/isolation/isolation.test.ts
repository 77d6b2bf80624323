import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLong } from '../http.ts'
import { relationalDatabases } from './databases.ts'
import { storm, victims } from './storm.ts'
import { everyWriter } from './writers.ts'

const seed = Number(process.env.BANYAN_SEED ?? Date.now() % 2 ** 31)
const kills = isLong ? 100 : 3

for (const { name, skip, start } of relationalDatabases) {
  test(`64 writers on ${name} and ${kills} kills: no anomaly, nothing lost, nothing doubled`, {
    skip,
  }, async (context) => {
    context.diagnostic(`BANYAN_SEED=${seed}`)
    await using server = await start()
    const database = server.fresh()
    const { findings, told } = await storm({
      database,
      app: new URL('./app/', import.meta.url).pathname,
      seed,
      writers: everyWriter(64),
      kills: victims(kills, database, seed),
      answersBetween: isLong ? 200 : 60,
    })
    context.diagnostic(told)
    assert.deepEqual(findings, [])
  })
}
