import { setTimeout as sleep } from 'node:timers/promises'
import type { StartWork, Subject } from '../works/work.ts'
import { type CopyOf, copiesOf, type DataCopy } from './dataset-copy.ts'
import type { Figures } from './goal.ts'
import type { Pair } from './pairs.ts'
import { memoryOf } from './process-tree.ts'
import type { Tell } from './rounds.ts'
import { startServer } from './server.ts'

/**
 * Starts the two programs in turns: the time from the start of the process to its first answer, and the memory of its tree
 * some seconds later. One start of each comes first and is not counted, so that compile caches and the page cache are warm.
 * Never both at once: they would share pages, and PSS would credit each with half of them.
 */
export const runStarts = async (work: StartWork, copyOf: CopyOf, effort: StartEffort, tell: Tell) => {
  const copyFor = ({ data }: Subject, name: string) => (data === undefined ? copyOf(name) : copiesOf(data)(name))
  await using dataA = await copyFor(work.a, 'a')
  await using dataB = await copyFor(work.b, 'b')
  const startOfA = (seconds: number) => oneStart(work.a, dataA, seconds)
  const startOfB = (seconds: number) => oneStart(work.b, dataB, seconds)
  await startOfA(1)
  await startOfB(1)
  const pairs: Pair[] = []
  for (let index = 0; index < effort.starts; index++) {
    if (index % 2 === 0) {
      const a = await startOfA(effort.restSeconds)
      pairs.push({ order: 'AB', a, b: await startOfB(effort.restSeconds) })
    } else {
      const b = await startOfB(effort.restSeconds)
      pairs.push({ order: 'BA', a: await startOfA(effort.restSeconds), b })
    }
    tell(`${work.name}: start ${index + 1} of ${effort.starts} ${JSON.stringify(pairs.at(-1))}`)
  }
  return pairs
}

export type StartEffort = { readonly starts: number; readonly restSeconds: number }

const oneStart = async (subject: Subject, data: DataCopy, restSeconds: number): Promise<Figures> => {
  await using server = await startServer(subject.program(data.directory), data.environment)
  await sleep(restSeconds * 1000)
  return { firstAnswerMs: server.firstAnswerMs, ...memoryOf(server.pid) }
}
