import { singly } from '../listed-filter.ts'
import type { Row, Scan, ScanResult, Value } from '../store.ts'
import { type Stretch, stretchesOf } from '../stretch.ts'
import { type Stored, stored } from './column.ts'
import type { Connection } from './connection.ts'
import { Parameters, type Statement } from './statement.ts'
import type { Table } from './table.ts'

/** Scans that differ in their values only: one statement runs any number of them. */
export interface ScanShape {
  /** Reads the page of one. */
  readonly one: string
  /** Reads the pages of many: the number of a scan among them, from 1, stands behind each of its rows. */
  readonly many: string
  /** What a scan binds, a value for each column of the statement. */
  bind(asked: AskedScan): readonly Stored[]
}

/** A scan without a list of values, and the stretches of its rows. */
export interface AskedScan {
  readonly scan: Scan
  readonly stretches: readonly Stretch[]
}

/** The scans of one table, compiled by their shapes. */
export interface Scans {
  asked(scan: Scan): AskedScan
  /** Each shape is made once. */
  shapeOf(asked: AskedScan): ScanShape
}

export function scansOf(table: Table): Scans {
  const stretches = stretchesOf(table.resource)
  const shapes = new Map<string, ScanShape>()
  return {
    asked: (scan) => ({ scan, stretches: stretches(scan) }),
    shapeOf(asked) {
      const key = shapeKey(asked)
      let shape = shapes.get(key)
      if (shape === undefined) {
        shape = makeShape(table, asked)
        shapes.set(key, shape)
      }
      return shape
    },
  }
}

