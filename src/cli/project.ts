import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { App } from '../app/app.ts'
import { type AppManifest, manifestOf } from '../app/manifest.ts'
import type { Seed } from '../app/seed.ts'
import { orCompiled } from './compiled.ts'
import { given } from './environment.ts'
import { cliErrors } from './errors.ts'
import { loadDefault } from './load-module.ts'
import { shownPath } from './user-error.ts'

/** The project in a folder: its app, its seed if it has one, and where its data lie. */
export interface Project {
  readonly app: App
  readonly manifest: AppManifest
  readonly seed: Seed | undefined
  readonly dataFolder: string
  readonly production: boolean
  /** Where the app's file lies, and a folder `topologies` beside it. */
  readonly appFolder: string
}

export async function loadProject(folder = process.cwd()): Promise<Project> {
  const files = declaredFiles(resolve(folder, 'package.json'))
  const production = process.env.NODE_ENV === 'production'
  readEnvFile(folder)
  const appPath = orCompiled(resolve(folder, files.app ?? 'app.ts'))
  const app = (await loadKind(appPath, 'app')) as App
  const seedPath = files.seed === undefined ? undefined : orCompiled(resolve(folder, files.seed))
  const seed = seedPath === undefined ? undefined : await loadSeed(seedPath)
  return {
    app,
    manifest: manifestOf(app),
    seed,
    dataFolder: dataFolderIn(folder),
    production,
    appFolder: dirname(appPath),
  }
}

/** What `.env` says while developing; what is set already stays. */
export function readEnvFile(folder = process.cwd()): void {
  const file = resolve(folder, '.env')
  if (process.env.NODE_ENV !== 'production' && existsSync(file)) process.loadEnvFile(file)
}

/** The folder of embedded data of a project (`BANYAN_DATA`). */
export function dataFolderIn(folder: string, environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(folder, given('BANYAN_DATA', environment) ?? '.banyan')
}

interface DeclaredFiles {
  readonly app?: string
  readonly seed?: string
}

/** What `package.json#banyan` says. */
function declaredFiles(path: string): DeclaredFiles {
  if (!existsSync(path)) return {}
  let banyan: unknown
  try {
    banyan = (JSON.parse(readFileSync(path, 'utf8')) as { readonly banyan?: unknown } | null)?.banyan ?? {}
  } catch (cause) {
    throw cliErrors.APP_UNREADABLE(`${shownPath(path)} is not JSON: ${(cause as Error).message}`, { cause })
  }
  const { app, seed } = banyan as Readonly<Record<string, unknown>>
  for (const file of [app, seed]) {
    if (file !== undefined && typeof file !== 'string')
      throw cliErrors.APP_UNREADABLE(`${shownPath(path)} names ${JSON.stringify(file)} where it should name a file`)
  }
  return banyan as DeclaredFiles
}

/** The seed that a file exports. */
export async function loadSeed(path: string): Promise<Seed> {
  return (await loadKind(path, 'seed')) as Seed
}

async function loadKind(path: string, kind: 'app' | 'seed'): Promise<unknown> {
  const loaded = await loadDefault(path)
  if ((loaded as { readonly kind?: unknown } | null | undefined)?.kind === kind) return loaded
  const unreadable = kind === 'app' ? cliErrors.APP_UNREADABLE : cliErrors.SEED_UNREADABLE
  throw unreadable(`${shownPath(path)} has no default export made with ${kind}(…)`)
}
