import { resolve } from 'node:path'
import type { AppManifest } from '../../app/manifest.ts'
import { reviewApp } from '../../app/review.ts'
import { manifestIn } from '../../app/version/manifest-in.ts'
import { refusal } from '../../topology/check/refusal.ts'
import { mark, standaloneClient } from '../client/standalone.ts'
import { cliErrors } from '../errors.ts'
import { checkGenerated, writeGenerated } from '../generated-file.ts'
import { loadProject } from '../project.ts'

export interface ClientOptions {
  readonly out: string
  /** An older version of the API; without it the current one. */
  readonly api?: string
  readonly check?: boolean
}

/**
 * Writes a client of the app into a file, or with `check` tells whether the file is that. Throws FILE_STALE where it is not, USAGE
 * where the app has no such version.
 */
export async function client({ out, api, check }: ClientOptions, version: string): Promise<void> {
  const { manifest, app } = await loadProject()
  const findings = reviewApp(manifest, app)
  if (findings.some(({ severity }) => severity === 'error')) throw refusal(findings)
  const text = standaloneClient(manifestOfApi(manifest, api), version)
  const command = `banyan client --out ${out}${api === undefined ? '' : ` --api ${api}`}`
  const file = { path: resolve(out), text, mark, command }
  if (check) checkGenerated(file)
  else writeGenerated(file)
}

function manifestOfApi(manifest: AppManifest, version = manifest.version): AppManifest {
  if (version === manifest.version) return manifest
  const answered = manifest.older.filter(({ gone }) => !gone).map(({ name }) => name)
  if (answered.includes(version)) return manifestIn(manifest, version)
  throw cliErrors.USAGE(
    `the API has no version ${JSON.stringify(version)}; it has ${[manifest.version, ...answered].join(', ')}`,
  )
}
