import { readFileSync } from 'node:fs'
import type { PairWork, Side } from '../works/work.ts'
import { compareAnswers } from './comparison.ts'
import { copyOfData, type DataCopy, dataInPlace } from './dataset-copy.ts'
import type { Figures } from './goal.ts'
import { type LoadResult, runLoad } from './load.ts'
import { cpuMicrosecondsOf, memoryOf } from './process-tree.ts'
import { type Request, type RequestPlan, requestOf } from './request-plan.ts'
import { type Server, startServer } from './server.ts'

/**
 * Runs the pairs of a work. Each pair has two fresh processes on two fresh copies of the data, whose answers are compared,
 * and which are both warmed up before either is measured: what differs from process to process is then part of the interval
 * and not a hidden bias. Within a pair they are measured A B B A A B …, a second a turn: the machine's speed changes within
 * seconds, and neither side has the later and warmer part to itself. Every other pair begins with B.
 */
export const runPairs = async (
  work: PairWork,
  data: string | undefined,
  effort: Effort,
  tell: Tell,
): Promise<readonly Pair[]> => {
  const pairs: Pair[] = []
  for (let index = 0; index < effort.pairs; index++) {
    const order = index % 2 === 0 ? 'AB' : 'BA'
    pairs.push({ order, ...(await runPair(work, data, effort, order, index)) })
    tell(`${work.name}: pair ${index + 1} of ${effort.pairs} (${order}) ${JSON.stringify(pairs.at(-1))}`)
  }
  return pairs
}

export type Pair = { readonly order: 'AB' | 'BA'; readonly a: Figures; readonly b: Figures }
export type Effort = { readonly pairs: number; readonly seconds: number; readonly warmUpSeconds: number }
export type Tell = (line: string) => void

const runPair = async (work: PairWork, data: string | undefined, effort: Effort, order: 'AB' | 'BA', index: number) => {
  await using dataA = await dataOf(work, work.a, data, 'a')
  await using dataB = await dataOf(work, work.b, data, 'b')
  await using servers = new AsyncDisposableStack()
  const start = async (side: Side, directory: string) => servers.use(await startServer(side.subject.program(directory)))
  // Whoever is measured first is started first: what the machine does for the first is then neither side's gain.
  const early = order === 'AB' ? await start(work.a, dataA.directory) : await start(work.b, dataB.directory)
  const late = order === 'AB' ? await start(work.b, dataB.directory) : await start(work.a, dataA.directory)
  const [a, b] = order === 'AB' ? [early, late] : [late, early]
  if (work.compare === 'answers') {
    await compareAnswers(a.port, b.port, [...samplesOf(work.a.plan), ...(work.alsoCompared ?? [])])
  }
  const sideA = { side: work.a, server: a, turns: [] as Turn[] }
  const sideB = { side: work.b, server: b, turns: [] as Turn[] }
  const [first, second] = order === 'AB' ? [sideA, sideB] : [sideB, sideA]
  for (const { side, server } of [first, second]) {
    await warmUp(side, server, work.connections, effort.warmUpSeconds, index)
  }
  for (let turn = 0; turn < effort.seconds; turn++) {
    for (const { side, server, turns } of turn % 2 === 0 ? [first, second] : [second, first]) {
      turns.push(await measureTurn(side, server, work.connections, 1, index, turns))
    }
  }
  return { a: figuresOf(sideA.turns, a), b: figuresOf(sideB.turns, b) }
}

const dataOf = async (
  work: PairWork,
  { subject }: Side,
  common: string | undefined,
  name: string,
): Promise<DataCopy> =>
  work.isReadOnly && subject.data !== undefined ? dataInPlace(subject.data) : copyOfData(subject.data ?? common, name)

/** What one turn of one side used, and the number of ids that it may have sent. */
type Turn = { readonly cpuMicroseconds: number; readonly load: LoadResult; readonly sent: number }

const warmUp = (side: Side, { port }: Server, connections: number, seconds: number, index: number) =>
  runLoad(side.plan, { port, connections, seconds, run: `warm${index}`, offset: samples, seed: 1000 + index })

const measureTurn = async (
  side: Side,
  { port, pid }: Server,
  connections: number,
  seconds: number,
  index: number,
  earlier: readonly Turn[],
): Promise<Turn> => {
  const begin = samples + Math.floor(linesOf(side.plan).length * warmUpShare)
  const offset = earlier.reduce((sum, { sent }) => sum + sent, begin)
  const seed = 2 * index + earlier.length
  const before = cpuMicrosecondsOf(pid)
  const load = await runLoad(side.plan, { port, connections, seconds, run: `run${index}`, offset, seed })
  // What was under way at the end is not counted by the generator, and one more is tried before it begins.
  const sent = load.successes + connections + 1
  return { cpuMicroseconds: cpuMicrosecondsOf(pid) - before, load, sent }
}

/** Sums are divided by sums; of percentiles, which cannot be merged, the mean is taken. */
const figuresOf = (turns: readonly Turn[], { pid }: Server): Figures => {
  const total = (of: (turn: Turn) => number) => turns.reduce((sum, turn) => sum + of(turn), 0)
  const successes = total(({ load }) => load.successes)
  return {
    cpuMicroseconds: total(({ cpuMicroseconds }) => cpuMicroseconds) / successes,
    requestsPerSecond: successes / total(({ load }) => load.seconds),
    p50Ms: total(({ load }) => load.p50Ms) / turns.length,
    p99Ms: total(({ load }) => load.p99Ms) / turns.length,
    ...memoryOf(pid),
  }
}

/** So many requests of the plan are compared before a pair; rows that may be used once are reserved for them. */
const samples = 5
/** The share of a list of ids which the warm-up has for itself, so that no row that may be used once is used again. */
const warmUpShare = 0.3

const samplesOf = (plan: RequestPlan): readonly Request[] => {
  const ids = linesOf(plan)
  return Array.from({ length: samples }, (_, n) => requestOf(plan, ids[n] ?? ids[0] ?? '', `sample-${n}`))
}

const linesOf = (plan: RequestPlan): readonly string[] =>
  plan.ids === undefined ? [] : readFileSync(plan.ids.file, 'utf8').trimEnd().split('\n')
