import { createRequire } from 'node:module'
import { escaped } from './html.ts'

/** Of highlight.js: its own types bring those of browsers into whatever is compiled with them. */
interface Highlighter {
  registerLanguage(name: string, language: unknown): void
  getLanguage(name: string): unknown
  highlight(code: string, options: { readonly language: string }): { readonly value: string }
}

const load = createRequire(import.meta.url)
const highlighter = load('highlight.js/lib/core') as Highlighter
for (const [name, file] of Object.entries({ sh: 'bash', json: 'json', markdown: 'markdown', ts: 'typescript' }))
  highlighter.registerLanguage(name, load(`highlight.js/lib/languages/${file}`))

/** Code as HTML whose parts have classes, so that no style stands in it; of a language that is not known, as it is. */
export function highlighted(code: string, language: string): string {
  if (highlighter.getLanguage(language) === undefined) return escaped(code)
  return highlighter.highlight(code, { language }).value
}
