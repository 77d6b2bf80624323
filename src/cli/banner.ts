import { styleText } from 'node:util'
import type { Runtime } from '../runtime/boot.ts'
import type { Topology } from '../topology/topology.ts'
import { guideFolder } from './guide.ts'
import type { Project } from './project.ts'
import { tryCommand } from './try-command.ts'
import { shownPath } from './user-error.ts'

/** What a start says once it serves: where everything is, and something to try. */
export async function banner(url: string, runtime: Runtime, topology: Topology, project: Project): Promise<string> {
  const { name, version } = runtime.manifest
  const stores = [...runtime.stores.values()].map(({ engine }) => engine.durability)
  const lines = [
    styleText('bold', `${name} is up.`),
    '',
    `  API   ${styleText('cyan', `${url}/${version}`)}`,
    `  Docs  ${styleText('cyan', `${url}/docs`)}`,
    `  Spec  ${styleText('cyan', `${url}/openapi.json`)}`,
    ...(guideFolder(project) === undefined ? [] : [`  Guide ${styleText('cyan', `${url}/guide`)}`]),
    `  Data  ${shownPath(project.dataFolder)}/`,
    ...[...new Set(stores)].map((durability) => `        ${durability}`),
  ]
  // Only development identity believes whoever says to be somebody.
  const command = topology.identity?.driver === 'development' ? await tryCommand(runtime, url) : undefined
  if (command !== undefined)
    lines.push('', `Try ${command.operation}, signed in as ${command.caller}:`, '', ...command.lines)
  lines.push('', 'Ctrl-C stops it.')
  return lines.join('\n')
}
