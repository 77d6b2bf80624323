import type { ResourceManifest } from '../../../app/manifest.ts'
import type { SearchTerm } from '../../../app/search.ts'
import type { Row, Search, SearchResult, Value } from '../store.ts'
import { sampleOf } from './samples.ts'

/** A search as one would explain it: every row is taken apart, tested and ranked. */
export function naiveSearch({ resource, terms, equal, limit, after }: Search, rows: readonly Row[]): SearchResult {
  const sample = sampleOf(resource)
  const cell = (row: Row, name: string) => row[sample.columns.findIndex((column) => column.name === name)]!
  const rankOf = searchRank(sample, terms)
  const placed = rows
    .filter((row) => Object.entries(equal).every(([name, value]) => [value].flat().includes(cell(row, name))))
    .filter((row) =>
      matches(
        sample.search.flatMap((name) => wordsIn(cell(row, name))),
        terms,
      ),
    )
    .map((row) => ({ row, place: [rankOf(row), row[0]!] as const }))
    .sort((left, right) => comparePlaces(left.place, right.place))
    .filter(({ place }) => after === undefined || comparePlaces(after, place) < 0)
    .slice(0, limit)
  return { rows: placed.map(({ row }) => row), places: placed.map(({ place }) => place) }
}

/** The rank of a row that is found: the smaller, the earlier. */
export function searchRank({ search, columns }: ResourceManifest, terms: readonly SearchTerm[]): (row: Row) => number {
  return (row) => {
    const [first, ...others] = search.map((name) => wordsIn(row[columns.findIndex((column) => column.name === name)]!))
    return (matches(first!, terms) ? 0 : 1_000_000) + first!.length * 1000 + others.flat().length
  }
}

function comparePlaces([rank, id]: readonly Value[], [otherRank, otherId]: readonly Value[]): number {
  return (
    (rank as number) - (otherRank as number) || Buffer.compare(Buffer.from(String(id)), Buffer.from(String(otherId)))
  )
}

function matches(words: readonly string[], terms: readonly SearchTerm[]): boolean {
  return terms.every(({ word, isPrefix }) => words.some((one) => (isPrefix ? one.startsWith(word) : one === word)))
}

/** Of texts as the samples have them: enough for these, and nothing that is also used by what is tested. */
function wordsIn(text: Value): readonly string[] {
  return String(text ?? '')
    .normalize('NFD')
    .replaceAll('\u0301', '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}
