import { scaledOf } from '../../../app/decimal.ts'
import type { ResourceManifest } from '../../../app/manifest.ts'
import type { Row, Scan, Value } from '../store.ts'
import type { ColumnCode, Stored } from './column.ts'
import { quoteName } from './column.ts'
import { filterSql } from './filter.ts'

/** Compiles scans of one table into SQL whose text depends on the shape of the scan only, never on its values. */
export function scanSql(
  resource: ResourceManifest,
  selected: string,
  columnOf: (name: string) => ColumnCode,
): (scan: Scan) => { readonly sql: string; readonly values: readonly Stored[] } {
  const table = quoteName(resource.name)
  return (scan) => {
    const { conditions, values } = filterSql(scan, columnOf)
    const rest = scan.path.slice(scan.equal.length)
    const bind = (name: string, value: Value) => {
      values.push(columnOf(name).encode(value))
    }
    if (scan.after !== undefined) conditions.push(behind(rest, scan.after, scan.descending, resource, bind))

    // With equality along the whole path there is one row at most.
    const order = rest.map((name) => `${quoteName(name)}${scan.descending ? ' desc' : ''}`).join(', ')
    values.push(scan.limit)
    return {
      sql: `select ${selected} from ${table}${conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`}${order === '' ? '' : ` order by ${order}`} limit ?`,
      values,
    }
  }
}

/** The condition that a row stands behind the cursor in the scan's direction; null sorts first. */
function behind(
  names: readonly string[],
  after: readonly Value[],
  descending: boolean,
  resource: ResourceManifest,
  bind: (name: string, value: Value) => void,
): string {
  const canBeNull = names.some((name) => resource.columns.find((column) => column.name === name)!.field.optional)
  if (!canBeNull) {
    // A row value comparison is answered by the index alone.
    names.forEach((name, at) => {
      bind(name, after[at]!)
    })
    const left = names.map(quoteName).join(', ')
    return names.length === 1
      ? `${left} ${descending ? '<' : '>'} ?`
      : `(${left}) ${descending ? '<' : '>'} (${names.map(() => '?').join(', ')})`
  }
  const [name, ...others] = names as [string, ...string[]]
  const [value, ...values] = after as [Value, ...Value[]]
  const column = quoteName(name)
  let beyond: string
  if (value === null) {
    beyond = descending ? '0' : `${column} is not null`
  } else {
    beyond = descending ? `(${column} < ? or ${column} is null)` : `${column} > ?`
    bind(name, value)
  }
  if (others.length === 0) return beyond
  const same = value === null ? `${column} is null` : `${column} = ?`
  if (value !== null) bind(name, value)
  return `(${beyond} or (${same} and ${behind(others, values, descending, resource, bind)}))`
}

/** Pages of several scans as one page, in the order of the members behind the equality prefix. */
export function mergeRows(
  pages: readonly (readonly Row[])[],
  scan: Scan,
  resource: ResourceManifest,
  indexOf: (name: string) => number,
): readonly Row[] {
  const rest = scan.path.slice(scan.equal.length)
  const keys = (rest.length === 0 ? ['id'] : rest).map((name) => {
    const at = indexOf(name)
    const { field } = resource.columns[at]!
    const exact = (value: Value) =>
      field.kind === 'bigint'
        ? BigInt(value as string)
        : field.kind === 'decimal'
          ? scaledOf(value as string, field.scale)
          : value
    return { at, exact }
  })
  const sign = scan.descending ? -1 : 1
  const compare = (left: Row, right: Row): number => {
    for (const { at, exact } of keys) {
      const [one, other] = [left[at]!, right[at]!]
      if (one === other) continue
      if (one === null) return -sign
      if (other === null) return sign
      const order =
        typeof one === 'string' && typeof exact(one) === 'string'
          ? compareText(one, other as string)
          : exact(one)! < exact(other)!
            ? -1
            : 1
      if (order !== 0) return order * sign
    }
    return 0
  }
  return pages.flat().sort(compare).slice(0, scan.limit)
}

/** By code point, as every engine is told to compare; JavaScript's own `<` compares UTF-16 units. */
function compareText(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}
