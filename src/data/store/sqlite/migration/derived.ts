import { searchFilters } from '../../../../app/search.ts'
import type { DerivedOf } from '../../../migration/difference/wanted.ts'
import type { Derived } from '../../../migration/stored.ts'
import { quoteName } from '../column.ts'
import { createSample, sampleKind, samplePaths, shares } from '../sample.ts'
import { watchedColumns, wordsKind } from '../word-index.ts'
import { createWordTables, dropWordTables } from '../word-tables.ts'

/** What SQLite keeps of rows beside their paths: samples, from which totals are estimated, and the words of texts that are searched. */
export const sqliteDerived: DerivedOf = (resource, columnOf) => {
  const samples = samplePaths(resource).flatMap((path) =>
    shares.map((share) => ({
      kind: sampleKind(share),
      columns: path.map(columnOf),
      definition: '',
    })),
  )
  if (resource.search.length === 0) return samples
  const watched = watchedColumns(resource)
  const words = {
    kind: wordsKind,
    columns: watched.map(({ name }) => columnOf(name)),
    // Everything else that decides what stands in the index. Another version of Unicode has other letters.
    definition: JSON.stringify({
      form: 1,
      unicode: process.versions.unicode,
      search: resource.search.map((field) => watched.findIndex(({ name }) => name === field)),
      filters: searchFilters(resource).map((filter) => {
        const at = watched.findIndex(({ name }) => name === filter)
        const { field } = watched[at]!
        return [at, field.kind, field.kind === 'decimal' ? field.scale : 0]
      }),
    }),
  }
  return [...samples, words]
}

export function createDerived(table: string, { kind, name, columns }: Derived): string {
  const share = shares.find((each) => sampleKind(each) === kind)
  return share === undefined ? createWordTables(name) : createSample(name, table, columns, share)
}

export function dropDerived({ kind, name }: Derived): string {
  return kind === wordsKind ? dropWordTables(name) : `drop index ${quoteName(name)}`
}
