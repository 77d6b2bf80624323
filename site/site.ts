import { readFileSync } from 'node:fs'
import { homeHtml } from './home.ts'
import { type Broken, Links } from './links.ts'
import { render } from './markdown.ts'
import { pageHtml } from './page.ts'
import { searchEntries } from './search.ts'
import { sourcesIn } from './source.ts'

export interface Site {
  /** Everything to be written, by its path: pages, one stylesheet and one script. */
  readonly files: ReadonlyMap<string, string>
  readonly broken: readonly Broken[]
}

/** Makes the site of the pages in `docs/` of a folder. All its addresses are relative: it works below any path, and from a disk. */
export function siteOf(root: string): Site {
  const sources = sourcesIn(root)
  const links = new Links(root, sources)
  const pages = sources.map((source) => ({
    ...source,
    ...render(source.markdown, (href) => links.from(source, href)),
  }))
  links.checkAnchors(pages)
  const home = { path: 'index.html', title: 'Banyan', summary: '', html: homeHtml(pages), headings: [] }
  const files = new Map<string, string>([
    ...[home, ...pages].map((page) => [page.path, pageHtml(page, pages)] as const),
    ['style.css', asset('style.css')],
    ['script.js', `const searchEntries = ${JSON.stringify(searchEntries(pages))}\n${asset('script.js')}`],
  ])
  return { files, broken: links.broken }
}

function asset(name: string): string {
  return readFileSync(new URL(`assets/${name}`, import.meta.url), 'utf8')
}
