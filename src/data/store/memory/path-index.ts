import type { FieldDeclaration } from '../../../app/field.ts'
import type { Count, Range, Row, Scan, Value } from '../store.ts'
import { type Comparison, compareText, comparisonOf } from './compare.ts'

type ScanFilter = Extract<Count['of'], { kind: 'scan' }>

interface Member {
  readonly at: number
  readonly compare: Comparison
}

/** The rows of a resource in the order of one access path, found by binary search. The path ends in the id, so no two rows are equal. */
export class PathIndex {
  readonly #members: readonly Member[]
  readonly #rows: Row[]

  constructor(path: readonly { readonly at: number; readonly field: FieldDeclaration }[], rows: Iterable<Row>) {
    this.#members = path.map(({ at, field }) => ({ at, compare: comparisonOf(field) }))
    this.#rows = [...rows].sort((left, right) => compareRows(this.#members, left, right))
  }

  add(row: Row): void {
    this.#rows.splice(this.#placeOf(row), 0, row)
  }

  remove(row: Row): void {
    this.#rows.splice(this.#placeOf(row), 1)
  }

  scan(scan: Scan): readonly Row[] {
    const list = scan.equal.findIndex((value) => Array.isArray(value))
    if (list === -1) return this.#page(scan, scan.equal as readonly Value[])
    const pages = (scan.equal[list] as readonly Value[]).map((value) =>
      this.#page(scan, scan.equal.with(list, value) as readonly Value[]),
    )
    const rest = this.#members.slice(scan.equal.length)
    // A list of ids leaves no member to sort by: its rows come in the order of the ids.
    const order = rest.length > 0 ? rest : this.#members.slice(-1)
    const rows = pages.flat().sort((left, right) => compareRows(order, left, right))
    return (scan.descending ? rows.reverse() : rows).slice(0, scan.limit)
  }

  count(filter: ScanFilter): number {
    const list = filter.equal.findIndex((value) => Array.isArray(value))
    const each =
      list === -1
        ? [filter.equal]
        : (filter.equal[list] as readonly Value[]).map((value) => filter.equal.with(list, value))
    return each.reduce((sum, equal) => {
      const [begin, end] = this.#bounds(sideOf(this.#members, filter, equal as readonly Value[]))
      return sum + end - begin
    }, 0)
  }

  #page(scan: Scan, equal: readonly Value[]): readonly Row[] {
    const [begin, end] = this.#bounds(sideOf(this.#members, scan, equal))
    if (scan.descending) return this.#rows.slice(Math.max(begin, end - scan.limit), end).reverse()
    return this.#rows.slice(begin, Math.min(end, begin + scan.limit))
  }

  /** The rows that a scan wants lie side by side: two searches find the first and the last of them. */
  #bounds(side: (row: Row) => number): readonly [begin: number, end: number] {
    return [this.#first((row) => side(row) >= 0), this.#first((row) => side(row) > 0)]
  }

  #placeOf(row: Row): number {
    return this.#first((other) => compareRows(this.#members, other, row) >= 0)
  }

  /** Where the first row stands of which this holds; it holds of every row behind that, too. */
  #first(holds: (row: Row) => boolean): number {
    let [low, high] = [0, this.#rows.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (holds(this.#rows[middle]!)) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** Tells of a row whether it stands before (-1), among (0) or behind (1) the rows that a scan wants. */
function sideOf(
  members: readonly Member[],
  scan: ScanFilter & Partial<Pick<Scan, 'descending' | 'after'>>,
  equal: readonly Value[],
): (row: Row) => number {
  const rest = members.slice(equal.length)
  return (row) => {
    for (const [at, value] of equal.entries()) {
      const order = members[at]!.compare(row[members[at]!.at]!, value)
      if (order !== 0) return Math.sign(order)
    }
    if (scan.range !== undefined) {
      const { at, compare } = rest[0]!
      const side = sideOfRange(row[at]!, scan.range, compare)
      if (side !== 0) return side
    }
    if (scan.after === undefined) return 0
    const order = orderAfter(rest, row, scan.after)
    if (scan.descending) return order < 0 ? 0 : 1
    return order > 0 ? 0 : -1
  }
}

function sideOfRange(value: Value, { gt, gte, lt, lte, prefix }: Range, compare: Comparison): number {
  if (value === null) return -1
  if (gt !== undefined && compare(value, gt) <= 0) return -1
  if (gte !== undefined && compare(value, gte) < 0) return -1
  if (lt !== undefined && compare(value, lt) >= 0) return 1
  if (lte !== undefined && compare(value, lte) > 0) return 1
  if (prefix === undefined || (value as string).startsWith(prefix)) return 0
  return Math.sign(compareText(value as string, prefix))
}

function orderAfter(members: readonly Member[], row: Row, after: readonly Value[]): number {
  for (const [index, { at, compare }] of members.entries()) {
    const order = compare(row[at]!, after[index]!)
    if (order !== 0) return order
  }
  return 0
}

function compareRows(members: readonly Member[], left: Row, right: Row): number {
  for (const { at, compare } of members) {
    const order = compare(left[at]!, right[at]!)
    if (order !== 0) return order
  }
  return 0
}
