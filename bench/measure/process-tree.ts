import { existsSync, readdirSync, readFileSync } from 'node:fs'

/**
 * The processor time in microseconds, user and system, that a process and all its descendants have used so far: the live
 * ones by their own account, the ended ones by what their parents inherited. The difference of two readings is what
 * happened between them.
 */
export const cpuMicrosecondsOf = (pid: number): number => {
  for (let tries = 1; ; tries++) {
    try {
      return treeOf(pid).reduce((ticks, member) => ticks + ticksOf(member), 0) * microsecondsPerTick
    } catch (error) {
      // One ended while it was read, and its time may stand nowhere in this reading.
      if (tries === triesMax || !existsSync(`/proc/${pid}`)) throw error
    }
  }
}

const triesMax = 100

/**
 * The memory of the tree in megabytes. PSS divides a page by the number of processes that share it, so that the sum over
 * a tree counts nothing twice; RSS counts shared pages once per process.
 */
export const memoryOf = (pid: number): Memory => {
  let pss = 0
  let rss = 0
  for (const member of treeOf(pid)) {
    const text = readFileSync(`/proc/${member}/smaps_rollup`, 'utf8')
    pss += kilobytesOf(text, 'Pss')
    rss += kilobytesOf(text, 'Rss')
  }
  return { pssMegabytes: pss / 1024, rssMegabytes: rss / 1024 }
}

export type Memory = { readonly pssMegabytes: number; readonly rssMegabytes: number }

/** The process and its live descendants. */
export const treeOf = (pid: number): readonly number[] => [pid, ...childrenOf(pid).flatMap(treeOf)]

const childrenOf = (pid: number): readonly number[] => {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    )
  } catch {
    return [] // It ended between the two readings: whoever waited for it has its time.
  }
}

/** Fields 14 to 17 of proc(5): own user and system time, then those of children waited for. The name in field 2 may hold spaces. */
const ticksOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
}

/** Linux reports to programs in hundredths of a second on every architecture, whatever its own clock does. */
const microsecondsPerTick = 10_000

const kilobytesOf = (text: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0)
