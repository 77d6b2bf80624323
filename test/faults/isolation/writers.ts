import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ledger } from '../ledger.ts'
import type { Answer, Caller } from './caller.ts'
import type { Step, Transaction } from './history.ts'

/** What writers have seen, for the checks. */
export interface Records {
  readonly history: Transaction[]
  readonly transfers: Ledger
  readonly seats: Ledger
  /** What a writer itself has found to be wrong. */
  readonly findings: string[]
  /** How many answers there were, by what they said. */
  readonly answers: Map<string, number>
}

export interface World {
  readonly call: Caller
  readonly random: { below(limit: number): number }
  readonly records: Records
  /** Nothing is sent with a key, and everything sent again that had no answer. */
  readonly isKeyless: boolean
}

/** Does one thing once. `number`: of the writer, of which there are many at once. */
export type Writer = (world: World, number: number) => Promise<void>

export const accounts: readonly string[] = Array.from({ length: 8 }, (_, at) => `account-${at}`)
export const balance = 1000

/** Sends it with a key, and again until it is known what came of it or, of some, only once. */
async function ask(world: World, path: string, body: unknown): Promise<Answer> {
  const { call, random, records, isKeyless } = world
  const key = isKeyless ? {} : { key: randomUUID() }
  // Of some nobody will ever know: that is what the checks are told.
  const givesUp = !isKeyless && random.below(4) === 0
  const answer = await call(path, { body, ...key, triesMax: givesUp ? 1 : 100 })
  const said = answer.kind === 'refused' ? `${answer.status} ${answer.code}` : answer.kind
  records.answers.set(said, (records.answers.get(said) ?? 0) + 1)
  // Its database is down: there is nothing to be had for a moment.
  if (answer.kind === 'refused' && answer.status === 503) await sleep(100)
  if (answer.kind === 'refused' && ![404, 409, 503].includes(answer.status))
    records.findings.push(`strange: ${path} was answered ${said}`)
  return answer
}

/** Reads lists and appends to them. Every so many appends others are used, so that lists stay short. */
function lists(path: 'run' | 'run-along-paths'): Writer {
  let appended = 0
  return async (world) => {
    const { random } = world
    const steps = Array.from({ length: 1 + random.below(4) }, (): Step => {
      const key = `${Math.floor(appended / 160)}-${random.below(6)}`
      return random.below(2) === 0 ? { kind: 'read', key } : { kind: 'append', key, value: ++appended }
    })
    await recorded(world, path, steps)
  }
}

/** Runs steps, and notes in the history what came of them. */
export async function recorded(world: World, path: 'run' | 'run-along-paths', steps: readonly Step[]): Promise<void> {
  const startedAt = performance.now()
  const answer = await ask(world, path, { steps })
  const endedAt = performance.now()
  // The lists of the two kinds are others, of whatever name.
  const named = (known: readonly Step[]) => known.map((step) => ({ ...step, key: `${path} ${step.key}` }))
  const outcome = ({ done: 'committed', refused: 'aborted', unknown: 'unknown' } as const)[answer.kind]
  world.records.history.push({
    id: world.records.history.length,
    outcome,
    steps: named(answer.kind === 'done' ? answer.body.steps : steps),
    startedAt,
    endedAt: answer.kind === 'unknown' ? Number.POSITIVE_INFINITY : endedAt,
  })
}

function noted(ledger: Ledger, value: string, answer: Answer): void {
  if (answer.kind === 'done') ledger.acknowledged.set(value, answer.body.id)
  if (answer.kind === 'refused') ledger.refused.set(value, `${answer.status} ${answer.code}`)
}

const transfer: Writer = async (world) => {
  const { random, records } = world
  const from = random.below(accounts.length)
  const to = (from + 1 + random.below(accounts.length - 1)) % accounts.length
  const path = random.below(2) === 0 ? 'transfer-with-guard' : 'transfer-by-reading'
  const value = randomUUID()
  records.transfers.asked.add(value)
  const body = { value, from: accounts[from], to: accounts[to], amount: 1 + random.below(400) }
  noted(records.transfers, value, await ask(world, path, body))
}

const total: Writer = async (world) => {
  const answer = await world.call('total', { body: { accounts }, triesMax: 1 })
  const expected = accounts.length * balance
  if (answer.kind === 'done' && answer.body.total !== expected)
    world.records.findings.push(`the sum of all balances was ${expected}, and somebody has read ${answer.body.total}`)
}

/** Two who are on call want to leave at the same time. */
const leave: Writer = async (world, number) => {
  const doctors = [`${number}-a`, `${number}-b`] as const
  const [one, other] = doctors
  for (const doctor of doctors) await ask(world, 'come', { doctor })
  const answers = await Promise.all([
    ask(world, 'leave', { doctor: one, other }),
    ask(world, 'leave', { doctor: other, other: one }),
  ])
  const left = answers.filter(({ kind }) => kind === 'done').length
  if (left > 1) world.records.findings.push(`write skew: both doctors of ${number} have left`)
}

/** More want to sit in a room than may. */
const sit: Writer = async (world) => {
  const { seats } = world.records
  const room = randomUUID()
  await Promise.all(
    Array.from({ length: 5 }, async () => {
      const value = randomUUID()
      seats.asked.add(value)
      noted(seats, value, await ask(world, 'sit', { room, value }))
    }),
  )
}

/** Many who do everything that can be done. */
export function everyWriter(count: number): readonly Writer[] {
  const [rows, paths] = [lists('run'), lists('run-along-paths')]
  const all = [
    rows,
    rows,
    rows,
    rows,
    rows,
    rows,
    paths,
    paths,
    transfer,
    transfer,
    transfer,
    total,
    leave,
    leave,
    leave,
    sit,
  ]
  return Array.from({ length: count }, (_, number) => all[number % all.length]!)
}

/** Many who only run steps on lists. */
export function listWriters(count: number): readonly Writer[] {
  return new Array<Writer>(count).fill(lists('run'))
}
