/** The widest line that is printed. */
export const widthMax = 100

/** Words in lines of at most `widthMax` characters; the first line begins with `first`, the others with `rest`. */
export function wrapped(words: string, first: string, rest: string): readonly string[] {
  const lines: string[] = []
  let line = first
  let isEmpty = true
  // Spaces that stand together align what follows them, and go with the word before.
  for (const word of words.split(/(?<=\S) (?=\S)/)) {
    if (!isEmpty && line.length + 1 + word.length > widthMax) {
      lines.push(line)
      line = rest
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line.trimEnd()]
}
