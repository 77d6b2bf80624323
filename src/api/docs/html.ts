/** A piece of HTML. Whatever is not one is text, and is escaped where it enters one. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Part = Html | string | number | false | undefined | readonly Part[]

/** HTML from a template: `` html`<p>${description}</p>` ``. Nothing that it is given can leave its place. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, at) => text + textOf(parts[at])).join(''))
}

function textOf(part: Part): string {
  if (part === undefined || part === false) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'object') return part.map(textOf).join('')
  return escaped(String(part))
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char]!)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A description: paragraphs at empty lines, and `code` in backticks. The rest of Markdown stays as it was written. */
export function prose(text: string): Html {
  return html`${text
    .split(/\n\s*\n/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => html`<p>${phrase(paragraph)}</p>`)}`
}

/** The same without paragraphs. */
export function phrase(text: string): Html {
  return html`${text.split('`').map((part, at, all) => {
    // A backtick without its partner is only a backtick.
    if (at % 2 === 0) return part
    return at === all.length - 1 ? `\`${part}` : html`<code>${part}</code>`
  })}`
}
