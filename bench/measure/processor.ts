import { availableParallelism } from 'node:os'

/**
 * Servers run on one processor and the load on another: processors of a shared machine differ by a third, and a server that the
 * kernel moves between them differs from itself by as much. Both sides of a pair take turns on the same one.
 */
export const serverProcessor = 0
export const loadProcessor = 1

/** A command that runs on that processor only, where the machine has it and can do so. */
export const onProcessor = (
  processor: number,
  command: string,
  args: readonly string[],
): [command: string, args: readonly string[]] =>
  process.platform === 'linux' && processor < availableParallelism() && availableParallelism() > 1
    ? ['taskset', ['-c', String(processor), command, ...args]]
    : [command, args]
