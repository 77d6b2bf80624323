/**
 * Texts that a regular expression may match, the shortest first. It follows literals, classes, groups, alternatives and
 * quantifiers, and passes over what it does not know: whoever asks tests each sample.
 */
export function* patternSamples(pattern: string): Generator<string> {
  for (const more of [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64]) {
    const reader: Reader = { text: [...pattern], at: 0, more }
    yield alternatives(reader)
  }
}

interface Reader {
  readonly text: readonly string[]
  at: number
  /** How often something that may be repeated is repeated beyond its least. */
  readonly more: number
}

/** The first alternative; the others are read and left. */
function alternatives(reader: Reader): string {
  const first = sequence(reader)
  while (reader.text[reader.at] === '|') {
    reader.at++
    sequence(reader)
  }
  return first
}

function sequence(reader: Reader): string {
  let sample = ''
  while (reader.at < reader.text.length && !'|)'.includes(reader.text[reader.at]!)) {
    const part = atom(reader)
    sample += part.repeat(repetitions(reader))
  }
  return sample
}

function atom(reader: Reader): string {
  const char = reader.text[reader.at++]!
  switch (char) {
    case '(':
      return group(reader)
    case '[':
      return characterClass(reader)
    case '.':
      return 'a'
    case '^':
    case '$':
      return ''
    case '\\':
      return escaped(reader.text[reader.at++] ?? '', reader)
    default:
      return char
  }
}

function group(reader: Reader): string {
  const head = /^\?(?:<[^=!>]+>|:|<?[=!])/.exec(reader.text.slice(reader.at, reader.at + 40).join(''))?.[0] ?? ''
  reader.at += head.length
  const inside = alternatives(reader)
  reader.at++
  // What looks ahead or behind takes no characters.
  return /[=!]$/.test(head) ? '' : inside
}

function characterClass(reader: Reader): string {
  const { text } = reader
  const isNegated = text[reader.at] === '^'
  if (isNegated) reader.at++
  let first: string | undefined
  while (reader.at < text.length && text[reader.at] !== ']') {
    const char = text[reader.at++]!
    const sample = char === '\\' ? escaped(text[reader.at++] ?? '', reader) : char
    first ??= sample
  }
  reader.at++
  if (!isNegated) return first ?? ''
  return ['a', '1', 'A', ' '].find((char) => char !== first) ?? 'a'
}

function escaped(char: string, reader: Reader): string {
  switch (char) {
    case 'd':
      return '1'
    case 'w':
      return 'a'
    case 's':
      return ' '
    case 'D':
    case 'S':
      return 'a'
    case 'W':
      return '-'
    case 'b':
    case 'B':
      return ''
    case 'p':
    case 'P': {
      const end = reader.text.indexOf('}', reader.at)
      const name = reader.text.slice(reader.at + 1, end).join('')
      reader.at = end + 1
      return /^(N|Nd|Number)/.test(name) ? '1' : /^(Lu|Upper)/.test(name) ? 'A' : 'a'
    }
    default:
      return char
  }
}

function repetitions(reader: Reader): number {
  const match = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(reader.text.slice(reader.at, reader.at + 20).join(''))
  if (match === null) return 1
  reader.at += match[0].length
  const [quantifier, least, comma, most] = match
  if (least === undefined) {
    if (quantifier.startsWith('?')) return Math.min(reader.more, 1)
    return (quantifier.startsWith('+') ? 1 : 0) + reader.more
  }
  if (comma === '') return Number(least)
  return Math.min(Number(least) + reader.more, most === '' ? Number.POSITIVE_INFINITY : Number(most))
}
