import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../src/core/random.ts'
import { EndedEarly, startServer, temporaryFolder } from '../running-server.ts'
import { create } from './creators.ts'
import { integrityOf } from './database.ts'
import { allRows, appFolder, isLong, send } from './http.ts'
import { audit, type Entry, type Ledger, newLedger } from './ledger.ts'

const seed = Number(process.env.BANYAN_SEED ?? Date.now() % 2 ** 31)
const creators = 64

interface Round {
  readonly prefix: string
  /** Counted from when there is something to lose. */
  readonly killAfterMs: number
  readonly preload?: URL
}

/** Starts a server on data that may have been left by a kill, audits them, and kills it under creators; what the audit found. */
async function killWhileCreating(
  dataFolder: string,
  ledger: Ledger,
  { prefix, killAfterMs, preload }: Round,
): Promise<readonly string[]> {
  const server = await startServer({ app: appFolder, dataFolder, ...(preload === undefined ? {} : { preload }) })
  const findings = await auditOf(server.url, ledger)
  const before = ledger.acknowledged.size
  const creating = create(server.url, ledger, { creators, prefix })
  for (let waitedMs = 0; ledger.acknowledged.size < before + 60 && waitedMs < 30_000; waitedMs += 10) await sleep(10)
  await sleep(killAfterMs)
  await server.kill()
  await creating
  return findings
}

/** What is wrong with the data that a kill left, once a server has started on them again. */
async function auditAfterRestart(dataFolder: string, ledger: Ledger): Promise<readonly string[]> {
  await using server = await startServer({ app: appFolder, dataFolder })
  // Awaited here, because the server is stopped on return.
  return await auditOf(server.url, ledger)
}

/** What is wrong with the rows, and with what a search finds of them: all values begin with one word. */
async function auditOf(url: string, ledger: Ledger): Promise<readonly string[]> {
  const rows = (await allRows(url, 'entries')) as readonly Entry[]
  const { body } = await send(`${url}/v1/entries?search=round*&total=true`, 'GET')
  const { count } = body.page.total
  return [
    ...audit(ledger, rows),
    ...(count === rows.length ? [] : [`lost words: of ${rows.length} rows ${count} are found`]),
  ]
}

const rounds = isLong ? 50 : 5

test(`kill -9 under ${creators} creators, ${rounds} times, loses nothing acknowledged and doubles nothing`, async (context) => {
  context.diagnostic(`BANYAN_SEED=${seed}`)
  using folder = temporaryFolder()
  const random = seededRandom(seed)
  const ledger = newLedger()
  for (let round = 0; round < rounds; round++) {
    const killAfterMs = random.below(400)
    const findings = await killWhileCreating(folder.path, ledger, { prefix: `round${round}`, killAfterMs })
    assert.deepEqual(findings, [], `before round ${round}`)
    assert.equal(integrityOf(folder.path), 'ok', `as round ${round} left it`)
  }
  assert.deepEqual(await auditAfterRestart(folder.path, ledger), [])
  assert.equal(integrityOf(folder.path), 'ok')
  const { asked, acknowledged, refused } = ledger
  assert.deepEqual([...refused.values()], [])
  const unanswered = asked.size - acknowledged.size
  context.diagnostic(`${acknowledged.size} rows were acknowledged, ${unanswered} never answered`)
  // Otherwise nothing was under way when the server was killed.
  assert.ok(unanswered > 0)
})

const starts = isLong ? 30 : 3

test(`a server killed during its first start, ${starts} times, leaves what the next start can use`, async (context) => {
  context.diagnostic(`BANYAN_SEED=${seed}`)
  const random = seededRandom(seed)
  for (let start = 0; start < starts; start++) {
    using folder = temporaryFolder()
    const killAfterMs = 100 + random.below(300)
    await startServer({ app: appFolder, dataFolder: folder.path, killAfterMs }).then(
      ({ ended }) => ended,
      (error) => assert.ok(error instanceof EndedEarly, error),
    )
    await using server = await startServer({ app: appFolder, dataFolder: folder.path })
    assert.equal((await send(`${server.url}/v1/entries`, 'POST', { value: 'first' })).status, 201)
  }
})

test('control: the audit finds what is lost when group commit answers before it commits', async (context) => {
  using folder = temporaryFolder()
  const ledger = newLedger()
  const preload = new URL('./early-answer.ts', import.meta.url)
  await killWhileCreating(folder.path, ledger, { prefix: 'round', killAfterMs: 100, preload })
  const findings = await auditAfterRestart(folder.path, ledger)
  context.diagnostic(`${findings.length} of ${ledger.acknowledged.size} acknowledged rows were lost`)
  assert.ok(findings.length > 0)
  for (const finding of findings) assert.match(finding, /^lost: /)
})
