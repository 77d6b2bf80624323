import type { Range, Row, Scan, ScanResult, Value } from '../store.ts'
import { textAfterPrefix } from '../text-prefix.ts'
import { type Stored, stored } from './column.ts'
import type { Connection } from './connection.ts'
import { Parameters, type Statement } from './statement.ts'
import type { Table } from './table.ts'

/** Scans that differ in their values only: one statement runs any number of them. */
export interface ScanShape {
  /** Reads the page of one. */
  readonly one: string
  /** Reads the pages of many: the number of a scan among them, from 1, stands before each of its rows. */
  readonly many: string
  /** What a scan binds, a value for each column of the statement. */
  bind(scan: Scan): readonly Stored[]
}

/** The shapes of the scans of one table, each compiled once. */
export function scanShapes(table: Table): (scan: Scan) => ScanShape {
  const shapes = new Map<string, ScanShape>()
  return (scan) => {
    const key = shapeKey(scan)
    let shape = shapes.get(key)
    if (shape === undefined) {
      shape = shapeOf(table, scan)
      shapes.set(key, shape)
    }
    return shape
  }
}

/** Reads the pages of scans of one shape, of many callers, in one statement; who asks for the same gets the same. */
export async function readScans(
  connection: Connection,
  table: Table,
  shape: ScanShape,
  scans: readonly Scan[],
): Promise<readonly ScanResult[]> {
  if (scans.length === 1) {
    const { rows } = await connection.run({ text: shape.one, values: shape.bind(scans[0]!) })
    return [{ rows: rowsOf(table, rows) }]
  }
  const numbers = new Map<string, number>()
  const bound: (readonly Stored[])[] = []
  const numberOf = scans.map((scan) => {
    const values = shape.bind(scan)
    const key = JSON.stringify(values)
    let number = numbers.get(key)
    if (number === undefined) {
      number = bound.push(values)
      numbers.set(key, number)
    }
    return number
  })
  const columns = bound[0]!.map((_, at) => bound.map((values) => values[at]!))
  const { rows } = await connection.run({ text: shape.many, values: columns })
  const pages = bound.map((): Row[] => [])
  for (const values of rows) pages[Number(values.pop()) - 1]!.push(table.read(values))
  return numberOf.map((number) => ({ rows: pages[number - 1]! }))
}

/** A page as a statement of its own. A list of values is one arm for each, merged by the server. */
export function scanStatement(table: Table, scan: Scan): Statement {
  const parameters = new Parameters()
  const order = orderOf(table, scan)
  const limit = parameters.bind(String(scan.limit), 'int8')
  const arms = singly(scan).map(
    (one) => `${armOf(table, one, (cast, value) => parameters.bind(value(one), cast))}${order} limit ${limit}`,
  )
  if (arms.length === 1) return { text: arms[0]!, values: parameters.values }
  const all = arms.map((arm) => `(${arm})`).join(' union all ')
  return { text: `select * from (${all}) as arms${order} limit ${limit}`, values: parameters.values }
}

/** Whether one of its filters is a list of values. */
export function isListed({ equal }: Pick<Scan, 'equal'>): boolean {
  return equal.some((value) => Array.isArray(value))
}

/** What the text of a scan depends on. */
function shapeKey({ path, equal, range, descending, after }: Scan): string {
  const bounds = range === undefined ? '' : boundsKey(range)
  const behind = after === undefined ? '-' : after.map((value) => (value === null ? 'n' : 'v')).join('')
  return `${path} ${equal.length} ${bounds} ${descending} ${behind}`
}

function boundsKey(range: Range): string {
  const bounds = Object.entries(range).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  const isEndless = range.prefix !== undefined && textAfterPrefix(range.prefix) === undefined
  return `${bounds}${isEndless ? ' endless' : ''}`
}

