import { delimiter, join, resolve } from 'node:path'
import { isExecutable, versionedFolders } from '../src/engines/programs.ts'

export type Engine = {
  /** What to spawn. The bare name where the engine is absent, so that a test that forgot to skip fails by that name. */
  readonly path: string
  /** Present only where the engine is absent: the reason, in the form that `test` takes. */
  readonly skip?: string
}

/**
 * A program that some tests need beside Node. Absent, the tests that need it are skipped with the reason; with CI=true
 * that would hide a missing install step, so there it throws.
 * ```ts
 * const strace = engine('strace')
 * test('syncs before it answers', { skip: strace.skip }, () => { spawn(strace.path, …) })
 * ```
 */
export function engine(name: keyof typeof folders): Engine {
  const found = folders[name]()
    .map((folder) => join(folder, name === 'node24' ? 'node' : name))
    .find(isExecutable)
  if (found) return { path: found }
  const reason = `${name} is not installed; install it with: npm run engines:install`
  if (process.env.CI === 'true') throw new Error(reason)
  return { path: name, skip: reason }
}

const onPath = () => (process.env.PATH ?? '').split(delimiter)

// The venvs are made by scripts/engines-install.js.
const folders = {
  strace: onPath,
  wrk: onPath,
  // Debian keeps it off the path.
  initdb: () => [...versionedFolders('/usr/lib/postgresql'), ...onPath()],
  // There too, where only administrators have their path.
  mariadbd: () => ['/usr/sbin', ...onPath()],
  pgbouncer: () => [...onPath(), '/usr/sbin'],
  schemathesis: () => [resolve(import.meta.dirname, '../.engines/schemathesis/bin')],
  hadolint: () => [resolve(import.meta.dirname, '../.engines/hadolint/bin')],
  node24: () => [resolve(import.meta.dirname, 'new/tools/node_modules/node/bin')],
  redocly: openapiTools,
  'openapi-typescript': openapiTools,
}

function openapiTools() {
  return [resolve(import.meta.dirname, 'openapi/tools/node_modules/.bin')]
}
