import { readFileSync } from 'node:fs'
import { namesIn } from './listening.ts'

/** The processor time in microseconds, user and system, that these processes and their live descendants have used; null where the system does not tell. */
export function cpuMicroseconds(pids: readonly number[]): number | null {
  const all = new Set(pids.flatMap(treeOf))
  const ticks = [...all].flatMap(ticksOf)
  return ticks.length === 0 ? null : ticks.reduce((sum, own) => sum + own, 0) * microsecondsPerTick
}

/** Linux reports to programs in hundredths of a second on every architecture, whatever its own clock does. */
const microsecondsPerTick = 10_000

function treeOf(pid: number): readonly number[] {
  const children = namesIn(`/proc/${pid}/task`).flatMap((thread) =>
    textOf(`/proc/${pid}/task/${thread}/children`).split(' '),
  )
  return [pid, ...children.filter(Boolean).flatMap((child) => treeOf(Number(child)))]
}

/** Fields 14 and 15 of proc(5). The name in field 2 may hold spaces. */
function ticksOf(pid: number): readonly number[] {
  const stat = textOf(`/proc/${pid}/stat`)
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return user === undefined || system === undefined ? [] : [Number(user) + Number(system)]
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
