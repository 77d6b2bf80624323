/** The texts of a union, each once. */
export function unionOf(texts: readonly string[]): string {
  return texts.length === 0 ? 'never' : [...new Set(texts)].map(quoted).join(' | ')
}

/** A text as code has it. */
export function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll("'", "\\'").replaceAll('\\"', '"')}'`
}
