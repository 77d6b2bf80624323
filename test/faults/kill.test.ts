import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../src/core/random.ts'
import { startServer, temporaryFolder } from '../running-server.ts'
import { allRows, appFolder, isLong, send } from './http.ts'

const creators = 64

/** Creates rows from 64 callers until the process is killed; what was acknowledged, and what was tried. */
async function createUntilKilled(dataFolder: string, round: number, afterMs: number, preload?: URL) {
  const server = await startServer({ app: appFolder, dataFolder, ...(preload === undefined ? {} : { preload }) })
  const tried = new Set<string>()
  const acknowledged = new Set<string>()
  let isOver = false
  let next = 0
  const callers = Array.from({ length: creators }, async () => {
    while (!isOver) {
      const value = `${round}-${next++}`
      tried.add(value)
      const { status } = await send(`${server.url}/v1/entries`, 'POST', { value })
      if (status === 201) acknowledged.add(value)
      else if (status === 0) break
    }
  })
  // However slow the machine is, there is something to lose.
  for (let waitedMs = 0; acknowledged.size < 60 && waitedMs < 30_000; waitedMs += 10) await sleep(10)
  await sleep(afterMs)
  await server.kill()
  isOver = true
  await Promise.all(callers)
  return { tried, acknowledged }
}

interface Verdict {
  readonly lost: number
  readonly doubled: number
  readonly unknown: number
  readonly integrity: string
}

/** What the data say of what clients were told. */
async function judge(
  dataFolder: string,
  tried: ReadonlySet<string>,
  acknowledged: ReadonlySet<string>,
): Promise<Verdict> {
  await using server = await startServer({ app: appFolder, dataFolder })
  const values = (await allRows(server.url, 'entries')).map(({ value }) => value as string)
  const stored = new Set(values)
  await server[Symbol.asyncDispose]()
  const database = new DatabaseSync(join(dataFolder, 'main.db'))
  const integrity = String(Object.values(database.prepare('pragma integrity_check').get()!)[0])
  database.close()
  return {
    lost: [...acknowledged].filter((value) => !stored.has(value)).length,
    doubled: values.length - stored.size,
    unknown: [...stored].filter((value) => !tried.has(value)).length,
    integrity,
  }
}

const seed = Number(process.env.BANYAN_SEED ?? Date.now() % 2 ** 31)

async function run(rounds: number, preload?: URL) {
  using folder = temporaryFolder()
  const random = seededRandom(seed)
  const tried = new Set<string>()
  const acknowledged = new Set<string>()
  for (let round = 0; round < rounds; round++) {
    const result = await createUntilKilled(folder.path, round, random.below(600), preload)
    for (const value of result.tried) tried.add(value)
    for (const value of result.acknowledged) acknowledged.add(value)
  }
  return { verdict: await judge(folder.path, tried, acknowledged), acknowledged: acknowledged.size }
}

test('kill -9 under 64 creators loses no acknowledged row and doubles none', async (context) => {
  context.diagnostic(`BANYAN_SEED=${seed}`)
  const { verdict, acknowledged } = await run(isLong ? 50 : 5)
  context.diagnostic(`${acknowledged} rows were acknowledged`)
  assert.ok(acknowledged > 100, `only ${acknowledged} rows were acknowledged`)
  assert.deepEqual(verdict, { lost: 0, doubled: 0, unknown: 0, integrity: 'ok' })
})

test('control: the checker finds the rows that are lost when group commit answers before it commits', async () => {
  const { verdict } = await run(1, new URL('./early-answer.ts', import.meta.url))
  assert.ok(verdict.lost > 0, JSON.stringify(verdict))
})
