import { readFileSync } from 'node:fs'
import type { PairWork, Side } from '../works/work.ts'
import { compareAnswers } from './comparison.ts'
import { copyOfData } from './dataset-copy.ts'
import type { Figures } from './goal.ts'
import { runLoad } from './load.ts'
import { cpuMicrosecondsOf, memoryOf } from './process-tree.ts'
import { type Request, type RequestPlan, requestOf } from './request-plan.ts'
import { type Server, startServer } from './server.ts'

/**
 * Runs the pairs of a work, interleaved A B B A. Each pair has two fresh processes on two fresh copies of the data, whose
 * answers are compared, and which are both warmed up before either is measured: what differs from process to process is
 * then part of the interval and not a hidden bias.
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
  await using dataA = await copyOfData(data, 'a')
  await using dataB = await copyOfData(data, 'b')
  await using a = await startServer(work.a.subject.program(dataA.directory))
  await using b = await startServer(work.b.subject.program(dataB.directory))
  if (work.compare === 'answers') {
    await compareAnswers(a.port, b.port, [...samplesOf(work.a.plan), ...(work.alsoCompared ?? [])])
  }
  const turns = [
    { side: work.a, server: a, isA: true },
    { side: work.b, server: b, isA: false },
  ]
  if (order === 'BA') turns.reverse()
  for (const { side, server } of turns) await warmUp(side, server, work.connections, effort.warmUpSeconds, index)
  let figuresOfA: Figures = {}
  let figuresOfB: Figures = {}
  for (const { side, server, isA } of turns) {
    const figures = await measure(side, server, work.connections, effort.seconds, index)
    if (isA) figuresOfA = figures
    else figuresOfB = figures
  }
  return { a: figuresOfA, b: figuresOfB }
}

const warmUp = (side: Side, { port }: Server, connections: number, seconds: number, index: number) =>
  runLoad(side.plan, { port, connections, seconds, run: `warm${index}`, offset: samples, seed: 1000 + index })

const measure = async (side: Side, server: Server, connections: number, seconds: number, index: number) => {
  const { port, pid } = server
  const offset = samples + Math.floor(linesOf(side.plan).length * warmUpShare)
  const before = cpuMicrosecondsOf(pid)
  const load = await runLoad(side.plan, { port, connections, seconds, run: `run${index}`, offset, seed: index })
  const used = cpuMicrosecondsOf(pid) - before
  return {
    cpuMicroseconds: used / load.successes,
    requestsPerSecond: load.requestsPerSecond,
    p50Ms: load.p50Ms,
    p99Ms: load.p99Ms,
    ...memoryOf(pid),
  }
}

/** So many requests of the plan are compared before a pair; rows that may be used once are reserved for them. */
const samples = 5
/** The share of a list of rows that may be used once which the warm-up has for itself. */
const warmUpShare = 0.3

const samplesOf = (plan: RequestPlan): readonly Request[] => {
  const ids = linesOf(plan)
  return Array.from({ length: samples }, (_, n) => requestOf(plan, ids[n] ?? ids[0] ?? '', `sample-${n}`))
}

const linesOf = (plan: RequestPlan): readonly string[] =>
  plan.ids === undefined ? [] : readFileSync(plan.ids.file, 'utf8').trimEnd().split('\n')
