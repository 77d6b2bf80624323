/**
 * The words of a text in the form in which they are searched, the same on every engine: runs of letters, numbers and the marks
 * that belong to them (Unicode's L, N and M), of which the first 64 characters count. Case is folded, compatibility characters
 * are taken apart (NFKD: `ﬁ` is `fi`, `²` is `2`), and the marks of the blocks called Combining Diacritical Marks are dropped:
 * `Zürich` and `ZURICH` are one word, as `straße` and `STRASSE` are. Letters of their own, such as `ø`, stay what they are.
 */
export function wordsOf(text: string): readonly string[] {
  return (folded(text).match(words) ?? []).map(shortened)
}

export function folded(text: string): string {
  // There and back, because some letters have a capital form of two letters (ß, SS) and some have two small forms (σ, ς).
  return text.normalize('NFKD').replace(diacritics, '').toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ')
}

const diacritics = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/g
const words = /[\p{L}\p{N}\p{M}]+/gu
const wordLengthMax = 64

export function shortened(word: string): string {
  return word.length <= wordLengthMax ? word : [...word].slice(0, wordLengthMax).join('')
}
