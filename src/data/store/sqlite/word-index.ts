import type { DatabaseSync } from 'node:sqlite'
import type { Column, ResourceManifest } from '../../../app/manifest.ts'
import { searchFilters } from '../../../app/search.ts'
import type { Placement } from '../../migration/stored.ts'
import { closenessOf, searchedWords } from '../searched-words.ts'
import type { Value } from '../store.ts'
import { columnCode, quoteName } from './column.ts'
import { filterTokens } from './word-match.ts'
import { wordTables } from './word-tables.ts'

/**
 * Keeps the words of one table's rows. FTS5 gives what it finds in the order of its row numbers, so these are places: the
 * closeness of the row, then a count. A page is then read from its beginning to its end, however many rows have the words.
 */
export interface WordIndex {
  /** The row was inserted, deleted or changed. What is noted in vain costs time, and nothing else. */
  note(id: string): void
  /** Whether what stands here follows from this field. */
  holds(field: string): boolean
  /** Enters what has become of the rows noted, within the transaction that is open. */
  enter(): void
  /** Nothing of what was noted has happened. */
  forget(): void
  /** Enters every row of the table into the empty index. */
  fill(): void
}

/** So many rows of one closeness can have a place. Places are whole numbers below 2^53. */
const placesPerCloseness = 2 ** 37

export function wordIndex(database: DatabaseSync, resource: ResourceManifest, placement: Placement): WordIndex {
  const { words, places } = wordTables(wordsOf(resource, placement))
  const filters = searchFilters(resource)
  const watched = watchedColumns(resource)
  const codes = watched.map((column) => columnCode(column, placement.columnOf(column.name)))
  const table = quoteName(placement.table)
  const prepared = (sql: string) => {
    const statement = database.prepare(sql)
    statement.setReturnArrays(true)
    return statement
  }
  const read = prepared(
    `select "slot", ${codes.map(({ selected }) => selected).join(', ')} from ${table} where "id" = ?`,
  )
  const leave = prepared(`delete from ${places} where id = ?`)
  const place = prepared(
    `insert into ${places} (place, id) values (coalesce((select max(place) from ${places} where place >= ?1 and place < ?1 + ${placesPerCloseness}), ?1) + 1, ?2) returning place`,
  )
  const insert = prepared(`insert into ${words} (rowid, first, others, filters) values (?, ?, ?, ?)`)

  const wordsIn = searchedWords({ ...resource, columns: watched })
  const filtersAt = filters.map((filter) => watched.findIndex(({ name }) => name === filter))
  const entryOf = (id: string): Entry | undefined => {
    const [slot, ...stored] = (read.get(id) ?? []) as unknown as [number?, ...Value[]]
    if (slot === undefined) return undefined
    const row = stored.map((value, at) => {
      const decode = value === null ? undefined : codes[at]!.decode
      return decode === undefined ? value : decode(value as never)
    })
    const tokens = filterTokens(
      filtersAt.map((at) => row[at]!),
      slot,
    )
    return { words: wordsIn(row), tokens }
  }
  const placed = (id: string, entry: Entry): number =>
    (place.get(closenessOf(entry.words) * placesPerCloseness, id) as unknown as [number])[0]
  const write = (at: number, { words: [first = [], ...others], tokens }: Entry): void => {
    insert.run(at, first.join(' '), others.flat().join(' '), tokens.join(' '))
  }
  const noted = new Set<string>()

  return {
    note: (id) => {
      noted.add(id)
    },
    holds: (field) => watched.some(({ name }) => name === field),
    enter() {
      const entries: (readonly [place: number, entry: Entry])[] = []
      for (const id of noted) {
        leave.run(id)
        const entry = entryOf(id)
        if (entry !== undefined) entries.push([placed(id, entry), entry])
      }
      noted.clear()
      // What comes in order FTS5 keeps together; anything else it would write out row by row.
      for (const [at, entry] of entries.sort(([left], [right]) => left - right)) write(at, entry)
    },
    forget: () => noted.clear(),
    fill() {
      for (const [id] of prepared(`select "id" from ${table} order by "id"`).iterate() as Iterable<unknown> as Iterable<
        [string]
      >)
        placed(id, entryOf(id)!)
      const inOrder = prepared(`select place, id from ${places} order by place`)
      for (const [at, id] of inOrder.iterate() as Iterable<unknown> as Iterable<[number, string]>)
        write(at, entryOf(id)!)
    },
  }
}

export const wordsKind = 'words'

/** The index of a resource's words. */
export function wordsOf(resource: ResourceManifest, placement: Placement): string {
  return placement.derived(
    wordsKind,
    watchedColumns(resource).map(({ name }) => placement.columnOf(name)),
  )
}

/** What stands in the index follows from these. */
export function watchedColumns(resource: ResourceManifest): readonly Column[] {
  const filters = searchFilters(resource)
  return resource.columns.filter(({ name }) => resource.search.includes(name) || filters.includes(name))
}

/** What is known of a row: its words by field, and what stands for its filters. */
interface Entry {
  readonly words: readonly (readonly string[])[]
  readonly tokens: readonly string[]
}
