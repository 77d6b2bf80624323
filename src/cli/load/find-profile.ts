import { existsSync, readdirSync } from 'node:fs'
import { basename, extname, join, resolve } from 'node:path'
import { loadErrors } from '../../load/errors.ts'
import type { LoadProfile } from '../../load/load.ts'
import { orCompiled } from '../compiled.ts'
import { cliErrors } from '../errors.ts'
import { loadDefault } from '../load-module.ts'
import type { Project } from '../project.ts'
import { shownPath } from '../user-error.ts'

export interface FoundProfile {
  /** The file's own name: `load/browse.ts` is `browse`. */
  readonly name: string
  readonly profile: LoadProfile
}

/** The profile that was asked for: a file, or one in `load/` beside the app by its name. */
export async function findProfile({ appFolder }: Project, asked: string | undefined): Promise<FoundProfile> {
  if (asked === undefined) throw cliErrors.USAGE(`which load profile? ${ownText(appFolder)}`)
  const file = [resolve(asked), join(appFolder, 'load', `${asked}.ts`)]
    .map(orCompiled)
    .find((path) => isProfileFile(path) && existsSync(path))
  if (file === undefined)
    throw cliErrors.USAGE(`there is no load profile ${JSON.stringify(asked)}; ${ownText(appFolder)}`)
  const profile = await loadDefault(file)
  if ((profile as Partial<LoadProfile> | null | undefined)?.kind !== 'load') {
    throw loadErrors.LOAD_PROFILE_INVALID(`${shownPath(file)} has no default export made with load(…) of banyan/load`)
  }
  return { name: basename(file, extname(file)), profile: profile as LoadProfile }
}

function isProfileFile(path: string): boolean {
  return /\.m?[tj]s$/.test(path)
}

function ownText(appFolder: string): string {
  const folder = join(appFolder, 'load')
  const files = existsSync(folder) ? readdirSync(folder) : []
  const names = files
    .filter((file) => /\.[tj]s$/.test(file) && !/\.(test|d)\.[tj]s$/.test(file))
    .map((file) => basename(file, extname(file)))
  return names.length === 0
    ? `profiles are looked for in ${shownPath(folder)}/, and there is none`
    : `those of ${shownPath(folder)}/ are ${names.toSorted().join(', ')}`
}
