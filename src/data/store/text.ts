/**
 * Texts as servers keep and sort them: PostgreSQL has no U+0000, and MariaDB sorts a text that ends with it as one that does not.
 * So that no text is lost and their order stays, U+0000 is kept as U+0001 U+0001 and U+0001 as U+0001 U+0002. Nobody sees it who
 * does not write such characters.
 */
export function storedText(text: string): string {
  return low.test(text) ? text.replaceAll('\u0001', '\u0001\u0002').replaceAll('\u0000', '\u0001\u0001') : text
}

export function textOf(stored: string): string {
  return stored.includes('\u0001')
    ? stored.replace(escaped, (pair) => (pair[1] === '\u0001' ? '\u0000' : '\u0001'))
    : stored
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const low = /[\u0000\u0001]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const escaped = /\u0001[\u0001\u0002]/g
