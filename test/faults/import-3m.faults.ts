import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '../../src/core/random.ts'
import { banyan, temporaryFolder } from '../running-server.ts'

const seed = Number(process.env.BANYAN_SEED ?? Date.now() % 2 ** 31)
const flights = fileURLToPath(new URL('../../examples/flights', import.meta.url))
const kills = 3

/** The import of all flights; killed after so long, if it is not over before. */
async function importAll(dataFolder: string, killAfterMs?: number) {
  const child = spawn(process.execPath, [...banyan, 'seed', 'seeds/flights-3m.ts', '--json'], {
    cwd: flights,
    env: { ...process.env, BANYAN_DATA: dataFolder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  const ended = once(child, 'close')
  if (killAfterMs !== undefined) {
    await Promise.race([ended, sleep(killAfterMs)])
    child.kill('SIGKILL')
  }
  const [code] = (await ended) as [number | null]
  return { code, report: out === '' ? undefined : JSON.parse(out) }
}

test(`three million flights are imported, killed ${kills} times on the way, to the last row and none twice`, async (context) => {
  context.diagnostic(`BANYAN_SEED=${seed}`)
  const random = seededRandom(seed)
  using folder = temporaryFolder()
  for (let kill = 0; kill < kills; kill++) await importAll(folder.path, 15_000 + random.below(20_000))
  const { code, report } = await importAll(folder.path)
  context.diagnostic(JSON.stringify(report))
  assert.equal(code, 0)
  assert.equal(report.isComplete, true)
  using database = new DatabaseSync(join(folder.path, 'main.db'))
  const { rows, ids } = database.prepare('select count(*) as rows, count(distinct id) as ids from flights').get()!
  assert.deepEqual([rows, ids], [3_020_000, 3_020_000])
  assert.equal(Object.values(database.prepare('pragma quick_check').get()!)[0], 'ok')
})
