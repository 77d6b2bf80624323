import { styleText } from 'node:util'
import type { Finding } from '../../app/review/finding.ts'
import { BanyanError } from '../../core/errors.ts'
import { registryOf } from '../../runtime/drivers.ts'
import { inspectStore } from '../../runtime/inspect.ts'
import { countsText } from '../../topology/check/refusal.ts'
import { findingsText } from '../../topology/check/text.ts'
import { check as checkApp } from '../../topology/check.ts'
import { type Sheet, sheetText } from '../../topology/sheet.ts'
import { wrapped } from '../../topology/text.ts'
import type { Topology } from '../../topology/topology.ts'
import { type Contact, contactsOf } from '../contact.ts'
import { refusedExitCode, unopenedExitCode } from '../exit.ts'
import { loadProject, type Project } from '../project.ts'
import { findTopology } from '../topology.ts'

export interface CheckOptions {
  readonly topology?: string
  readonly json?: boolean
  /** Also reaches the engines that the topology names, and looks at the data there. */
  readonly connect?: boolean
}

/**
 * Prints the guarantee sheet, with what the engines report of themselves, and every finding. Exits with 3 if one is an error, with 4
 * if the data cannot be opened.
 */
export async function check(options: CheckOptions): Promise<void> {
  const project = await loadProject()
  const result = await examined(project, options)
  if (options.json) console.log(JSON.stringify(result, null, 2))
  else console.log(resultText(result))
  if (result.ok) return
  const isUnopened = result.contacts?.some(({ isOpen }) => !isOpen)
  process.exitCode = isUnopened ? unopenedExitCode : refusedExitCode
}

interface Result {
  readonly ok: boolean
  readonly findings: readonly Finding[]
  readonly sheet: Sheet | null
  /** What each engine said of itself, or why it could not be asked. */
  readonly engines: Asked | null
  /** How each store was found; null where nobody asked. */
  readonly contacts: readonly Contact[] | null
}

type Asked =
  | {
      readonly durability: Readonly<Record<string, string>>
      readonly connection: Readonly<Record<string, string>>
    }
  | { readonly failure: string }

async function examined(project: Project, { topology: asked, connect = false }: CheckOptions): Promise<Result> {
  const found = await findTopology(project, asked)
  const nothing = { sheet: null, engines: null, contacts: null }
  if (found.topology === undefined) return { ok: false, findings: found.findings, ...nothing }
  const { app, production } = project
  const { ok, findings, sheet } = checkApp(app, found.topology, await registryOf(), {
    production,
    variables: process.env,
  })
  if (!ok) return { ok, findings, ...nothing, sheet: sheet?.() ?? null }
  const contacts = connect ? await contactsOf(project, found.topology) : null
  const engines = contacts === null ? await enginesAsked(project, found.topology) : reportedBy(contacts)
  const all = [...findings, ...(contacts ?? []).flatMap((contact) => contact.findings)]
  return {
    ok: !all.some(({ severity }) => severity === 'error'),
    findings: all,
    sheet: sheet!('failure' in engines ? {} : engines),
    engines,
    contacts,
  }
}

async function enginesAsked({ app, manifest }: Project, topology: Topology): Promise<Asked> {
  try {
    const all = Object.keys(topology.stores).map(async (store) => ({
      store,
      ...(await inspectStore({ app, manifest, topology }, store)),
    }))
    return reportedBy(await Promise.all(all))
  } catch (error) {
    if (!(error instanceof BanyanError) || error.kind === 'bug') throw error
    return { failure: error.message }
  }
}

interface Said {
  readonly store: string
  readonly durability?: string | undefined
  readonly connection?: string | undefined
}

function reportedBy(all: readonly Said[]) {
  const named = (words: (said: Said) => string | undefined) =>
    Object.fromEntries(
      all.flatMap((said) => {
        const text = words(said)
        return text === undefined ? [] : [[said.store, text] as const]
      }),
    )
  return { durability: named((said) => said.durability), connection: named((said) => said.connection) }
}

function resultText({ ok, findings, sheet, engines, contacts }: Result): string {
  const parts = [
    ...(sheet === null ? [] : [sheetText(sheet)]),
    ...(engines === null || contacts !== null ? [] : [wrapped(engineWords(engines), '', '').join('\n'), '']),
    ...(contacts === null ? [] : [contactsText(contacts)]),
    ...(findings.length === 0 ? [] : [findingsText(findings)]),
  ]
  const verdict = ok
    ? styleText('green', `This app may start: ${countsText(findings)}.`)
    : styleText('red', `This app may not start: ${countsText(findings)}.`)
  return [...parts, verdict].join('\n')
}

function engineWords(engines: Asked): string {
  return 'failure' in engines
    ? `Durability is what the drivers declare: the engines could not be asked (${engines.failure}).`
    : 'Durability is what the engines say of themselves. The data of the app were not touched.'
}

function contactsText(contacts: readonly Contact[]): string {
  const lines = contacts.flatMap(({ store, driver, says }) => wrapped(says, `  ${store} (${driver})  `, '    '))
  return ['CONNECTED, and nothing was changed', ...lines, ''].join('\n')
}
