import { readFileSync } from 'node:fs'

export interface CodeBlock {
  readonly language: string
  readonly code: string
  /** Of its first line in the page. */
  readonly line: number
}

/** The fenced code of a Markdown page, in its order. */
export function codeBlocks(page: URL): readonly CodeBlock[] {
  const text = readFileSync(page, 'utf8')
  return [...text.matchAll(/^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1]!,
    code: match[2]!,
    line: text.slice(0, match.index).split('\n').length + 1,
  }))
}
