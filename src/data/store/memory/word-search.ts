import type { ResourceManifest } from '../../../app/manifest.ts'
import type { SearchTerm } from '../../../app/search.ts'
import { closenessOf, searchedWords } from '../searched-words.ts'
import type { Row, Search, SearchResult, Value } from '../store.ts'
import { compareText } from './compare.ts'

interface Entry {
  readonly words: readonly (readonly string[])[]
  readonly closeness: number
}

type Place = readonly [rank: number, closeness: number, id: string]

/** Finds rows by their words, by looking at every row: an index would have to be compared with this. */
export class WordSearch {
  readonly #resource: ResourceManifest
  readonly #wordsOf: (row: Row) => readonly (readonly string[])[]
  /** Rows never change, so their words are taken out once. */
  readonly #entries = new WeakMap<Row, Entry>()

  constructor(resource: ResourceManifest) {
    this.#resource = resource
    this.#wordsOf = searchedWords(resource)
  }

  page(rows: Iterable<Row>, { terms, equal, limit, after }: Search): SearchResult {
    const found = this.matches(rows, { terms, equal })
      .map((row) => ({ row, place: this.#placeOf(row, terms) }))
      .filter(({ place }) => after === undefined || comparePlaces(place, after as Place) > 0)
      .sort((left, right) => comparePlaces(left.place, right.place))
      .slice(0, limit)
    return { rows: found.map(({ row }) => row), places: found.map(({ place }) => place) }
  }

  matches(rows: Iterable<Row>, { terms, equal }: Pick<Search, 'terms' | 'equal'>): readonly Row[] {
    const tests = Object.entries(equal).map(([name, value]) => ({
      at: this.#resource.columns.findIndex((column) => column.name === name),
      values: [value].flat() as readonly Value[],
    }))
    return [...rows].filter(
      (row) =>
        tests.every(({ at, values }) => values.includes(row[at]!)) && hasAll(this.#entryOf(row).words.flat(), terms),
    )
  }

  #placeOf(row: Row, terms: readonly SearchTerm[]): Place {
    const { words, closeness } = this.#entryOf(row)
    return [hasAll(words[0]!, terms) ? 0 : 1, closeness, row[0] as string]
  }

  #entryOf(row: Row): Entry {
    let entry = this.#entries.get(row)
    if (entry === undefined) {
      const words = this.#wordsOf(row)
      entry = { words, closeness: closenessOf(words) }
      this.#entries.set(row, entry)
    }
    return entry
  }
}

function hasAll(words: readonly string[], terms: readonly SearchTerm[]): boolean {
  return terms.every(({ word, isPrefix }) =>
    isPrefix ? words.some((other) => other.startsWith(word)) : words.includes(word),
  )
}

function comparePlaces([rank, closeness, id]: Place, [otherRank, otherCloseness, otherId]: Place): number {
  return rank - otherRank || closeness - otherCloseness || compareText(id, otherId)
}
