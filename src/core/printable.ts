/** A text in one line that does nothing to a terminal or to code: what cannot be seen stands in it as `\u{a}`. */
export function printable(text: string): string {
  return text.replaceAll(unseen, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
}

/** Control characters, line ends, and what turns the direction of writing round. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
