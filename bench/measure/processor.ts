import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * Servers run on one processor and the load on another: processors of a shared machine differ by a third, and a server that the
 * kernel moves between them differs from itself by as much. Both sides of a pair take turns on the same one.
 */
export const serverProcessor = 0
export const loadProcessor = 1
/** A database has processors of its own where it serves, and the load needs little of its one. */
export const databaseProcessor: number = loadProcessor

/** A command that runs on that processor only, where the machine has it and can do so. */
export const onProcessor = (
  processor: number,
  command: string,
  args: readonly string[],
): [command: string, args: readonly string[]] =>
  hasProcessor(processor) ? ['taskset', ['-c', String(processor), command, ...args]] : [command, args]

/** Moves processes that run, all of their threads; what they start from then on stays there, too. */
export const moveTo = (processor: number, pids: readonly number[]): void => {
  if (!hasProcessor(processor)) return
  for (const pid of pids)
    execFileSync('taskset', ['-a', '-c', '-p', String(processor), String(pid)], { stdio: 'ignore' })
}

const hasProcessor = (processor: number): boolean =>
  process.platform === 'linux' && processor < availableParallelism() && availableParallelism() > 1
