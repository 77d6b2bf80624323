import type { SearchTerm } from '../../../app/search.ts'
import type { Search, Value } from '../store.ts'
import { textAfterPrefix } from '../text-prefix.ts'
import { stored } from './column.ts'
import { quoteName } from './name.ts'
import { Parameters, type Statement } from './statement.ts'
import type { Table } from './table.ts'

/** A page of what a search finds; behind the columns of a row stands its place: rank and closeness. */
export function searchStatement(table: Table, search: Search): Statement {
  const parameters = new Parameters()
  const found = searchedStatement(table, search, parameters)
  const selected = table.columns.map(({ quoted }) => `t.${quoted}`).join(', ')
  return {
    text: `select ${selected}, found."rank", found."closeness" from (${found}) as found join ${table.name} as t on t."id" = found."id" order by found."rank", found."closeness", found."id"`,
    values: parameters.values,
  }
}

/**
 * The ids of what a search finds, with their places. Words stand once for each row that has them, so those of several terms are
 * joined; of what begins alike a row may have many, so they are put together first.
 */
export function searchedStatement(
  table: Table,
  { terms, equal, ...page }: Pick<Search, 'terms' | 'equal'> & Partial<Pick<Search, 'limit' | 'after'>>,
  parameters: Parameters,
): string {
  const words = terms.map((term, at) => {
    const on = at === 0 ? '' : ` on w${at}."closeness" = w0."closeness" and w${at}."id" = w0."id"`
    return `(${wordsOf(table, term, parameters)}) as w${at}${on}`
  })
  const filters = Object.entries(equal).map(([name, value]) => {
    const column = table.columnOf(name)
    const values = [value].flat() as readonly Value[]
    const bound = values.map((one) => column.compared(parameters.bind(stored(column, one))))
    return bound.length === 0 ? 'false' : `f.${column.quoted} in (${bound.join(', ')})`
  })
  const filtered =
    filters.length === 0 ? '' : ` join ${table.name} as f on f."id" = w0."id" and ${filters.join(' and ')}`
  const others = terms.map((_, at) => `w${at}."isOther"`)
  const rank = others.length === 1 ? others[0]! : `greatest(${others.join(', ')})`
  const { after, limit } = page
  const where = after === undefined ? '' : ` where ${behind(table, rank, after, parameters)}`
  const end = limit === undefined ? '' : ` order by "rank", "closeness", "id" limit ${parameters.bind(String(limit))}`
  return `select w0."id", ${rank} as "rank", w0."closeness" from ${words.join(' join ')}${filtered}${where}${end}`
}

/** The rows that have a word, or a word that begins so. */
export function termStatement(table: Table, term: SearchTerm): Statement {
  const parameters = new Parameters()
  return { text: wordsOf(table, term, parameters), values: parameters.values }
}

function wordsOf(table: Table, { word, isPrefix }: SearchTerm, parameters: Parameters): string {
  if (!isPrefix)
    return `select "id", "closeness", "isOther" from ${quoteName(table.wordsTable)} where "word" = ${parameters.bind(word)}`
  const end = textAfterPrefix(word)
  const from = `"word" >= ${parameters.bind(word)}`
  const range = end === undefined ? from : `${from} and "word" < ${parameters.bind(end)}`
  return `select "id", "closeness", min("isOther") as "isOther" from ${quoteName(table.wordsTable)} where ${range} group by "closeness", "id"`
}

function behind(table: Table, rank: string, after: readonly Value[], parameters: Parameters): string {
  const [r, c, id] = after as readonly [number, number, string]
  const number = (value: number) => parameters.bind(String(value))
  const isLater = `${rank} > cast(${number(r)} as signed)`
  const isSame = `${rank} = cast(${number(r)} as signed)`
  const isFarther = `w0."closeness" > cast(${number(c)} as signed)`
  const isAsClose = `w0."closeness" = cast(${number(c)} as signed)`
  const isBehind = `w0."id" > ${parameters.bind(stored(table.columnOf('id'), id))}`
  return `(${isLater} or (${isSame} and (${isFarther} or (${isAsClose} and ${isBehind}))))`
}
