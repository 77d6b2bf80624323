import type { SearchTerm } from '../../../app/search.ts'
import type { Search, SearchResult, Value } from '../store.ts'
import { stored } from './column.ts'
import type { Connection } from './connection.ts'
import { rowsOf, whereOf } from './scan.ts'
import { Parameters, type Statement } from './statement.ts'
import type { Table } from './table.ts'

export async function readSearch(connection: Connection, table: Table, search: Search): Promise<SearchResult> {
  const { rows } = await connection.run(searchStatement(table, search))
  const places = rows.map((row) => row.splice(-2).map(Number))
  const read = rowsOf(table, rows)
  return { rows: read, places: places.map((place, at) => [...place, read[at]![0]!]) }
}

/** A page of what a search finds; behind the columns of a row stands its place: rank and closeness. */
export function searchStatement(table: Table, { terms, equal, limit, after }: Search): Statement {
  const parameters = new Parameters()
  const query = parameters.bind(queryOf(terms), 'tsquery')
  const [first, ...others] = table.resource.search.map(table.wordsOf) as [string, ...string[]]
  const rank = others.length === 0 ? '0' : `case when array_to_tsvector(${first}) @@ ${query} then 0 else 1 end`
  // The same number as \`closenessOf\` gives.
  const rest = others.length === 0 ? '0' : `least(${others.map((column) => `cardinality(${column})`).join(' + ')}, 255)`
  const closeness = `least(cardinality(${first}), 255) * 256 + ${rest}`
  const found = `select ${table.selected('')}, ${rank} as "search rank", ${closeness} as "search closeness" from ${table.from}${whereOf(
    searchConditions(table, query, equal, parameters),
  )}`
  const behind =
    after === undefined
      ? ''
      : ` where ("search rank", "search closeness", "id") > (${parameters.bind(String(after[0]), 'int4')}, ${parameters.bind(String(after[1]), 'int4')}, ${parameters.bind(
          stored(table.columnOf('id'), after[2] as Value),
          table.columnOf('id').cast,
        )})`
  const bound = parameters.bind(String(limit), 'int8')
  return {
    text: `select * from (${found}) as found${behind} order by "search rank", "search closeness", "id" limit ${bound}`,
    values: parameters.values,
  }
}

export function searchConditions(
  table: Table,
  query: string,
  equal: Search['equal'],
  parameters: Parameters,
): readonly string[] {
  const filters = Object.entries(equal).map(([name, value]) => {
    const column = table.columnOf(name)
    const values = ([value].flat() as Value[]).map((one) => stored(column, one))
    return `${column.quoted} = any(${parameters.bind(values, `${column.cast}[]`)})`
  })
  return [`${table.searchVector} @@ ${query}`, ...filters]
}

/** Words have letters, numbers and marks only, so nothing of them is an operator. */
export function queryOf(terms: readonly SearchTerm[]): string {
  return terms.map(({ word, isPrefix }) => `'${word}'${isPrefix ? ':*' : ''}`).join(' & ')
}
