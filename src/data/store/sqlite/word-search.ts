import type { DatabaseSync } from 'node:sqlite'
import type { ResourceManifest } from '../../../app/manifest.ts'
import { searchFilters } from '../../../app/search.ts'
import type { Placement } from '../../migration/stored.ts'
import type { Count, CountResult, Search } from '../store.ts'
import type { Compiled } from './plan.ts'
import { countOrEstimate, type Share, shares } from './sample.ts'
import { wordsOf } from './word-index.ts'
import { matchOf } from './word-match.ts'
import { wordTables } from './word-tables.ts'

type Filter = Extract<Count['of'], { kind: 'search' }>

/** Where a row stands among what a search finds: whether it is of those that come first, and its place in the index. */
type Place = readonly [rank: number, place: number]

/** Reads the word index of one table. */
export function wordSearch(database: DatabaseSync, resource: ResourceManifest, placement: Placement) {
  const { words, places } = wordTables(wordsOf(resource, placement))
  const filters = searchFilters(resource)
  // With one field there is no first among others.
  const ranks = resource.search.length === 1 ? (['all'] as const) : (['first', 'others'] as const)
  const pageSql = `select s.rowid, p.id from ${words}(?) as s cross join ${places} as p on p.place = s.rowid where s.rowid > ? order by s.rowid limit ?`
  const wholeSql = `select count(*) from ${words}(?)`
  const boundedSql = `select count(*) from (select 1 from ${words}(?) limit ?)`
  const prepared = (sql: string) => {
    const statement = database.prepare(sql)
    statement.setReturnArrays(true)
    return statement
  }
  const page = prepared(pageSql)
  const whole = prepared(wholeSql)
  const bounded = prepared(boundedSql)
  const isEstimated = (exactMax: number | undefined): exactMax is number =>
    exactMax !== undefined && resource.total === 'estimated'

  return {
    page(search: Search): readonly { readonly id: string; readonly place: Place }[] {
      const { limit, after = [0, 0] } = search
      const [rankBefore, placeBefore] = after as Place
      const found: { id: string; place: Place }[] = []
      for (let rank = rankBefore; rank < ranks.length && found.length < limit; rank++) {
        const match = matchOf(search, filters, ranks[rank]!)
        const behind = rank === rankBefore ? placeBefore : 0
        const rows = page.all(match, behind, limit - found.length) as unknown as readonly [number, string][]
        for (const [place, id] of rows) found.push({ id, place: [rank, place] })
      }
      return found
    },
    count(filter: Filter, exactMax: number | undefined): CountResult {
      const numberOf = (row: unknown) => (row as readonly [number])[0]
      if (!isEstimated(exactMax)) return { count: numberOf(whole.get(matchOf(filter, filters, 'all'))), kind: 'exact' }
      const countTo = (limit: number, share: Share) =>
        numberOf(bounded.get(matchOf(filter, filters, 'all', share), limit))
      return countOrEstimate(countTo, exactMax)
    },
    /** The statements of a page, as many as it may take. */
    compile(search: Search): readonly Compiled[] {
      return ranks.map((among) => ({ sql: pageSql, values: [matchOf(search, filters, among), 0, search.limit] }))
    },
    compileCount(filter: Filter, exactMax: number | undefined): readonly Compiled[] {
      if (!isEstimated(exactMax)) return [{ sql: wholeSql, values: [matchOf(filter, filters, 'all')] }]
      return ([1, ...shares] as const).map((share) => ({
        sql: boundedSql,
        values: [matchOf(filter, filters, 'all', share), exactMax + 1],
      }))
    },
  }
}
