import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Section, sections } from './navigation.ts'

/** A page as it is written. */
export interface Source {
  /** From the root of the repository: `docs/guides/model.md`. */
  readonly file: string
  /** From the root of the site: `guides/model.html`. */
  readonly path: string
  readonly section: Section
  readonly markdown: string
}

/** Every page of the site, in the order in which they follow one another. */
export function sourcesIn(root: string): readonly Source[] {
  return sections.flatMap((section) =>
    globSync('*.md', { cwd: join(root, section.folder) })
      .map((name) => basename(name, '.md'))
      .toSorted((left, right) => placeOf(left, section) - placeOf(right, section) || (left < right ? -1 : 1))
      .map((name) => {
        const file = `${section.folder}/${name}.md`
        return { file, path: pathOf(file), section, markdown: readFileSync(join(root, file), 'utf8') }
      }),
  )
}

function placeOf(name: string, { first }: Section): number {
  const at = first.indexOf(name)
  return at === -1 ? first.length : at
}

/** `docs/decisions/README.md` is `decisions/index.html`. */
function pathOf(file: string): string {
  return file
    .replace(/^docs\//, '')
    .replace(/README\.md$/, 'index.md')
    .replace(/\.md$/, '.html')
}
