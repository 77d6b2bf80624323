import { resolve } from 'node:path'
import { reviewApp } from '../../app/review.ts'
import { refusal } from '../../topology/check/refusal.ts'
import { mark, standaloneClient } from '../client/standalone.ts'
import { checkGenerated, writeGenerated } from '../generated-file.ts'
import { loadProject } from '../project.ts'

export interface ClientOptions {
  readonly out: string
  readonly check?: boolean
}

/** Writes a client of the app into a file, or with `check` tells whether the file is that. Throws FILE_STALE where it is not. */
export async function client({ out, check }: ClientOptions, version: string): Promise<void> {
  const { manifest, app } = await loadProject()
  const findings = reviewApp(manifest, app)
  if (findings.some(({ severity }) => severity === 'error')) throw refusal(findings)
  const text = standaloneClient(manifest, version)
  const file = { path: resolve(out), text, mark, command: `banyan client --out ${out}` }
  if (check) checkGenerated(file)
  else writeGenerated(file)
}
