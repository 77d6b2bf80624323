import { dirname, relative } from 'node:path'
import { escaped } from './html.ts'
import type { Heading, Rendered } from './markdown.ts'
import type { Source } from './source.ts'

export type Page = Source & Rendered

/** What a page shows of itself; the home page is in no section. */
export type Shown = Pick<Page, 'path' | 'title' | 'summary' | 'html' | 'headings'> & Partial<Pick<Page, 'section'>>

/** A whole page around its content, with the list of all and its neighbours in it. */
export function pageHtml(page: Shown, pages: readonly Page[]): string {
  const { path, title, summary, html, section } = page
  const to = (target: string) => escaped(relative(dirname(path), target))
  const whole = [title, section?.title, 'Banyan'].filter((part, at, all) => part && all.indexOf(part) === at)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(whole.join(' · '))}</title>
${summary === '' ? '' : `<meta name="description" content="${escaped(summary)}">\n`}<link rel="icon" href="data:,">
<link rel="stylesheet" href="${to('style.css')}">
<script src="${to('script.js')}" defer></script>
</head>
<body>
<a class="skip" href="#content">To the text</a>
<header>
<a class="name" href="${to('index.html')}">Banyan</a>
<a class="to-pages" href="#pages">All pages</a>
<div class="search" role="search" hidden>
<label for="find">Find</label>
<input id="find" type="search" autocomplete="off" spellcheck="false" aria-controls="found" placeholder="title, code or option">
<ul id="found" class="found" hidden></ul>
<p class="unseen" role="status"></p>
</div>
</header>
<div class="layout">
<main id="content" tabindex="-1">
${contents(page.headings)}<article>
${html}</article>
${neighbours(path, pages, to)}</main>
<nav id="pages" class="pages" aria-label="All pages">
${navigation(path, pages, to)}</nav>
</div>
</body>
</html>
`
}

/** What is on this page; a page with one part needs no list. */
function contents(headings: readonly Heading[]): string {
  const parts = headings.filter(({ depth }) => depth === 2 || depth === 3)
  if (parts.length < 2) return ''
  const items = parts.map(
    ({ depth, id, text }) => `<li class="depth-${depth}"><a href="#${id}">${escaped(text)}</a></li>`,
  )
  return `<nav class="contents" aria-label="On this page">
<details>
<summary>On this page</summary>
<ul>
${items.join('\n')}
</ul>
</details>
</nav>
`
}

function navigation(path: string, pages: readonly Page[], to: (path: string) => string): string {
  return [...Map.groupBy(pages, ({ section }) => section)]
    .map(([{ title }, own]) => {
      const links = own.map((page) => {
        const current = page.path === path ? ' aria-current="page"' : ''
        return `<li><a href="${to(page.path)}"${current}>${escaped(page.title)}</a></li>`
      })
      return `<h2>${escaped(title)}</h2>\n<ul>\n${links.join('\n')}\n</ul>\n`
    })
    .join('')
}

function neighbours(path: string, pages: readonly Page[], to: (path: string) => string): string {
  const at = pages.findIndex((page) => page.path === path)
  if (at === -1) return ''
  const link = (page: Page | undefined, rel: 'prev' | 'next', word: string) =>
    page === undefined
      ? ''
      : `<a rel="${rel}" href="${to(page.path)}"><span>${word}</span> ${escaped(page.title)}</a>\n`
  return `<nav class="neighbours" aria-label="Previous and next page">
${link(pages[at - 1], 'prev', 'Previous')}${link(pages[at + 1], 'next', 'Next')}</nav>
`
}
