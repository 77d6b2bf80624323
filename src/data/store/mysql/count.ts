import { singly } from '../listed-filter.ts'
import type { Count } from '../store.ts'
import { filterConditions, whereOf } from './scan.ts'
import { searchedStatement, termStatement } from './search.ts'
import { Parameters, type Statement } from './statement.ts'
import type { Table } from './table.ts'

/** Counts all, or to a limit. */
export function countStatement(table: Table, of: Count['of'], limit: number | undefined): Statement {
  const { text, values } = foundStatement(table, of)
  if (limit === undefined) return { text: `select count(*) from (${text}) as found`, values }
  return { text: `select count(*) from (${text} limit ?) as found`, values: [...values, String(limit)] }
}

/** Statements whose plans tell how many rows there are about: the fewest of them for a search, which has all of its words. */
export function estimateStatements(table: Table, of: Count['of']): readonly Statement[] {
  const all = of.kind === 'search' ? of.terms.map((term) => termStatement(table, term)) : [foundStatement(table, of)]
  return all.map(({ text, values }) => ({ text: `explain extended ${text}`, values }))
}

function foundStatement(table: Table, of: Count['of']): Statement {
  const parameters = new Parameters()
  if (of.kind === 'search') return { text: searchedStatement(table, of, parameters), values: parameters.values }
  const arms = singly(of).map(
    (one) => `select 1 as one from ${table.name}${whereOf(filterConditions(table, one, parameters))}`,
  )
  return {
    text: arms.length === 1 ? arms[0]! : arms.map((arm) => `(${arm})`).join(' union all '),
    values: parameters.values,
  }
}
