import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../../src/core/random.ts'
import { allRows } from '../http.ts'
import { audit, newLedger } from '../ledger.ts'
import { anomaliesOf, summaryOf } from './anomalies.ts'
import { callerOf } from './caller.ts'
import type { Database } from './databases.ts'
import { fleetOn } from './fleet.ts'
import { accounts, balance, type Records, recorded, type World, type Writer } from './writers.ts'

export interface StormOptions {
  /** In which there is nothing yet. */
  readonly database: Database
  /** The folder of the app. */
  readonly app: string
  readonly seed: number
  /** What each of many writers does, all at the same time. */
  readonly writers: readonly Writer[]
  /** What is killed, one after another. */
  readonly kills: readonly Victim[]
  /** How many answers are waited for before each kill, and behind the last. */
  readonly answersBetween: number
  /** Writers send what they have no answer to again, with no key by which it would be known. */
  readonly isKeyless?: boolean
}

export type Victim = 'app' | 'database'

/** So many, the database's server every third time if it has one. */
export function victims(count: number, { crash }: Database, seed: number): readonly Victim[] {
  return Array.from({ length: count }, (_, at) => (crash !== undefined && (at + seed) % 3 === 0 ? 'database' : 'app'))
}

export interface Verdict {
  /** What was wrong; nothing if all is well. */
  readonly findings: readonly string[]
  /** What happened, for people. */
  readonly told: string
  readonly records: Records
}

/** Many writers at once while processes are killed, and then a look at what is there. */
export async function storm(options: StormOptions): Promise<Verdict> {
  const { database, seed, writers, kills, answersBetween, isKeyless = false } = options
  const random = seededRandom(seed)
  await using fleet = await fleetOn(database, options.app)
  const records: Records = {
    history: [],
    transfers: newLedger(),
    seats: newLedger(),
    findings: [],
    answers: new Map(),
  }
  const world: World = { call: callerOf(fleet, random), random, records, isKeyless }
  for (const id of accounts) {
    const answer = await world.call('accounts', { body: { id, balance }, key: id, triesMax: 100 })
    if (answer.kind !== 'done') throw new Error(`an account was answered ${JSON.stringify(answer)}`)
  }

  let isOver = false
  const writing = Promise.all(
    writers.map(async (write, number) => {
      while (!isOver) await write(world, number)
    }),
  )
  const answered = () => records.answers.get('done') ?? 0
  const progress = async () => {
    const before = answered()
    for (let waitedMs = 0; answered() < before + answersBetween; waitedMs += 10) {
      if (waitedMs > 60_000) throw new Error(`nobody is answered any more, the kills were ${kills}`)
      await sleep(10)
    }
  }
  try {
    for (const victim of kills) {
      await progress()
      await sleep(random.below(200))
      if (victim === 'database') await database.crash!()
      else await fleet.kill(random.below(database.processes))
    }
    await progress()
  } finally {
    isOver = true
  }
  await writing

  const answers = [...records.answers].map(([said, times]) => `${times} ${said}`).join(', ')
  const findings = [...records.findings, ...(await auditOf(world, fleet.urls[0]!))]
  return {
    findings,
    told: `killed: ${kills.join(', ') || 'nobody'}; answers: ${answers}; ${records.history.length} transactions on lists`,
    records,
  }
}

/** Looks at all that is there now that nobody writes. */
async function auditOf(world: World, url: string): Promise<readonly string[]> {
  const { records } = world
  for (const path of ['run', 'run-along-paths'] as const) {
    const prefix = `${path} `
    const keys = new Set(records.history.flatMap(({ steps }) => steps.map(({ key }) => key)))
    for (const key of keys)
      if (key.startsWith(prefix)) await recorded(world, path, [{ kind: 'read', key: key.slice(prefix.length) }])
  }
  const anomalies = anomaliesOf(records.history)

  const transfers = await allRows(url, 'transfers')
  const balances = new Map(accounts.map((id) => [id, balance]))
  for (const { from, to, amount } of transfers) {
    balances.set(from, balances.get(from)! - amount)
    balances.set(to, balances.get(to)! + amount)
  }
  const off = (await allRows(url, 'accounts')).filter((row) => balances.get(row.id) !== row.balance)

  const seats = await allRows(url, 'seats')
  const rooms = [...Map.groupBy(seats, ({ room }) => room)].filter(([, sitting]) => sitting.length > 3)
  return [
    ...(anomalies.length === 0 ? [] : [summaryOf(anomalies)]),
    ...audit(records.transfers, transfers),
    ...off.map((row) => `${row.id} has ${row.balance}, and ${balances.get(row.id)} after all transfers`),
    ...audit(records.seats, seats),
    ...rooms.map(([room, sitting]) => `phantoms: ${sitting.length} sit in ${room}`),
  ]
}