function shapeOf(table: Table, sample: Scan): ScanShape {
  const columns: { readonly cast: string; readonly value: (scan: Scan) => Stored }[] = []
  const inputs =
    (name: (at: number, cast: string) => string): Input =>
    (cast, value) =>
      name(columns.push({ cast, value }), cast)
  const page = (input: Input) =>
    `${armOf(table, sample, input)}${orderOf(table, sample)} limit ${input('int8', ({ limit }) => String(limit))}`

  const one = page(inputs((at, cast) => `$${at}::${cast}`))
  columns.length = 0
  const arm = page(inputs((at) => `i.c${at}`))
  const names = columns.map((_, at) => `c${at + 1}`)
  const arrays = columns.map(({ cast }, at) => `$${at + 1}::${cast}[]`)
  const bound = [...columns]
  return {
    one,
    many: `select s.*, i.n from unnest(${arrays.join(', ')}) with ordinality as i(${[...names, 'n'].join(', ')}), lateral (${arm}) as s`,
    bind: (scan) => bound.map(({ value }) => value(scan)),
  }
}

/** Binds a value of a scan, and gives what stands for it in the text. */
type Input = (cast: string, value: (scan: Scan) => Stored) => string

function armOf(table: Table, scan: Scan, input: Input): string {
  const conditions = filterConditions(table, scan, input)
  if (scan.after !== undefined) {
    const rest = scan.path.slice(scan.equal.length)
    const bind = (at: number) => {
      const column = table.columnOf(rest[at]!)
      return input(column.cast, ({ after }) => stored(column, after![at]!))
    }
    conditions.push(behind(table, rest, scan.after, scan.descending, bind))
  }
  return `select ${table.selected} from ${table.name}${whereOf(conditions)}`
}

type Filter = Pick<Scan, 'path' | 'equal' | 'range'>

/** The conditions of an equality prefix and a range, none of whose values is a list. */
export function filterConditions<Of extends Filter>(
  table: Table,
  { path, equal, range }: Of,
  input: (cast: string, value: (filter: Of) => Stored) => string,
): string[] {
  const test = (name: string, operator: string, value: (filter: Of) => Value) => {
    const column = table.columnOf(name)
    return `${column.quoted} ${operator} ${input(column.cast, (filter) => stored(column, value(filter)))}`
  }
  const conditions = equal.map((_, at) => test(path[at]!, '=', (filter) => filter.equal[at] as Value))
  const ranged = path[equal.length]
  if (range === undefined || ranged === undefined) return conditions
  const bounds = [
    ['>', 'gt'],
    ['>=', 'gte'],
    ['<', 'lt'],
    ['<=', 'lte'],
  ] as const
  for (const [operator, bound] of bounds)
    if (range[bound] !== undefined) conditions.push(test(ranged, operator, (filter) => filter.range![bound]!))
  const { prefix } = range
  if (prefix === undefined) return conditions
  conditions.push(test(ranged, '>=', (filter) => filter.range!.prefix!))
  if (textAfterPrefix(prefix) !== undefined)
    conditions.push(test(ranged, '<', (filter) => textAfterPrefix(filter.range!.prefix!)!))
  return conditions
}

/** A filter by a list of values as one for each of them. */
export function singly<Of extends Pick<Scan, 'equal'>>(filter: Of): readonly Of[] {
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
  bind: (at: number) => string,
): string {
  if (!names.some((name) => isOptional(table, name))) {
    // A comparison of rows is answered by the index alone.
    const columns = names.map((name) => table.columnOf(name).quoted)
    return `(${columns.join(', ')}) ${descending ? '<' : '>'} (${names.map((_, at) => bind(at)).join(', ')})`
  }
  const from = (at: number): string => {
    const column = table.columnOf(names[at]!).quoted
    const isNull = after[at] === null
    const beyond = isNull
      ? descending
        ? 'false'
        : `${column} is not null`
      : descending
        ? `(${column} < ${bind(at)} or ${column} is null)`
        : `${column} > ${bind(at)}`
    if (at === names.length - 1) return beyond
    const same = isNull ? `${column} is null` : `${column} = ${bind(at)}`
    return `(${beyond} or (${same} and ${from(at + 1)}))`
  }
  return from(0)
}

function isOptional({ resource, indexOf }: Table, name: string): boolean {
  return resource.columns[indexOf(name)]!.field.optional
}

export function rowsOf(table: Table, rows: (string | null)[][]): readonly Row[] {
  return rows.map((row) => table.read(row))
}
