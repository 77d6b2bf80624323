import { registryOf } from '../../runtime/drivers.ts'
import { findingsText } from '../../topology/check/text.ts'
import { check as checkApp } from '../../topology/check.ts'
import { sheetText } from '../../topology/sheet.ts'
import { cliErrors } from '../errors.ts'
import { loadProject, loadTopology } from '../project.ts'
import { withScratchRuntime } from '../scratch.ts'

export interface CheckOptions {
  readonly topology?: string
  readonly json?: boolean
}

/** Prints what is wrong and, where nothing is, the guarantee sheet with what the engines report of themselves. */
export async function check(options: CheckOptions): Promise<void> {
  const project = await loadProject()
  const topology = await loadTopology(options.topology, project)
  const { findings, ok, sheet } = checkApp(project.app, topology, await registryOf(), {
    production: project.production,
  })
  const durability = ok
    ? await withScratchRuntime(project, topology, ({ stores }) => durabilityOf(stores.values()))
    : {}
  const whole = sheet?.({ durability })
  if (options.json) {
    console.log(JSON.stringify({ ok, findings, sheet: whole ?? null }, null, 2))
  } else {
    if (findings.length > 0) console.log(findingsText(findings))
    if (ok && whole !== undefined) console.log(sheetText(whole))
  }
  if (!ok) throw cliErrors.CHECK_REFUSED(`${project.manifest.name} cannot run under this topology`)
}

function durabilityOf(
  stores: Iterable<{ readonly name: string; readonly engine: { readonly durability: string } }>,
): Record<string, string> {
  return Object.fromEntries([...stores].map(({ name, engine }) => [name, engine.durability]))
}
