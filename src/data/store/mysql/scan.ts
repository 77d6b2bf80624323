import { singly } from '../listed-filter.ts'
import type { Row, Scan, Value } from '../store.ts'
import { textAfterPrefix } from '../text-prefix.ts'
import { stored } from './column.ts'
import { Parameters, type Statement } from './statement.ts'
import type { Table } from './table.ts'

/**
 * A page of an access path as one statement. A list of values is one arm for each, merged by the server. `lock` stands behind every
 * arm.
 */
export function scanStatement(table: Table, scan: Scan, lock = ''): Statement {
  const parameters = new Parameters()
  const order = orderOf(table, scan)
  const arms = singly(scan).map((one) => {
    const conditions = filterConditions(table, one, parameters)
    const rest = one.path.slice(one.equal.length)
    if (one.after !== undefined) conditions.push(behind(table, rest, one.after, one.descending, parameters))
    const limit = parameters.bind(String(scan.limit))
    return `select ${table.selected} from ${table.name}${whereOf(conditions)}${order} limit ${limit}${lock === '' ? '' : ` ${lock}`}`
  })
  if (arms.length === 1) return { text: arms[0]!, values: parameters.values }
  const all = arms.map((arm) => `(${arm})`).join(' union all ')
  return {
    text: `select * from (${all}) as arms${order} limit ${parameters.bind(String(scan.limit))}`,
    values: parameters.values,
  }
}

/** The conditions of an equality prefix and a range. */
export function filterConditions(
  table: Table,
  { path, equal, range }: Pick<Scan, 'path' | 'equal' | 'range'>,
  parameters: Parameters,
): string[] {
  const conditions = equal.map((value, at) => comparison(table, path[at]!, '=', value as Value, parameters))
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
  for (const [operator, value] of bounds)
    if (value !== undefined) conditions.push(comparison(table, ranged, operator, value, parameters))
  return conditions
}

/** Of a value that is not null. */
export function comparison(table: Table, name: string, operator: string, value: Value, parameters: Parameters): string {
  const column = table.columnOf(name)
  return `${column.quoted} ${operator} ${column.compared(parameters.bind(stored(column, value)))}`
}

export function whereOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`
}

/** Null is the least of values to the server too. With equality along the whole path there is one row at most. */
function orderOf(table: Table, { path, equal, descending }: Scan): string {
  const rest = path.slice(equal.length)
  // The values of a list are merged even then.
  const names = rest.length === 0 ? ['id'] : rest
  return ` order by ${names.map((name) => `${table.columnOf(name).quoted}${descending ? ' desc' : ''}`).join(', ')}`
}

/**
 * The condition that a row stands behind the cursor in the scan's direction; null sorts first. Its first part, which follows from
 * the second, is what the server finds the place in an index by.
 */
function behind(
  table: Table,
  names: readonly string[],
  after: readonly Value[],
  descending: boolean,
  parameters: Parameters,
): string {
  const [name, ...others] = names as [string, ...string[]]
  const [value, ...values] = after as [Value, ...Value[]]
  const { quoted } = table.columnOf(name)
  const compare = (operator: string) => comparison(table, name, operator, value, parameters)
  const rest = () => behind(table, others, values, descending, parameters)
  if (value === null) {
    if (others.length === 0) return descending ? 'false' : `${quoted} is not null`
    const same = `(${quoted} is null and ${rest()})`
    return descending ? same : `(${quoted} is not null or ${same})`
  }
  const operator = descending ? '<' : '>'
  const orNull = descending && isOptional(table, name) ? ` or ${quoted} is null` : ''
  if (others.length === 0) return `(${compare(operator)}${orNull})`
  const first = `(${compare(`${operator}=`)}${orNull})`
  return `(${first} and (${compare(operator)}${orNull} or ${rest()}))`
}

function isOptional({ resource, indexOf }: Table, name: string): boolean {
  return resource.columns[indexOf(name)]!.field.optional
}

export function rowsOf(table: Table, rows: unknown[][]): readonly Row[] {
  return rows.map((row) => table.read(row))
}
