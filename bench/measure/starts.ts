import { setTimeout as sleep } from 'node:timers/promises'
import type { StartWork, Subject } from '../works/work.ts'
import { copyOfData } from './dataset-copy.ts'
import type { Figures } from './goal.ts'
import type { Pair, Tell } from './pairs.ts'
import { memoryOf } from './process-tree.ts'
import { startServer } from './server.ts'

/**
 * Starts the two programs in turns: the time from the start of the process to its first answer, and the memory of its tree
 * some seconds later. One start of each comes first and is not counted, so that compile caches and the page cache are warm.
 * Never both at once: they would share pages, and PSS would credit each with half of them.
 */
export const runStarts = async (work: StartWork, data: string | undefined, effort: StartEffort, tell: Tell) => {
  await using dataA = await copyOfData(work.a.data ?? data, 'a')
  await using dataB = await copyOfData(work.b.data ?? data, 'b')
  const startOfA = (seconds: number) => oneStart(work.a, dataA.directory, seconds)
  const startOfB = (seconds: number) => oneStart(work.b, dataB.directory, seconds)
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

const oneStart = async (subject: Subject, directory: string, restSeconds: number): Promise<Figures> => {
  await using server = await startServer(subject.program(directory))
  await sleep(restSeconds * 1000)
  return { firstAnswerMs: server.firstAnswerMs, ...memoryOf(server.pid) }
}
