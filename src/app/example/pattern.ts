/** Decides what a pattern leaves open. */
interface Choice {
  /** How often something is repeated that may be repeated at least and at most so often. */
  times(least: number, most: number): number
  /** One of so many, from 0. */
  among(count: number): number
}

/**
 * Texts that a regular expression may match, the shortest first. It follows literals, classes, groups, alternatives and
 * quantifiers, and passes over what it does not know: whoever asks tests each sample.
 */
export function* patternSamples(pattern: string): Generator<string> {
  for (const more of [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64]) {
    yield sampleOf(pattern, { times: (least, most) => Math.min(least + more, most), among: () => 0 })
  }
}

/** One of the texts that a regular expression may match, by chance; as long as it has to be, and seldom much longer. */
export function randomPatternText(pattern: string, random: { below(limit: number): number }): string {
  return sampleOf(pattern, {
    times: (least, most) => Math.min(least + random.below(random.below(4) === 0 ? 8 : 3), most),
    among: random.below,
  })
}

function sampleOf(pattern: string, choice: Choice): string {
  return alternatives({ text: [...pattern], at: 0, choice })
}

interface Reader {
  readonly text: readonly string[]
  at: number
  readonly choice: Choice
}

function alternatives(reader: Reader): string {
  const all = [sequence(reader)]
  while (reader.text[reader.at] === '|') {
    reader.at++
    all.push(sequence(reader))
  }
  return all[reader.choice.among(all.length)]!
}

function sequence(reader: Reader): string {
  let sample = ''
  while (reader.at < reader.text.length && !'|)'.includes(reader.text[reader.at]!)) {
    const start = reader.at
    const first = atom(reader)
    const count = repetitions(reader)
    const next = reader.at
    // Each repetition is a choice of its own.
    sample += count === 0 ? '' : first
    for (let times = 1; times < count; times++) {
      reader.at = start
      sample += atom(reader)
    }
    reader.at = next
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
      return one('aZ0 -_/.,:é', reader)
    case '^':
    case '$':
      return ''
    case '\\':
      return one(escapedChars(reader.text[reader.at++] ?? '', reader), reader)
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
  let chars = ''
  while (reader.at < text.length && text[reader.at] !== ']') {
    const char = text[reader.at++]!
    const last = text[reader.at] === '-' ? text[reader.at + 1] : undefined
    if (char === '\\') {
      chars += escapedChars(text[reader.at++] ?? '', reader)
    } else if (last === undefined || last === ']' || last === '\\') {
      chars += char
    } else {
      chars += range(char, last)
      reader.at += 2
    }
  }
  reader.at++
  return one(isNegated ? [...'a1A '].filter((char) => !chars.includes(char)).join('') || 'a' : chars, reader)
}

/** The characters from one to another, and no more of them than are ever needed. */
function range(first: string, last: string): string {
  const [from, to] = [first.codePointAt(0)!, last.codePointAt(0)!]
  const count = Math.min(Math.max(to - from + 1, 0), 256)
  return String.fromCodePoint(...Array.from({ length: count }, (_, at) => from + at))
}

function one(chars: string, { choice }: Reader): string {
  const each = [...chars]
  return each[choice.among(each.length)] ?? ''
}

const digits = '1234567890'
const letters = 'abcdefghijklmnopqrstuvwxyz'

/** What a backslash and this character stand for; none where it stands for a place. */
function escapedChars(char: string, reader: Reader): string {
  switch (char) {
    case 'd':
      return digits
    case 'w':
      return `${letters}${letters.toUpperCase()}${digits}_`
    case 's':
      return ' '
    case 'D':
    case 'S':
      return letters
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
      return /^(N|Nd|Number)/.test(name) ? digits : /^(Lu|Upper)/.test(name) ? letters.toUpperCase() : letters
    }
    default:
      return char
  }
}

function repetitions(reader: Reader): number {
  const match = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(reader.text.slice(reader.at, reader.at + 20).join(''))
  if (match === null) return 1
  reader.at += match[0].length
  const { choice } = reader
  const [quantifier, least, comma, most] = match
  if (least === undefined) {
    if (quantifier.startsWith('?')) return choice.times(0, 1)
    return choice.times(quantifier.startsWith('+') ? 1 : 0, Number.POSITIVE_INFINITY)
  }
  if (comma === '') return Number(least)
  return choice.times(Number(least), most === '' ? Number.POSITIVE_INFINITY : Number(most))
}
