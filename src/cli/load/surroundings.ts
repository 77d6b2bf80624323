import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'
import type { Surroundings } from '../../load/report.ts'

/** What figures have to be read with: this machine, and the versions of what took part. */
export function surroundings(folder: string): Surroundings {
  return {
    machine: {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      memoryGigabytes: Math.round(totalmem() / 2 ** 30),
      kernel: `${type()} ${release()}`,
    },
    node: process.version,
    banyan: ownVersion(),
    commit: commitOf(folder),
  }
}

function ownVersion(): string {
  const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}

function commitOf(folder: string): string | null {
  const git = (...args: readonly string[]) => spawnSync('git', args, { cwd: folder, encoding: 'utf8', timeout: 5_000 })
  const head = git('rev-parse', '--short=12', 'HEAD')
  if (head.status !== 0) return null
  const changes = git('status', '--porcelain', '--', '.').stdout
  return `${head.stdout.trim()}${changes === '' ? '' : ' with uncommitted changes'}`
}
