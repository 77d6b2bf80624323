import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type EngineName, engineKinds, isEngineName } from '../engines/kinds.ts'
import { unsetVariables } from '../topology/env.ts'
import type { Topology } from '../topology/topology.ts'
import { shownPath } from './user-error.ts'

/** Where an engine for development has its data. */
export function engineFolder(dataFolder: string, name: EngineName): string {
  return join(dataFolder, 'engines', name)
}

/** The engines that were ever started in a folder of data. */
export function enginesIn(dataFolder: string): readonly EngineName[] {
  const folder = join(dataFolder, 'engines')
  return existsSync(folder) ? readdirSync(folder).filter(isEngineName) : []
}

export const notForProduction = 'For development and tests only: nothing of it is backed up, watched or tuned.'

/**
 * Starts engines for a topology of which the environment has no address, sets the variables that it names, and says so. They stay
 * up when this process ends, so that the next one finds them.
 */
export async function startMissing(names: readonly string[], { stores }: Topology, dataFolder: string): Promise<void> {
  const variables = Object.values(stores).flatMap(({ options }) => unsetVariables(Object.values(options), {}))
  // Where only some are set somebody has begun to say where it runs; what lacks is then found by the check.
  if (variables.some((name) => (process.env[name] ?? '') !== '')) return
  for (const name of names.filter(isEngineName)) {
    const { environment } = await (await engineKinds[name]()).up(engineFolder(dataFolder, name))
    Object.assign(process.env, environment)
    const folder = shownPath(engineFolder(dataFolder, name))
    console.error(
      `banyan: ${variables.join(' and ')} is not set, so this runs on ${name} in ${folder}/.\n  ${notForProduction}\n  It stays up: banyan engines down stops it.`,
    )
  }
}

/** Ends what was started in a folder of data that is about to go. */
export async function removeEngines(dataFolder: string): Promise<void> {
  for (const name of enginesIn(dataFolder)) await (await engineKinds[name]()).remove(engineFolder(dataFolder, name))
}
