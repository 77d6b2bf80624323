import { existsSync } from 'node:fs'
import { BanyanError } from '../../core/errors.ts'
import type { Engine } from '../../engines/engine.ts'
import { type EngineName, engineKinds, isEngineName } from '../../engines/kinds.ts'
import { columnsText } from '../columns.ts'
import { engineFolder, enginesIn, notForProduction } from '../engines.ts'
import { cliErrors } from '../errors.ts'
import { dataFolderIn } from '../project.ts'

/** Starts engines on this machine, and prints what a topology reads of them from the environment. */
export async function enginesUp(names: readonly string[]): Promise<void> {
  refuseProduction()
  for (const name of asked(names)) {
    const { environment } = await (await engineKinds[name]()).up(folderOf(name))
    for (const [variable, value] of Object.entries(environment)) console.log(`${variable}=${value}`)
  }
  console.error(notForProduction)
}

/** Stops engines, all that are up without a name. */
export async function enginesDown(names: readonly string[], options: { readonly remove?: boolean }): Promise<void> {
  const all = names.length === 0 ? enginesIn(dataFolderIn(process.cwd())) : asked(names)
  for (const name of all) {
    const kind = await engineKinds[name]()
    if (options.remove) await kind.remove(folderOf(name))
    else await kind.down(folderOf(name))
    console.log(`${name} ${options.remove ? 'is stopped, and its data are deleted' : 'is stopped; its data stay'}`)
  }
  if (all.length === 0) console.log('no engine was ever started here')
}

/** Lists the engines that there are: what this machine has, and what runs. */
export async function enginesStatus(options: { readonly json?: boolean }): Promise<void> {
  const listed = await Promise.all((Object.keys(engineKinds) as EngineName[]).map(described))
  if (options.json) {
    console.log(JSON.stringify(listed, null, 2))
    return
  }
  const rows = listed.map(({ name, installed, servers }) => [name, installed ?? 'not installed', serversText(servers)])
  console.log(columnsText(['ENGINE', 'THIS MACHINE HAS', 'SERVERS'], rows))
}

async function described(name: EngineName) {
  const kind = await engineKinds[name]()
  const [installed, engine] = [await versionOf(kind), await statusOf(name)]
  return { name, summary: kind.summary, installed, servers: engine?.servers ?? [] }
}

/** Null where the machine has none of it. */
async function versionOf({ installed }: { installed(): Promise<string> }): Promise<string | null> {
  try {
    return await installed()
  } catch (error) {
    if (error instanceof BanyanError && error.code === 'ENGINE_MISSING') return null
    throw error
  }
}

async function statusOf(name: EngineName): Promise<Engine | undefined> {
  return existsSync(folderOf(name)) ? (await engineKinds[name]()).status(folderOf(name)) : undefined
}

function serversText(servers: Engine['servers']): string {
  if (servers.length === 0) return 'none'
  return servers.map(({ role, port, isUp }) => `${role} ${isUp ? `on port ${port}` : 'is down'}`).join(', ')
}

function asked(names: readonly string[]): readonly EngineName[] {
  const unknown = names.find((name) => !isEngineName(name))
  const all = Object.keys(engineKinds).join(', ')
  if (unknown !== undefined) throw cliErrors.USAGE(`there is no engine ${JSON.stringify(unknown)}; there are: ${all}`)
  return names as readonly EngineName[]
}

function folderOf(name: EngineName): string {
  return engineFolder(dataFolderIn(process.cwd()), name)
}

function refuseProduction(): void {
  if (process.env.NODE_ENV === 'production')
    throw cliErrors.USAGE('engines for development are not started with NODE_ENV=production')
}
