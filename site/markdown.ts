import { Marked, type Token, type Tokens } from 'marked'
import { highlighted } from './highlight.ts'
import { escaped } from './html.ts'

/** A page as HTML, with what others may link to and find. */
export interface Rendered {
  readonly title: string
  /** Its first paragraph, as text. */
  readonly summary: string
  readonly html: string
  readonly headings: readonly Heading[]
  /** What its tables are about: the code that begins a row. */
  readonly terms: readonly Term[]
}

export interface Heading {
  readonly depth: number
  readonly id: string
  readonly text: string
}

export interface Term {
  readonly id: string
  readonly text: string
  /** The heading that it stands below. */
  readonly below: string
}

/**
 * Renders a page. `linkTo` says where a link of the text leads in the site; undefined where it leads to a file that is no page,
 * whose words then stand without a link.
 */
export function render(markdown: string, linkTo: (href: string) => string | undefined): Rendered {
  const headings: Heading[] = []
  const terms: Term[] = []
  const headingId = distinctIds()
  const termId = distinctIds()
  const marked = new Marked({ gfm: true })
  marked.use({
    renderer: {
      heading({ tokens, depth }: Tokens.Heading) {
        const text = textOf(tokens)
        const id = headingId(slugOf(text))
        headings.push({ depth, id, text })
        const inner = this.parser.parseInline(tokens)
        const anchor = depth === 1 ? '' : ` <a class="anchor" href="#${id}" aria-label="Link to ${escaped(text)}">#</a>`
        return `<h${depth} id="${id}">${inner}${anchor}</h${depth}>\n`
      },
      code({ text, lang = '' }: Tokens.Code) {
        const [language = '', ...name] = lang.split(' ')
        const file = name.join(' ')
        const caption = file === '' || file === 'by hand' ? '' : `<figcaption>${escaped(file)}</figcaption>`
        const code = highlighted(text, language)
        return `<figure class="code" data-language="${escaped(language)}">${caption}<pre tabindex="0"><code>${code}\n</code></pre></figure>\n`
      },
      table({ header, rows }: Tokens.Table) {
        const inner = ({ tokens }: Tokens.TableCell) => this.parser.parseInline(tokens)
        const heading = header.map((cell) => `<th scope="col">${inner(cell)}</th>`).join('')
        const body = rows.map((cells) => {
          const text = termOf(cells[0])
          const id = text === undefined ? undefined : termId(`term-${slugOf(text)}`)
          if (id !== undefined) terms.push({ id, text: text!, below: headings.at(-1)?.text ?? '' })
          // On a phone a row stands as a list, where each cell says what it is.
          const data = cells.map(
            (cell, at) => `<td data-label="${escaped(textOf(header[at]!.tokens))}">${inner(cell)}</td>`,
          )
          return `<tr${id === undefined ? '' : ` id="${id}"`}>${data.join('')}</tr>`
        })
        return `<table><thead><tr>${heading}</tr></thead>\n<tbody>${body.join('\n')}</tbody></table>\n`
      },
      link({ href, tokens }: Tokens.Link) {
        const inner = this.parser.parseInline(tokens)
        const to = linkTo(href)
        return to === undefined ? inner : `<a href="${escaped(to)}">${inner}</a>`
      },
      html({ text }: Tokens.HTML | Tokens.Tag) {
        // Pages are text: what looks like HTML is shown as it is written.
        return escaped(text)
      },
    },
  })
  const tokens = marked.lexer(markdown)
  const paragraph = tokens.find((token) => token.type === 'paragraph') as Tokens.Paragraph | undefined
  const html = marked.parser(tokens)
  return { title: headings[0]?.text ?? '', summary: textOf(paragraph?.tokens ?? []), html, headings, terms }
}

/** The code that a cell is, without what it takes: `t.decimal` of `t.decimal(precision, scale)`. */
function termOf(cell: Tokens.TableCell | undefined): string | undefined {
  const [only, ...others] = cell?.tokens ?? []
  return only?.type === 'codespan' && others.length === 0 ? textOf([only]).replace(/\(.*\)$/, '') : undefined
}

/** As GitHub and others make them of headings, so that links work there too. */
function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

/** The same id again is numbered. */
function distinctIds(): (id: string) => string {
  const seen = new Map<string, number>()
  return (id) => {
    const count = seen.get(id) ?? 0
    seen.set(id, count + 1)
    return count === 0 ? id : `${id}-${count}`
  }
}

/** Inline tokens as the text that one reads. */
function textOf(tokens: readonly Token[]): string {
  return tokens.map(wordsOf).join('').replaceAll(/\s+/g, ' ').trim()
}

function wordsOf(token: Token): string {
  if ('tokens' in token && token.tokens !== undefined) return token.tokens.map(wordsOf).join('')
  return 'text' in token ? token.text : ''
}
