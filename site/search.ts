import type { Page } from './page.ts'

/** Something to be found: what it is called, what has it, and where. */
export type SearchEntry = readonly [name: string, place: string, address: string]

/** Every page, heading and term. A page comes before its headings, and both before what tables have. */
export function searchEntries(pages: readonly Page[]): readonly SearchEntry[] {
  const headings = pages.flatMap(({ path, title, section, headings: all }) =>
    all.map(
      ({ depth, id, text }): SearchEntry =>
        depth === 1 ? [text, section.title, path] : [text, title, `${path}#${id}`],
    ),
  )
  const terms = pages.flatMap(({ path, title, terms: all }) =>
    all.map(
      ({ id, text, below }): SearchEntry => [text, below === title ? title : `${title}: ${below}`, `${path}#${id}`],
    ),
  )
  return [...headings, ...terms]
}
