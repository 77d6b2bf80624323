import type { PairWork } from '../works/work.ts'
import { answersOf, compareAnswers } from './comparison.ts'
import type { CopyOf } from './dataset-copy.ts'
import type { Figures } from './goal.ts'
import { runRound, samplesOf, type Tell } from './rounds.ts'

/** Runs the pairs of a work: rounds of two sides. Every other pair begins with B. */
export const runPairs = async (
  work: PairWork,
  copyOf: CopyOf,
  { pairs: count, seconds, warmUpSeconds }: Effort,
  tell: Tell,
): Promise<readonly Pair[]> => {
  const { connections, isReadOnly, a: sideA, b: sideB } = work
  const compared = [...samplesOf(sideA.plan), ...(work.alsoCompared ?? [])]
  const pairs: Pair[] = []
  for (let index = 0; index < count; index++) {
    const order = index % 2 === 0 ? 'AB' : 'BA'
    const [a, b] = await runRound([sideA, sideB], {
      ...{ copyOf, connections, seconds, warmUpSeconds, index, isReadOnly },
      isReversed: order === 'BA',
      async check([portA, portB]) {
        if (work.compare === 'nothing') return
        const answersA = await answersOf(portA!, compared)
        compareAnswers(compared, answersA, await answersOf(portB!, compared), positionsOf(work))
      },
    })
    pairs.push({ order, a: a!, b: b! })
    tell(`${work.name}: pair ${index + 1} of ${count} (${order}) ${JSON.stringify(pairs.at(-1))}`)
  }
  return pairs
}

export type Pair = { readonly order: 'AB' | 'BA'; readonly a: Figures; readonly b: Figures }
export type Effort = { readonly pairs: number; readonly seconds: number; readonly warmUpSeconds: number }

/** Copies of one file stand at one position; databases of one server share its log, and stand wherever it is. */
const positionsOf = ({ data }: PairWork) => (data === 'postgres' ? 'differ' : 'same')
