import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Project } from './project.ts'

/** Where the pages about Banyan are that came with this package; undefined in production, and where they were not built. */
export function guideFolder({ production }: Pick<Project, 'production'>): string | undefined {
  if (production) return undefined
  // As far from the sources as from what is compiled of them.
  const folder = fileURLToPath(new URL('../../dist/guide/', import.meta.url))
  return existsSync(`${folder}index.html`) ? folder : undefined
}
