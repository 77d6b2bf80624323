import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ResourceManifest } from '../../../app/manifest.ts'
import type { Placement } from '../../migration/stored.ts'
import type {
  Count,
  CountResult,
  Explanation,
  Get,
  GetResult,
  Row,
  Scan,
  Search,
  SearchResult,
  Value,
} from '../store.ts'
import { type ColumnCode, columnCode, quoteName, type Stored } from './column.ts'
import { pathCounts } from './count.ts'
import { mergeRows } from './merge.ts'
import { type Compiled, explained } from './plan.ts'
import { scanSql } from './scan.ts'
import { type WordIndex, wordIndex } from './word-index.ts'
import { wordSearch } from './word-search.ts'

/** The reads of one table, each prepared once, and what its writes need to know. */
export interface TableStatements {
  readonly resource: ResourceManifest
  readonly placement: Placement
  /** The table's name, quoted. */
  readonly table: string
  readonly columns: readonly ColumnCode[]
  columnOf(name: string): ColumnCode
  indexOf(name: string): number
  get(ids: readonly string[]): GetResult
  getOne(id: string): Row | null
  /** 0 where there is no row. */
  versionOf(id: string): number
  /** The version that a deleted client-given id had last; 0 without one. */
  lastVersionOf(id: string): number
  scan(scan: Scan): readonly Row[]
  search(search: Search): SearchResult
  count(count: Count): CountResult
  explain(operation: Get | Scan | Search | Count): Explanation
  /** What has to be told of every write; undefined where no text is searched. */
  readonly words: WordIndex | undefined
  /** A statement by its text, prepared once. The number kept is bounded, because clients choose which fields they patch. */
  prepared(sql: string): StatementSync
}

const statementsMax = 500

export function tableStatements(
  database: DatabaseSync,
  resource: ResourceManifest,
  placement: Placement,
): TableStatements {
  const columns = resource.columns.map((column) => columnCode(column, placement.columnOf(column.name)))
  const positions = new Map(columns.map(({ name }, at) => [name, at]))
  const table = quoteName(placement.table)
  const selected = columns.map((column) => column.selected).join(', ')
  const decoders = columns.flatMap(({ decode }, at) => (decode === undefined ? [] : [[at, decode] as const]))

  const cache = new Map<string, StatementSync>()
  const prepared = (sql: string): StatementSync => {
    let statement = cache.get(sql)
    if (statement === undefined) {
      if (cache.size >= statementsMax) cache.clear()
      statement = database.prepare(sql)
      statement.setReturnArrays(true)
      cache.set(sql, statement)
    }
    return statement
  }

  const decoded = (stored: Value[]): Row => {
    for (const [at, decode] of decoders) if (stored[at] !== null) stored[at] = decode(stored[at] as never)
    return stored
  }
  const getSql = `select ${selected} from ${table} where "id" = ?`
  const getStatement = prepared(getSql)
  const getOne = (id: string): Row | null => {
    const stored = getStatement.get(id) as unknown as Value[] | undefined
    return stored === undefined ? null : decoded(stored)
  }
  const versionStatement = prepared(`select "version" from ${table} where "id" = ?`)
  const lastVersionStatement = prepared('select version from _banyan_tombstones where resource = ? and id = ?')
  const versionIn = (statement: StatementSync, ...keys: string[]): number =>
    (statement.get(...keys) as unknown as [number] | undefined)?.[0] ?? 0

  const columnOf = (name: string): ColumnCode => columns[positions.get(name)!]!
  const indexOf = (name: string): number => positions.get(name)!
  const compile = scanSql(resource, placement, selected, columnOf)

  const scanOne = (scan: Scan): readonly Row[] => {
    const rows: Value[][] = []
    for (const { sql, values } of compile(scan)) {
      const left = scan.limit - rows.length
      if (left === 0) break
      rows.push(...(prepared(sql).all(...(values.with(-1, left) as never[])) as unknown as Value[][]))
    }
    return rows.map(decoded)
  }

  const runCount = ({ sql, values }: Compiled): number =>
    (prepared(sql).get(...(values as Stored[] as never[])) as unknown as [number])[0]
  const counts = pathCounts(resource, placement, columnOf, runCount)
  const isSearched = resource.search.length > 0
  const finder = isSearched ? wordSearch(database, resource, placement) : undefined

  return {
    resource,
    placement,
    table,
    words: isSearched ? wordIndex(database, resource, placement) : undefined,
    columns,
    columnOf,
    indexOf,
    prepared,
    getOne,
    versionOf: (id) => versionIn(versionStatement, id),
    lastVersionOf: (id) => versionIn(lastVersionStatement, placement.table, id),
    get(ids) {
      const rows = ids.map(getOne)
      if (resource.ids === 'generated') return { rows }
      return {
        rows,
        lastVersions: rows.map((row, at) =>
          row === null ? versionIn(lastVersionStatement, placement.table, ids[at]!) : 0,
        ),
      }
    },
    scan(scan) {
      const list = scan.equal.findIndex((value) => Array.isArray(value))
      if (list === -1) return scanOne(scan)
      const pages = (scan.equal[list] as readonly Value[]).map((value) =>
        scanOne({ ...scan, equal: scan.equal.map((other, at) => (at === list ? value : other)) }),
      )
      return mergeRows(pages, scan, resource, indexOf)
    },
    search(search) {
      const found = finder!.page(search)
      return { rows: found.map(({ id }) => getOne(id)!), places: found.map(({ place }) => place) }
    },
    count: ({ of, exactMax }) => (of.kind === 'scan' ? counts.count(of, exactMax) : finder!.count(of, exactMax)),
    explain(operation) {
      switch (operation.kind) {
        case 'get':
          return explained(database, [{ sql: getSql, values: [operation.ids[0] ?? ''] }])
        case 'scan': {
          const equal = operation.equal.map((value) => (Array.isArray(value) ? value[0]! : value))
          return explained(database, compile({ ...operation, equal }))
        }
        case 'search':
          return explained(database, finder!.compile(operation))
        case 'count': {
          const { of, exactMax } = operation
          const statements = of.kind === 'scan' ? counts.compile(of, exactMax) : finder!.compileCount(of, exactMax)
          return explained(database, statements)
        }
      }
    },
  }
}
