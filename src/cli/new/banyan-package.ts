import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { cliErrors } from '../errors.ts'

/** Where a new app takes Banyan from. */
export interface BanyanPackage {
  /** As `package.json` says it. */
  readonly dependency: string
  /** A file that comes along, so that the folder can be built anywhere. */
  readonly tarball?: string
}

/** Throws USAGE for a tarball that is not there. */
export function banyanPackage(given: string): BanyanPackage {
  if (!/\.(tgz|tar\.gz)$/.test(given) || /^https?:/.test(given)) return { dependency: given }
  const tarball = resolve(given.replace(/^file:/, ''))
  if (!existsSync(tarball)) throw cliErrors.USAGE(`there is no ${given}; npm pack makes one of a folder`)
  return { dependency: `file:${basename(tarball)}`, tarball }
}
