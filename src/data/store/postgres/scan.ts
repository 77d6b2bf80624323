import type { Row, Scan, Value } from '../store.ts'
import { textAfterPrefix } from '../text-prefix.ts'
import { stored } from './column.ts'
import { Parameters, type Statement } from './statement.ts'
import type { Table } from './table.ts'

/** A page of an access path as one statement. A list of values is one arm for each, merged by the server. */
export function scanStatement(table: Table, scan: Scan): Statement {
  const parameters = new Parameters()
  const order = orderOf(table, scan)
  const limit = parameters.bind(String(scan.limit), 'int8')
  const arms = singly(scan).map((one) => {
    const conditions = filterConditions(table, one, parameters)
    const rest = one.path.slice(one.equal.length)
    if (one.after !== undefined) conditions.push(behind(table, rest, one.after, one.descending, parameters))
    return `select ${table.selected} from ${table.name}${whereOf(conditions)}${order} limit ${limit}`
  })
  if (arms.length === 1) return { text: arms[0]!, values: parameters.values }
  const all = arms.map((arm) => `(${arm})`).join(' union all ')
  return { text: `select * from (${all}) as arms${order} limit ${limit}`, values: parameters.values }
}

/** The conditions of an equality prefix and a range. */
export function filterConditions(
  table: Table,
  { path, equal, range }: Pick<Scan, 'path' | 'equal' | 'range'>,
  parameters: Parameters,
): string[] {
  const test = (name: string, operator: string, value: Value) => {
    const column = table.columnOf(name)
    return `${column.quoted} ${operator} ${parameters.bind(stored(column, value), column.cast)}`
  }
  const conditions = equal.map((value, at) => test(path[at]!, '=', value as Value))
  const ranged = path[equal.length]
  if (range === undefined || ranged === undefined) return conditions
  const { prefix } = range
  const bounds = [
    ['>', range.gt],
    ['>=', range.gte],
    ['<', range.lt],
    ['<=', range.lte],
    ['>=', prefix],
    ['<', prefix === undefined ? undefined : textAfterPrefix(prefix)],
  ] as const
  for (const [operator, value] of bounds) if (value !== undefined) conditions.push(test(ranged, operator, value))
  return conditions
}

/** A filter by a list of values as one for each of them. */
export function singly<Filter extends Pick<Scan, 'equal'>>(filter: Filter): readonly Filter[] {
  const list = filter.equal.findIndex((value) => Array.isArray(value))
  if (list === -1) return [filter]
  return (filter.equal[list] as readonly Value[]).map((value) => ({ ...filter, equal: filter.equal.with(list, value) }))
}

export function whereOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`
}

/** Null sorts first, as the indexes have it. With equality along the whole path there is one row at most. */
function orderOf(table: Table, { path, equal, descending }: Scan): string {
  const rest = path.slice(equal.length)
  // The values of a list are merged even then.
  const names = rest.length === 0 ? ['id'] : rest
  const parts = names.map((name) => {
    const { quoted, nullsFirst } = table.columnOf(name)
    const nulls = nullsFirst ? (descending ? ' nulls last' : ' nulls first') : ''
    return `${quoted}${descending ? ' desc' : ''}${nulls}`
  })
  return ` order by ${parts.join(', ')}`
}

/** The condition that a row stands behind the cursor in the scan's direction; null sorts first. */
function behind(
  table: Table,
  names: readonly string[],
  after: readonly Value[],
  descending: boolean,
  parameters: Parameters,
): string {
  const bind = (name: string, value: Value) => {
    const column = table.columnOf(name)
    return parameters.bind(stored(column, value), column.cast)
  }
  if (!names.some((name) => isOptional(table, name))) {
    // A comparison of rows is answered by the index alone.
    const values = names.map((name, at) => bind(name, after[at]!))
    return `(${names.map((name) => table.columnOf(name).quoted).join(', ')}) ${descending ? '<' : '>'} (${values.join(', ')})`
  }
  const [name, ...others] = names as [string, ...string[]]
  const [value, ...values] = after as [Value, ...Value[]]
  const column = table.columnOf(name).quoted
  const beyond =
    value === null
      ? descending
        ? 'false'
        : `${column} is not null`
      : descending
        ? `(${column} < ${bind(name, value)} or ${column} is null)`
        : `${column} > ${bind(name, value)}`
  if (others.length === 0) return beyond
  const same = value === null ? `${column} is null` : `${column} = ${bind(name, value)}`
  return `(${beyond} or (${same} and ${behind(table, others, values, descending, parameters)}))`
}

function isOptional({ resource, indexOf }: Table, name: string): boolean {
  return resource.columns[indexOf(name)]!.field.optional
}

export function rowsOf(table: Table, rows: (string | null)[][]): readonly Row[] {
  return rows.map((row) => table.read(row))
}
