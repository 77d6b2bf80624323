import type { Opponent, VersusWork } from '../works/work.ts'
import { answersOf, compareAnswers } from './comparison.ts'
import type { CopyOf } from './dataset-copy.ts'
import type { Figures } from './goal.ts'
import { runRound, samplesOf, type Tell } from './rounds.ts'
import { compareValues } from './values.ts'

/**
 * A short round of everybody, then the rounds of those that count: the plain one, the generated ones, and whoever of those by hand
 * may be the best. In both the answers of each are compared with those of A before anything is measured.
 */
export const runVersus = async (
  work: VersusWork,
  copyOf: CopyOf,
  { rounds: count, seconds, warmUpSeconds, qualifyingSeconds }: VersusEffort,
  tell: Tell,
): Promise<Versus> => {
  const round = async (opponents: readonly Opponent[], index: number, duration: Duration): Promise<Round> => {
    const { connections, a } = work
    const order = index % 2 === 0 ? 'forward' : 'backward'
    const [ofA, ...others] = await runRound([a, ...opponents], {
      ...{ copyOf, connections, index, ...duration },
      isReversed: order === 'backward',
      check: ([portA, ...ports]) => compare(work, portA!, opponents, ports),
    })
    const named = opponents.map(({ subject: { name } }, at) => [name, others[at]!] as const)
    const found: Round = { order, a: ofA!, opponents: named }
    tell(`${work.name}: ${JSON.stringify(found)}`)
    return found
  }

  const qualifying = await round(work.opponents, 0, { seconds: qualifyingSeconds, warmUpSeconds })
  const contenders = contendersOf(work.opponents, qualifying)
  const finalists = work.opponents.filter(
    ({ role, subject }) => role === 'plain' || role === 'generated' || contenders.has(subject.name),
  )
  const rounds: Round[] = []
  for (let index = 1; index <= count; index++) rounds.push(await round(finalists, index, { seconds, warmUpSeconds }))
  return { qualifying, rounds }
}

export type VersusEffort = Duration & { readonly rounds: number; readonly qualifyingSeconds: number }
type Duration = { readonly seconds: number; readonly warmUpSeconds: number }

export type Versus = { readonly qualifying: Round; readonly rounds: readonly Round[] }

export type Round = {
  readonly order: 'forward' | 'backward'
  readonly a: Figures
  readonly opponents: readonly (readonly [name: string, figures: Figures])[]
}

const compare = async (work: VersusWork, portA: number, opponents: readonly Opponent[], ports: readonly number[]) => {
  // A is asked once: what it was told to change once it would refuse the second time.
  const answersOfA = await answersOf(portA, samplesOf(work.a.plan))
  for (const [at, { plan, rowsOf, subject }] of opponents.entries()) {
    const requests = samplesOf(plan)
    const answers = await answersOf(ports[at]!, requests)
    try {
      if (rowsOf === undefined) compareAnswers(requests, answersOfA, answers, 'differ')
      else compareValues(answersOfA, answers, rowsOf)
    } catch (cause) {
      throw new Error(`${subject.name} does not answer as ${work.a.subject.name} does.`, { cause })
    }
  }
}

/** A short round may mistake the second for the best, so that both are measured; and whoever answers the most requests. */
const contendersOf = (opponents: readonly Opponent[], { opponents: measured }: Round): ReadonlySet<string> => {
  const byHand = measured.filter((_, at) => isByHand(opponents[at]!))
  const [first, second] = byHand.toSorted(([, x], [, y]) => x.cpuMicroseconds! - y.cpuMicroseconds!)
  const [fastest] = byHand.toSorted(([, x], [, y]) => y.requestsPerSecond! - x.requestsPerSecond!)
  return new Set([first, second, fastest].map((one) => one![0]))
}

export const isByHand = ({ role }: Opponent): boolean => role === 'plain' || role === 'byHand'
