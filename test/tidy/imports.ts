/** One place that names another module. */
export type Import = {
  readonly specifier: string
  readonly line: number
  readonly isType: boolean
  readonly isLazy: boolean
}

/**
 * Every import of a TypeScript file, in order: `import`, `export … from`, `import()` and `require()`, those in comments
 * and strings left out. It reads words and strings and no grammar, which is enough because no other syntax puts a string
 * directly after `import`, `from` or their parenthesis. `import('x')` counts as code even where a type is meant.
 */
export function importsOf(text: string): Import[] {
  const tokens = tokenize(text)
  const imports: Import[] = []
  let statement = 0 // where the last `import` or `export` stands
  for (const [at, { word, line }] of tokens.entries()) {
    const next = tokens[at + 1]
    const call = next?.word === '(' ? tokens[at + 2]?.string : undefined
    if (word === 'import' || word === 'export') statement = at
    if (word === 'import' && next?.string !== undefined) {
      imports.push({ specifier: next.string, line, isType: false, isLazy: false })
    } else if ((word === 'import' || word === 'require') && call !== undefined) {
      imports.push({ specifier: call, line, isType: false, isLazy: word === 'import' })
    } else if (word === 'from' && next?.string !== undefined) {
      const isType = tokens[statement + 1]?.word === 'type'
      imports.push({ specifier: next.string, line: next.line, isType, isLazy: false })
    }
  }
  return imports
}

type Token = { readonly line: number; readonly word?: string; readonly string?: string }

const pattern = new RegExp(
  [
    /(?<comment>\/\/.*|\/\*[\s\S]*?\*\/)/u,
    /(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")/u,
    /(?<word>[\p{ID_Start}$_][\p{ID_Continue}$]*)/u,
    /(?<number>\d[\w.]*)/u,
    /(?<space>\s+)/u,
    /(?<mark>[\s\S])/u,
  ]
    .map(({ source }) => source)
    .join('|'),
  'uy',
)
const regularExpression = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/uy

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  const braces: ('block' | 'template')[] = []
  let line = 1
  let at = 0

  const take = (expression: RegExp) => {
    expression.lastIndex = at
    const match = expression.exec(text)
    if (match) skipTo(at + match[0].length)
    return match
  }
  const skipTo = (end: number) => {
    for (let i = at; i < end; i++) if (text[i] === '\n') line++
    at = end
  }
  /** To the end of the template, or to its next `${`, whose content is code again. */
  const skipTemplate = () => {
    let end = at
    while (end < text.length && text[end] !== '`' && !text.startsWith('${', end)) end += text[end] === '\\' ? 2 : 1
    if (text.startsWith('${', end)) braces.push('template')
    skipTo(text[end] === '$' ? end + 2 : end + 1)
  }

  while (at < text.length) {
    const start = line
    if (text[at] === '/' && startsExpression(tokens.at(-1)) && take(regularExpression)) {
      tokens.push({ line: start, word: '/regexp/' })
      continue
    }
    const groups = take(pattern)?.groups ?? {}
    if (groups.string) tokens.push({ line: start, string: groups.string.slice(1, -1) })
    else if (groups.word || groups.number) tokens.push({ line: start, word: groups.word ?? '0' })
    else if (groups.mark === '`') {
      skipTemplate()
      tokens.push({ line: start, word: '`' })
    } else if (groups.mark) {
      if (groups.mark === '{') braces.push('block')
      if (groups.mark === '}' && braces.pop() === 'template') skipTemplate()
      else tokens.push({ line: start, word: groups.mark })
    }
  }
  return tokens
}

/** Whether a slash after this token opens a regular expression; elsewhere it divides. */
function startsExpression(previous: Token | undefined): boolean {
  if (previous === undefined) return true
  if (previous.word === undefined) return false
  return /^([([{},;:=!&|?<>+\-*%^~]|return|typeof|case|in|of|yield|await|new)$/.test(previous.word)
}
