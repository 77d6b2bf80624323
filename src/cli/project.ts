import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { App } from '../app/app.ts'
import { type AppManifest, manifestOf } from '../app/manifest.ts'
import type { Seed } from '../app/seed.ts'
import { registryOf } from '../runtime/drivers.ts'
import { type Checked, check } from '../topology/check.ts'
import { parseTopology } from '../topology/parse.ts'
import { presetNamed, presets } from '../topology/presets.ts'
import type { Topology } from '../topology/topology.ts'
import { cliErrors } from './errors.ts'

/** The project in a folder: its app, its seed if it has one, and where its data lie. */
export interface Project {
  readonly app: App
  readonly manifest: AppManifest
  readonly seed: Seed | undefined
  readonly dataFolder: string
  readonly production: boolean
}

interface PackageFile {
  readonly banyan?: { readonly app?: string; readonly seed?: string }
}

export async function loadProject(folder = process.cwd()): Promise<Project> {
  const packagePath = resolve(folder, 'package.json')
  const { banyan = {} } = existsSync(packagePath) ? (JSON.parse(readFileSync(packagePath, 'utf8')) as PackageFile) : {}
  const production = process.env.NODE_ENV === 'production'
  const envFile = resolve(folder, '.env')
  if (!production && existsSync(envFile)) process.loadEnvFile(envFile)
  const app = (await loadDefault(resolve(folder, banyan.app ?? 'app.ts'), 'app')) as App
  const seed =
    banyan.seed === undefined ? undefined : ((await loadDefault(resolve(folder, banyan.seed), 'seed')) as Seed)
  return {
    app,
    manifest: manifestOf(app),
    seed,
    dataFolder: resolve(folder, process.env.BANYAN_DATA ?? '.banyan'),
    production,
  }
}

async function loadDefault(path: string, kind: 'app' | 'seed'): Promise<unknown> {
  if (!existsSync(path)) throw cliErrors.APP_UNREADABLE(`there is no ${path}`)
  const loaded = (await import(pathToFileURL(path).href)) as { readonly default?: { readonly kind?: unknown } }
  if (loaded.default?.kind !== kind)
    throw cliErrors.APP_UNREADABLE(`${path} has no default export made with ${kind}(…)`)
  return loaded.default
}

/** The topology that was asked for: a file, a file in `topologies/`, or a preset. */
export async function loadTopology(
  asked: string | undefined,
  { production }: Pick<Project, 'production'>,
  folder = process.cwd(),
): Promise<Topology> {
  const name = asked ?? process.env.BANYAN_TOPOLOGY ?? 'embedded'
  const file = [resolve(folder, name), resolve(folder, 'topologies', `${name}.ts`)].find(
    (path) => /\.(ts|js|mjs|json)$/.test(path) && existsSync(path),
  )
  if (file === undefined) {
    if (/[./\\]/.test(name)) throw cliErrors.USAGE(`there is no topology file ${name}`)
    if (!Object.hasOwn(presets, name))
      throw cliErrors.USAGE(
        `there is no topology ${JSON.stringify(name)}; presets are ${Object.keys(presets).join(', ')}, files are looked for in topologies/`,
      )
    return presetNamed(name, { production })
  }
  const value = file.endsWith('.json')
    ? readJson(file)
    : ((await import(pathToFileURL(file).href)) as { readonly default?: unknown }).default
  const parsed = parseTopology(value)
  if (parsed.topology === undefined)
    throw cliErrors.CHECK_REFUSED(
      `${file} is not a topology:\n${parsed.findings.map(({ place, reason, mend }) => `  ${place}: ${reason}\n    → ${mend}`).join('\n')}`,
    )
  return parsed.topology
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw cliErrors.CHECK_REFUSED(`${file} is not JSON: ${(cause as Error).message}`, { cause })
  }
}

/** Checks, and throws with every finding if the topology gives less than the app needs. */
export async function checked(project: Project, topology: Topology): Promise<Checked> {
  const registry = await registryOf(Object.values(topology.stores).map(({ driver }) => driver))
  const result = check(project.app, topology, registry, { production: project.production })
  if (result.ok) return result
  const lines = result.findings
    .filter(({ severity }) => severity === 'error')
    .map(({ place, reason, mend, code }) => `  ${place}: ${reason}\n    → ${mend} (${code})`)
  throw cliErrors.CHECK_REFUSED(`this app cannot run under this topology:\n${lines.join('\n')}`)
}
