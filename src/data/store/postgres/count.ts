import { singly } from '../listed-filter.ts'
import type { Count, CountResult } from '../store.ts'
import type { Connection } from './connection.ts'
import { filterConditions, whereOf } from './scan.ts'
import { queryOf, searchConditions } from './search.ts'
import { Parameters, type Statement } from './statement.ts'
import type { Table } from './table.ts'

/** Counts what a scan or a search finds; more than is counted exactly as the planner expects it. */
export async function readCount(connection: Connection, table: Table, { of, exactMax }: Count): Promise<CountResult> {
  if (of.kind === 'scan' && singly(of).length === 0) return { count: 0, kind: 'exact' }
  const isEstimated = exactMax !== undefined && table.resource.total === 'estimated'
  const { rows } = await connection.run(countStatement(table, of, isEstimated ? exactMax + 1 : undefined))
  const counted = Number(rows[0]![0])
  if (!isEstimated || counted <= exactMax) return { count: counted, kind: 'exact' }
  const plan = await connection.run(estimateStatement(table, of))
  const [{ Plan }] = JSON.parse(plan.rows[0]![0]!) as [{ Plan: { 'Plan Rows': number } }]
  return { count: Math.max(counted, Plan['Plan Rows']), kind: 'estimated' }
}

/** Counts all, or to a limit. */
export function countStatement(table: Table, of: Count['of'], limit: number | undefined): Statement {
  const { text, values } = foundStatement(table, of)
  if (limit === undefined) return { text: `select count(*) from (${text}) as found`, values }
  return {
    text: `select count(*) from (${text} limit $${values.length + 1}::int8) as found`,
    values: [...values, String(limit)],
  }
}

/** How many the planner expects, from the statistics of the table. */
function estimateStatement(table: Table, of: Count['of']): Statement {
  const { text, values } = foundStatement(table, of)
  return { text: `explain (format json) ${text}`, values }
}

function foundStatement(table: Table, of: Count['of']): Statement {
  const parameters = new Parameters()
  const filters =
    of.kind === 'scan'
      ? singly(of).map((one) => filterConditions(table, one, parameters))
      : [searchConditions(table, parameters.bind(queryOf(of.terms), 'tsquery'), of.equal, parameters)]
  const arms = filters.map((conditions) => `select 1 from ${table.from}${whereOf(conditions)}`)
  return {
    text: arms.length === 1 ? arms[0]! : arms.map((arm) => `(${arm})`).join(' union all '),
    values: parameters.values,
  }
}
