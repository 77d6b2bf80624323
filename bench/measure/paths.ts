import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const benchFolder = dirname(dirname(fileURLToPath(import.meta.url)))
export const rootFolder = dirname(benchFolder)
export const resultsFolder = join(benchFolder, 'results')
export const peersFolder = join(benchFolder, 'peers')
/** Data, scripts and logs of runs. Inside the work tree and not under /tmp, which may be memory, where `fsync` costs nothing. */
export const dataFolder = join(benchFolder, '.data')
export const scratchFolder = join(dataFolder, 'scratch')
