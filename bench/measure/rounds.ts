import { readFileSync } from 'node:fs'
import type { Side } from '../works/work.ts'
import { type CopyOf, copiesOf, type DataCopy, dataInPlace } from './dataset-copy.ts'
import type { Figures } from './goal.ts'
import { type LoadResult, runLoad } from './load.ts'
import { cpuMicrosecondsOf, memoryOf } from './process-tree.ts'
import { type Request, type RequestPlan, requestOf } from './request-plan.ts'
import { type Server, startServer } from './server.ts'

/**
 * One round: a fresh process for each side on a fresh copy of the data, all checked against each other, and all warmed up before
 * any is measured: what differs from process to process is then part of the interval and not a hidden bias. They are measured
 * A B B A A B …, a second a turn: the machine's speed changes within seconds, and no side has the later and warmer part to itself.
 */
export const runRound = async (sides: readonly Side[], round: RoundOptions): Promise<readonly Figures[]> => {
  await using data = new AsyncDisposableStack()
  await using servers = new AsyncDisposableStack()
  const copies: DataCopy[] = []
  for (const [at, side] of sides.entries()) copies.push(data.use(await dataOf(side, at, round)))
  // Whoever is measured first is started first: what the machine does for the first is then nobody's gain.
  const order = round.isReversed ? [...sides.keys()].toReversed() : [...sides.keys()]
  const running = new Map<number, Running>()
  for (const at of order) {
    const [side, copy] = [sides[at]!, copies[at]!]
    const server = servers.use(await startServer(side.subject.program(copy.directory), copy.environment))
    running.set(at, { side, data: copy, server, turns: [] })
  }
  const inTurn = [...running.values()]
  const inPlace = sides.map((_, at) => running.get(at)!)
  await round.check?.(inPlace.map(({ server }) => server.port))
  for (const one of inTurn) await warmUp(one, round)
  for (let turn = 0; turn < round.seconds; turn++)
    for (const one of turn % 2 === 0 ? inTurn : inTurn.toReversed()) one.turns.push(await measureTurn(one, round))
  return inPlace.map(figuresOf)
}

export type RoundOptions = {
  readonly copyOf: CopyOf
  readonly connections: number
  readonly seconds: number
  readonly warmUpSeconds: number
  /** Which round it is: no two use the same random numbers. */
  readonly index: number
  readonly isReversed: boolean
  /** The requests change nothing, so that each side may use its own data where they are. */
  readonly isReadOnly?: boolean | undefined
  /** Compares what the servers at these ports answer. */
  readonly check?: (ports: readonly number[]) => Promise<void>
}

export type Tell = (line: string) => void

/** Some requests of the plan, to be compared. */
export const samplesOf = (plan: RequestPlan): readonly Request[] => {
  const ids = linesOf(plan)
  return Array.from({ length: samples }, (_, n) => requestOf(plan, ids[n] ?? ids[0] ?? '', `sample-${n}`))
}

type Running = {
  readonly side: Side
  readonly data: DataCopy
  readonly server: Server
  readonly turns: Turn[]
}

const dataOf = async (
  { subject: { data } }: Side,
  at: number,
  { isReadOnly, copyOf }: RoundOptions,
): Promise<DataCopy> => {
  const name = String.fromCharCode(97 + at)
  if (data === undefined) return copyOf(name)
  return isReadOnly === true ? dataInPlace(data) : copiesOf(data)(name)
}

/** What one turn of one side used, and the number of ids that it may have sent. */
type Turn = {
  readonly appMicroseconds: number
  readonly databaseMicroseconds: number
  readonly load: LoadResult
  readonly sent: number
}

const warmUp = ({ side, server: { port } }: Running, { connections, warmUpSeconds: seconds, index }: RoundOptions) =>
  runLoad(side.plan, { port, connections, seconds, run: `warm${index}`, offset: samples, seed: 1000 + index })

const measureTurn = async (
  { side, server, data, turns }: Running,
  { connections, index }: RoundOptions,
): Promise<Turn> => {
  const begin = samples + Math.floor(linesOf(side.plan).length * warmUpShare)
  const offset = turns.reduce((sum, { sent }) => sum + sent, begin)
  const seed = 2 * index + turns.length
  const used = () => [
    cpuMicrosecondsOf(server.pid),
    data.database === undefined ? 0 : cpuMicrosecondsOf(data.database.pid),
  ]
  const [appBefore, databaseBefore] = used() as [number, number]
  const load = await runLoad(side.plan, {
    port: server.port,
    connections,
    seconds: 1,
    run: `run${index}`,
    offset,
    seed,
  })
  const [app, database] = used() as [number, number]
  return {
    appMicroseconds: app - appBefore,
    databaseMicroseconds: database - databaseBefore,
    load,
    // What was under way at the end is not counted by the generator, and one more is tried before it begins.
    sent: load.successes + connections + 1,
  }
}

/** Sums are divided by sums; of percentiles, which cannot be merged, the mean is taken. */
const figuresOf = ({ turns, server, data }: Running): Figures => {
  const total = (of: (turn: Turn) => number) => turns.reduce((sum, turn) => sum + of(turn), 0)
  const successes = total(({ load }) => load.successes)
  const app = total(({ appMicroseconds }) => appMicroseconds) / successes
  const database = total(({ databaseMicroseconds }) => databaseMicroseconds) / successes
  return {
    cpuMicroseconds: app + database,
    ...(data.database === undefined ? {} : { appMicroseconds: app, databaseMicroseconds: database }),
    requestsPerSecond: successes / total(({ load }) => load.seconds),
    p50Ms: total(({ load }) => load.p50Ms) / turns.length,
    p99Ms: total(({ load }) => load.p99Ms) / turns.length,
    ...memoryOf(server.pid),
  }
}

/** So many requests of the plan are compared before a round; rows that may be used once are reserved for them. */
const samples = 5
/** The share of a list of ids which the warm-up has for itself, so that no row that may be used once is used again. */
const warmUpShare = 0.3

const linesOf = (plan: RequestPlan): readonly string[] =>
  plan.ids === undefined ? [] : readFileSync(plan.ids.file, 'utf8').trimEnd().split('\n')
