import { execFileSync } from 'node:child_process'
import { cpus, release, totalmem, type } from 'node:os'
import { rootFolder } from './paths.ts'

/** What a figure has to be read with: the machine and the versions of everything that took part. */
export const surroundings = (): Surroundings => ({
  machine: {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    kernel: `${type()} ${release()}`,
  },
  versions: {
    banyan: commit(),
    node: process.version,
    sqlite: process.versions.sqlite ?? 'unknown',
    wrk: wrkVersion(),
  },
})

export type Surroundings = {
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly memoryGigabytes: number
    readonly kernel: string
  }
  readonly versions: Readonly<Record<string, string>>
}

const commit = (): string => {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: rootFolder, encoding: 'utf8' }).trim()
  const changes = git('status', '--porcelain', '--', 'src', 'bin', 'bench', ':!bench/results', 'package-lock.json')
  return `${git('rev-parse', '--short=12', 'HEAD')}${changes === '' ? '' : ' with uncommitted changes'}`
}

/** `wrk --version` prints its version and its usage, and exits with 1. */
const wrkVersion = (): string => {
  try {
    return execFileSync('wrk', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch (error) {
    const output = (error as { stdout?: string }).stdout ?? ''
    return /^wrk (\S+)/.exec(output)?.[1] ?? 'unknown'
  }
}

/** The load generator is no JavaScript program and comes with the engines. */
export const isLoadGeneratorPresent = (): boolean => wrkVersion() !== 'unknown'
