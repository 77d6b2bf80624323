import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { anomaliesOf } from './anomalies.ts'
import { type DatabaseServer, embedded, postgresServer, relationalDatabases } from './databases.ts'
import { storm } from './storm.ts'
import { everyWriter, listWriters } from './writers.ts'

const seed = Number(process.env.BANYAN_SEED ?? Date.now() % 2 ** 31)
const app = new URL('./app/', import.meta.url).pathname

test('control: every check finds something where the same bodies have no transaction around them', async () => {
  const database = { ...embedded.fresh(), env: { WITHOUT_TRANSACTIONS: 'yes' } }
  const writers = everyWriter(64)
  const { findings } = await storm({ database, app, seed, writers, kills: [], answersBetween: 400 })
  const all = findings.join('\n')
  for (const found of [/of (G|incompatible)/, /the sum of all balances|after all transfers/, /write skew/, /phantoms/])
    assert.match(all, found)
})

test('control: writers who send again without a key are found to have appended twice', async () => {
  const database = embedded.fresh()
  const writers = listWriters(16)
  const { records } = await storm({ database, app, seed, writers, kills: [], answersBetween: 100, isKeyless: true })
  assert.ok(anomaliesOf(records.history).some(({ kind }) => kind === 'doubled'))
})

const { skip } = relationalDatabases.find(({ name }) => name === 'PostgreSQL')!

suite('controls on PostgreSQL', { skip }, () => {
  let server: DatabaseServer
  before(async () => {
    // What is not waited for stays in memory for long, and whoever waits for each other is told so at once.
    server = await postgresServer({ wal_writer_delay: '10s', wal_writer_flush_after: '1GB', deadlock_timeout: '10ms' })
  })
  after(() => server[Symbol.asyncDispose]())

  test('past Banyan, at read committed, transactions have anomalies', async (context) => {
    const { records, told } = await storm({
      database: server.fresh(),
      app: new URL('./native/', import.meta.url).pathname,
      seed,
      writers: listWriters(12),
      kills: [],
      answersBetween: 200,
    })
    const kinds = Map.groupBy(anomaliesOf(records.history), ({ kind }) => kind)
    context.diagnostic(`${told}; found ${[...kinds].map(([kind, found]) => `${found.length} ${kind}`)}`)
    assert.ok(kinds.has('G-single') || kinds.has('G2'), [...kinds.keys()].join())
  })

  test('what is acknowledged before it is on the disk is found to be lost', async (context) => {
    // A commit that waits takes all before it along, and many things wait: a kill that finds everything on the disk proves nothing.
    for (let round = 1; round <= 8; round++) {
      const { env, ...database } = server.fresh()
      const PG = `${env.PG}?options=${encodeURIComponent('-c synchronous_commit=off')}`
      const { findings } = await storm({
        database: { ...database, env: { ...env, PG } },
        app,
        seed: seed + round,
        writers: everyWriter(64),
        kills: ['database'],
        answersBetween: 100,
      })
      const lost = findings.filter((text) => /^(lost: |\d+ of lost)/m.test(text))
      context.diagnostic(`round ${round}: ${lost.length} findings of losses, like ${lost[0]?.split('\n')[0]}`)
      if (lost.length > 0) return
    }
    assert.fail('nothing was lost')
  })
})
