import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { registryOf } from '../runtime/drivers.ts'
import { refusal } from '../topology/check/refusal.ts'
import { type Checked, check } from '../topology/check.ts'
import { topologyErrors } from '../topology/errors.ts'
import { type Parsed, parseTopology } from '../topology/parse.ts'
import { isPresetName, presetEngines, presetNamed, presets } from '../topology/presets.ts'
import type { Topology } from '../topology/topology.ts'
import { orCompiled } from './compiled.ts'
import { startMissing } from './engines.ts'
import { given } from './environment.ts'
import { cliErrors } from './errors.ts'
import { loadDefault } from './load-module.ts'
import type { Project } from './project.ts'
import { shownPath } from './user-error.ts'

/** The topology that was asked for and has been found to give what the app needs. Throws every finding if it does not. */
export async function checkedTopology(
  project: Project,
  asked: string | undefined,
): Promise<{ readonly topology: Topology; readonly checked: Checked }> {
  const { topology, findings } = await findTopology(project, asked)
  if (topology === undefined) throw refusal(findings)
  const registry = await registryOf(Object.values(topology.stores).map(({ driver }) => driver))
  const checked = check(project.app, topology, registry, { production: project.production, variables: process.env })
  if (!checked.ok) throw refusal(checked.findings)
  return { topology, checked }
}

/** The topology that was asked for, or what is wrong with its form: a file, one in `topologies/` beside the app, or a preset. */
export async function findTopology(project: Project, asked: string | undefined): Promise<Parsed> {
  const name = asked ?? given('BANYAN_TOPOLOGY') ?? 'embedded'
  const file = [resolve(name), join(project.appFolder, 'topologies', `${name}.ts`)]
    .map(orCompiled)
    .find((path) => isTopologyFile(path) && existsSync(path))
  if (file !== undefined) return parseTopology(file.endsWith('.json') ? readJson(file) : await loadDefault(file))
  if (isPresetName(name)) {
    const topology = presetNamed(name, project)
    if (!project.production) await startMissing(presetEngines[name], topology, project.dataFolder)
    return { topology, findings: [] }
  }
  if (isTopologyFile(name)) throw cliErrors.USAGE(`there is no topology file ${name}`)
  const own = ownTopologies(project.appFolder)
  throw cliErrors.USAGE(
    `there is no topology ${JSON.stringify(name)}; presets are ${Object.keys(presets).join(', ')}${
      own.length === 0 ? ', and files are looked for in topologies/' : `, and those of topologies/: ${own.join(', ')}`
    }`,
  )
}

function isTopologyFile(path: string): boolean {
  return /\.(m?[tj]s|json)$/.test(path)
}

function ownTopologies(appFolder: string): readonly string[] {
  const folder = join(appFolder, 'topologies')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => /\.[tj]s$/.test(file) && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw topologyErrors.CHECK_REFUSED(`${shownPath(file)} is not JSON: ${(cause as Error).message}`, { cause })
  }
}
