import { styleText } from 'node:util'
import type { Finding } from '../../app/review/finding.ts'
import { BanyanError } from '../../core/errors.ts'
import { registryOf } from '../../runtime/drivers.ts'
import { countsText } from '../../topology/check/refusal.ts'
import { findingsText } from '../../topology/check/text.ts'
import { check as checkApp } from '../../topology/check.ts'
import { type Sheet, sheetText } from '../../topology/sheet.ts'
import { wrapped } from '../../topology/text.ts'
import type { Topology } from '../../topology/topology.ts'
import { refusedExitCode } from '../exit.ts'
import { loadProject, type Project } from '../project.ts'
import { withScratchRuntime } from '../scratch.ts'
import { findTopology } from '../topology.ts'

export interface CheckOptions {
  readonly topology?: string
  readonly json?: boolean
}

/** Prints the guarantee sheet, with what the engines report of themselves, and every finding. Exits with 3 if one is an error. */
export async function check(options: CheckOptions): Promise<void> {
  const project = await loadProject()
  const result = await examined(project, options.topology)
  if (options.json) console.log(JSON.stringify(result, null, 2))
  else console.log(resultText(result))
  if (!result.ok) process.exitCode = refusedExitCode
}

interface Result {
  readonly ok: boolean
  readonly findings: readonly Finding[]
  readonly sheet: Sheet | null
  /** What each engine said of its durability, or why it could not be asked. */
  readonly engines: Asked | null
}

type Asked = { readonly durability: Readonly<Record<string, string>> } | { readonly failure: string }

async function examined(project: Project, asked: string | undefined): Promise<Result> {
  const found = await findTopology(project, asked)
  if (found.topology === undefined) return { ok: false, findings: found.findings, sheet: null, engines: null }
  const { app, production } = project
  const { ok, findings, sheet } = checkApp(app, found.topology, await registryOf(), {
    production,
    variables: process.env,
  })
  const engines = ok ? await enginesAsked(project, found.topology) : null
  const reported = engines !== null && 'durability' in engines ? engines : {}
  return { ok, findings, sheet: sheet?.(reported) ?? null, engines }
}

/** Asks engines opened on empty data: the real ones may be in use, and opening them would bring their schema up to date. */
async function enginesAsked(project: Project, topology: Topology): Promise<Asked> {
  try {
    return await withScratchRuntime(project, topology, ({ stores }) => ({
      durability: Object.fromEntries([...stores.values()].map(({ name, engine }) => [name, engine.durability])),
    }))
  } catch (error) {
    if (!(error instanceof BanyanError) || error.kind === 'bug') throw error
    return { failure: error.message }
  }
}

function resultText({ ok, findings, sheet, engines }: Result): string {
  const parts = [
    ...(sheet === null ? [] : [sheetText(sheet)]),
    ...(engines === null ? [] : [wrapped(engineWords(engines), '', '').join('\n'), '']),
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
    : 'Durability is what the engines say of themselves, opened with these options on empty data in a temporary folder. The data of the app were not touched.'
}