/** Reads the pages of scans of one shape, of many callers, in one statement; who asks for the same gets the same. */
export async function readScans(
  connection: Connection,
  table: Table,
  shape: ScanShape,
  scans: readonly AskedScan[],
): Promise<readonly ScanResult[]> {
  // Some ask for what no row can be.
  if (scans[0]!.stretches.length === 0) return scans.map(() => ({ rows: [] }))
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

/**
 * A page as a statement of its own; undefined where no row can be in it. A list of values is an arm for each, merged by the server.
 */
export function scanStatement(table: Table, scan: Scan): Statement | undefined {
  const parameters = new Parameters()
  const stretches = stretchesOf(table.resource)
  const limit = parameters.bind(String(scan.limit), 'int8')
  const arms = singly(scan).flatMap((one) => {
    const asked = { scan: one, stretches: stretches(one) }
    return armsOf(table, asked, (cast, value) => parameters.bind(value(asked), cast), limit)
  })
  if (arms.length === 0) return undefined
  return { text: merged(table, scan, arms, limit), values: parameters.values }
}

/** What the text of a scan depends on. */
function shapeKey({ scan: { path, equal, descending }, stretches }: AskedScan): string {
  return `${path} ${equal.length}${descending ? ' desc' : ''} ${stretches.map(stretchKey).join('|')}`
}

function stretchKey({ equal, bounds = [], behind = [], isPresent }: Stretch): string {
  let key = equal.length === 0 ? '' : equal.map((value) => (value === null ? 'n' : 'v')).join('')
  for (const { operator } of bounds) key += operator
  return `${key};${behind.length}${isPresent ? 'p' : ''}`
}

function makeShape(table: Table, sample: AskedScan): ScanShape {
  const columns: { readonly cast: string; readonly value: (asked: AskedScan) => Stored }[] = []
  const page = (name: (at: number, cast: string) => string): string => {
    columns.length = 0
    const input: Input = (cast, value) => name(columns.push({ cast, value }), cast)
    const limit = input('int8', ({ scan }) => String(scan.limit))
    return merged(table, sample.scan, armsOf(table, sample, input, limit), limit)
  }
  if (sample.stretches.length === 0) return { one: '', many: '', bind: () => [] }
  const one = page((at, cast) => `$${at}::${cast}`)
  const many = page((at) => `i.c${at}`)
  const names = columns.map((_, at) => `c${at + 1}`)
  const arrays = columns.map(({ cast }, at) => `$${at + 1}::${cast}[]`)
  return {
    one,
    many: `select s.*, i.n from unnest(${arrays.join(', ')}) with ordinality as i(${[...names, 'n'].join(', ')}), lateral (${many}) as s`,
    bind: (asked) => columns.map(({ value }) => value(asked)),
  }
}

/** Binds a value of a scan, and gives what stands for it in the text. */
type Input = (cast: string, value: (asked: AskedScan) => Stored) => string

/** A part of the page for each stretch of the rows, which an index seeks; told in one condition they would be read through. */
function armsOf(table: Table, { scan, stretches }: AskedScan, input: Input, limit: string): readonly string[] {
  const order = orderOf(table, scan)
  return stretches.map((stretch, at) => {
    const conditions = [
      ...prefixConditions(table, scan, input),
      ...stretchConditions(table, scan, stretch, (cast, value) => input(cast, (asked) => value(asked.stretches[at]!))),
    ]
    return `select ${table.selected('')} from ${table.from}${whereOf(conditions)}${order} limit ${limit}`
  })
}

function merged(table: Table, scan: Scan, arms: readonly string[], limit: string): string {
  if (arms.length === 1) return arms[0]!
  const all = arms.map((arm) => `(${arm})`).join(' union all ')
  return `select * from (${all}) as arms${orderOf(table, scan)} limit ${limit}`
}

function prefixConditions(
  table: Table,
  { path, equal }: Pick<Scan, 'path' | 'equal'>,
  input: Input,
): readonly string[] {
  return equal.map((_, at) => {
    const column = table.columnOf(path[at]!)
    return `${column.compared} = ${input(column.cast, ({ scan }) => stored(column, scan.equal[at] as Value))}`
  })
}

function stretchConditions(
  table: Table,
  { path, equal: prefix, descending }: Pick<Scan, 'path' | 'equal' | 'descending'>,
  { equal, bounds = [], behind = [], isPresent }: Stretch,
  input: (cast: string, value: (stretch: Stretch) => Stored) => string,
): readonly string[] {
  const rest = path.slice(prefix.length)
  const member = (at: number) => table.columnOf(rest[at]!)
  const conditions = equal.map((value, at) => {
    const column = member(at)
    return value === null
      ? `${column.compared} is null`
      : `${column.compared} = ${input(column.cast, (stretch) => stored(column, stretch.equal[at]!))}`
  })
  bounds.forEach(({ operator }, at) => {
    const column = member(equal.length)
    const bound = input(column.cast, (stretch) => stored(column, stretch.bounds![at]!.value))
    conditions.push(`${column.compared} ${operator} ${bound}`)
  })
  if (isPresent) conditions.push(`${member(equal.length).compared} is not null`)
  if (behind.length > 0) {
    const members = behind.map((_, at) => member(equal.length + at))
    const values = members.map((column, at) => input(column.cast, (stretch) => stored(column, stretch.behind![at]!)))
    // A comparison of rows is answered by the index alone.
    conditions.push(
      `(${members.map(({ compared }) => compared).join(', ')}) ${descending ? '<' : '>'} (${values.join(', ')})`,
    )
  }
  return conditions
}

/** The conditions of an equality prefix and a range, none of whose values is a list, and of no cursor. */
export function filterConditions(
  table: Table,
  filter: Pick<Scan, 'path' | 'equal' | 'range'>,
  parameters: Parameters,
): readonly string[] {
  const scan: Scan = { kind: 'scan', resource: table.resource.name, descending: false, limit: 0, ...filter }
  const stretches = stretchesOf(table.resource)(scan)
  const asked = { scan, stretches }
  const bind: Input = (cast, value) => parameters.bind(value(asked), cast)
  return [
    ...prefixConditions(table, scan, bind),
    // Without a cursor there is one stretch.
    ...stretchConditions(table, scan, stretches[0]!, (cast, value) => parameters.bind(value(stretches[0]!), cast)),
  ]
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
    const { quoted, compared, cast, nullsFirst } = table.columnOf(name)
    const nulls = nullsFirst ? (descending ? ' nulls last' : ' nulls first') : ''
    // Of somebody else's texts no index may have this order, but here they are few.
    const isSorted = table.isAdopted && rest.length === 0 && (cast === 'text' || cast === 'bpchar')
    return `${isSorted ? `${quoted} collate "C"` : compared}${descending ? ' desc' : ''}${nulls}`
  })
  return ` order by ${parts.join(', ')}`
}

export function rowsOf(table: Table, rows: (string | null)[][]): readonly Row[] {
  return rows.map((row) => table.read(row))
}
