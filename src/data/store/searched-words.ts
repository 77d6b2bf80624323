import type { ResourceManifest } from '../../app/manifest.ts'
import type { Row } from '../../app/row.ts'
import { wordsOf } from '../../app/words.ts'

/** The words of each searched field of a row, in the order in which the fields are declared. Null has none. */
export function searchedWords({ search, columns }: ResourceManifest): (row: Row) => readonly (readonly string[])[] {
  const positions = search.map((field) => columns.findIndex(({ name }) => name === field))
  return (row) =>
    positions.map((at) => {
      const text = row[at]
      return typeof text === 'string' ? wordsOf(text) : []
    })
}

/**
 * How little a row says beside what is looked for: the number of words in the first field, then in the others, as one whole
 * number below 2^16; the smaller, the better. It depends on nothing but the row, so that pages of a search follow one another
 * whatever is written meanwhile, and a store can keep its rows in this order.
 */
export function closenessOf([first = [], ...others]: readonly (readonly string[])[]): number {
  const rest = others.reduce((sum, words) => sum + words.length, 0)
  return Math.min(first.length, 255) * 256 + Math.min(rest, 255)
}
