import { readFileSync } from 'node:fs'

export interface CodeBlock {
  readonly language: string
  /** What stands behind the language: the file that the block is. */
  readonly name: string
  readonly code: string
  /** Of its first line in the page. */
  readonly line: number
}

/** The fenced code of a Markdown page, in its order. */
export function codeBlocks(page: URL): readonly CodeBlock[] {
  const text = readFileSync(page, 'utf8')
  return [...text.matchAll(/^```(\w*)[ \t]*([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1]!,
    name: match[2]!,
    code: match[3]!,
    line: text.slice(0, match.index).split('\n').length + 1,
  }))
}
