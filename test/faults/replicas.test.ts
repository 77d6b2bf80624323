import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { seededRandom } from '../../src/core/random.ts'
import { engine } from '../engine.ts'
import { caller, type Send } from '../postgres/caller.ts'
import { type Cluster, replicaRoles, startCluster } from '../postgres/cluster.ts'
import { topology } from '../postgres/counters.ts'
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts'
import { isLong } from './http.ts'

const { skip } = engine('initdb')
const pairs = isLong ? 100_000 : 1_000
const processes = 4
const callers = 16

suite('callers of several processes over replicas that are held back', { skip: skip ?? false }, () => {
  const folder = temporaryFolder()
  let cluster: Cluster
  before(async () => {
    cluster = await startCluster()
    writeFileSync(join(folder.path, 'replicas.json'), JSON.stringify(topology))
  })
  after(async () => {
    await cluster?.[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  /** Runs pairs of a write and a read, each somewhere; what somebody was shown that they must not be. */
  const run = async (count: number, seed: number, preload?: URL) => {
    const random = seededRandom(seed)
    await using stack = new AsyncDisposableStack()
    const servers = await Promise.all(
      Array.from({ length: processes }, async (_, at): Promise<RunningServer> => {
        const env = { ...cluster.environment, BANYAN_TOPOLOGY: join(folder.path, 'replicas.json') }
        const dataFolder = join(folder.path, `data-${at}`)
        return startServer({ app: appFolder, dataFolder, env, ...(preload === undefined ? {} : { preload }) })
      }),
    )
    for (const server of servers) stack.use(server)
    const somewhere: Send = (path, init) => fetch(`${servers[random.below(processes)]!.url}${path}`, init)

    let isOver = false
    const hold = async () => {
      while (!isOver) {
        const role = replicaRoles[random.below(2)]!
        await cluster.sql(role, 'select pg_wal_replay_pause()')
        await pause(random.below(120))
        await cluster.sql(role, 'select pg_wal_replay_resume()')
        await pause(random.below(120))
      }
    }
    const wrong = { stale: 0, back: 0, unanswered: 0 }
    const examples: string[] = []
    let next = 0
    const call = async (number: number) => {
      const { put, get } = caller(somewhere)
      const own = `/v1/counters/${seed}-${number}`
      const other = `/v1/counters/${seed}-${(number + 1) % callers}`
      let last = -1
      for (let value = 1; next < count; value++) {
        next++
        const status = await put(own, value)
        const found = await get(own)
        if ((status !== 200 && status !== 201) || found === undefined) wrong.unanswered++
        else if ((found ?? 0) < value) {
          wrong.stale++
          examples.push(`${own}: ${value} was written, and ${found} read after it`)
        }
        const seen = await get(other)
        if (seen !== undefined) {
          if ((seen ?? 0) < last) {
            wrong.back++
            examples.push(`${other}: ${seen} was read after ${last}`)
          }
          last = seen ?? 0
        } else wrong.unanswered++
      }
    }
    const holding = hold()
    await Promise.all(Array.from({ length: callers }, (_, number) => call(number)))
    isOver = true
    await holding
    return { wrong, examples: examples.slice(0, 10) }
  }

  /** How often the replicas have looked into the counters. Reads of one moment are one look. */
  const looksOnReplicas = async (): Promise<number> => {
    let looks = 0
    for (const role of replicaRoles) {
      const counted = `select coalesce(sum(seq_scan + idx_scan), 0)::int as looks from pg_stat_user_tables where relname = 'counters'`
      const [row] = await cluster.sql(role, counted)
      looks += row!.looks as number
    }
    return looks
  }

  const seed = Number(process.env.BANYAN_SEED ?? randomInt(2 ** 31))

  test(`read what they wrote and never go back: ${pairs} pairs over ${processes} processes`, async (context) => {
    context.diagnostic(`BANYAN_SEED=${seed}`)
    const before = await looksOnReplicas()
    const { wrong, examples } = await run(pairs, seed)
    const looks = (await looksOnReplicas()) - before
    context.diagnostic(`replicas were looked into ${looks} times`)
    assert.ok(looks > pairs / 20)
    assert.deepEqual(wrong, { stale: 0, back: 0, unanswered: 0 }, examples.join('\n'))
  })

  test('control: servers that ignore bookmarks are found to show what is stale, and to go back', async (context) => {
    const { wrong } = await run(1_000, seed + 1, new URL('./no-bookmarks.ts', import.meta.url))
    context.diagnostic(JSON.stringify(wrong))
    assert.ok(wrong.stale > 0 && wrong.back > 0)
  })
})

const appFolder = new URL('../postgres/app/', import.meta.url).pathname
