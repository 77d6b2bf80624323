import { existsSync, readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { ExternalManifest } from '../../app/external/manifest.ts'
import { readExternal } from '../../app/external/read.ts'
import { schemaProblem } from '../../app/external/schema-problem.ts'
import { cliErrors } from '../errors.ts'
import { mark, typedDocument } from '../external/typed-document.ts'
import { checkGenerated, writeGenerated } from '../generated-file.ts'

export interface ExternalOptions {
  readonly out: string
  readonly name?: string
  readonly only?: string
  readonly check?: boolean
}

/** Writes an external service as a TypeScript value, typed by its OpenAPI document. Throws USAGE, and FILE_STALE with `check`. */
export async function external(file: string, options: ExternalOptions, version: string): Promise<void> {
  const { out, name = basename(file).replace(/(\.openapi)?\.json$/, ''), only, check } = options
  if (!/^[a-z][a-zA-Z0-9-]{0,62}$/.test(name)) {
    throw cliErrors.USAGE(
      `${JSON.stringify(name)} cannot be the name of a service; give one with --name, such as pricing`,
    )
  }
  const document = documentIn(file)
  const read = readExternal(name, document)
  if (read.problem !== undefined) throw cliErrors.USAGE(`${file}: ${read.problem}${reasons(read)}`)
  const manifest = chosen(withoutBadSchemas(read), only)
  const text = typedDocument(manifest, { file: basename(file), document }, version)
  const command = `banyan external ${file} --out ${out}${options.name === undefined ? '' : ` --name ${name}`}${only === undefined ? '' : ` --only ${only}`}`
  const generated = { path: resolve(out), text, mark, command }
  if (check) return checkGenerated(generated)
  writeGenerated(generated)
  const calls = Object.keys(manifest.calls)
  console.log(
    `It has ${calls.length} ${calls.length === 1 ? 'call' : 'calls'}: ${calls.join(', ')}.${reasons(manifest)}`,
  )
}

function documentIn(file: string): object {
  if (!existsSync(file)) throw cliErrors.USAGE(`there is no ${file}`)
  try {
    const document: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof document === 'object' && document !== null) return document
  } catch (cause) {
    throw cliErrors.USAGE(`${file} is not JSON: ${(cause as Error).message}`, { cause })
  }
  throw cliErrors.USAGE(`${file} is JSON, but no document`)
}

function reasons({ leftOut }: ExternalManifest): string {
  const lines = Object.entries(leftOut).map(([operation, reason]) => `\n  ${operation}: ${reason}`)
  return lines.length === 0 ? '' : `\nLeft out:${lines.join('')}`
}

/** Without the calls whose schemas no validator understands. */
function withoutBadSchemas(manifest: ExternalManifest): ExternalManifest {
  const problems = Object.entries(manifest.calls).flatMap(([name, call]) => {
    const problem = schemaProblem(call, manifest.schemas)
    return problem === undefined ? [] : [[name, `${call.method} ${call.path}`, problem] as const]
  })
  const bad = new Set(problems.map(([name]) => name))
  return {
    ...manifest,
    calls: Object.fromEntries(Object.entries(manifest.calls).filter(([name]) => !bad.has(name))),
    leftOut: {
      ...manifest.leftOut,
      ...Object.fromEntries(problems.map(([, operation, problem]) => [operation, problem])),
    },
  }
}

function chosen(manifest: ExternalManifest, only: string | undefined): ExternalManifest {
  if (only === undefined) return manifest
  const names = only.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => !Object.hasOwn(manifest.calls, name))
  if (unknown.length > 0) {
    throw cliErrors.USAGE(
      `there is no call ${unknown.join(', ')}; there are ${Object.keys(manifest.calls).join(', ')}${reasons(manifest)}`,
    )
  }
  const calls = Object.entries(manifest.calls).filter(([name]) => names.includes(name))
  return { ...manifest, calls: Object.fromEntries(calls), leftOut: {} }
}
