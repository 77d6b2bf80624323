import { escaped } from './html.ts'
import type { Page } from './page.ts'

/** The first page: every page by what one wants. */
export function homeHtml(pages: readonly Page[]): string {
  const sections = [...Map.groupBy(pages, ({ section }) => section)].map(([{ title, about }, own]) => {
    const links = own.map(({ path, title: name }) => `<li><a href="${escaped(path)}">${escaped(name)}</a></li>`)
    return `<section>\n<h2>${escaped(title)}</h2>\n<p>${escaped(about)}</p>\n<ul>\n${links.join('\n')}\n</ul>\n</section>`
  })
  return `<h1>Banyan</h1>
<p class="lead">Write the backend once. Scale it by changing its topology, and be told, before and after, exactly what that changes.</p>
<div class="sections">
${sections.join('\n')}
</div>
`
}
