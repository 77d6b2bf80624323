import type { Scan, Value } from '../store.ts'
import type { Stretch } from '../stretch.ts'
import type { ColumnCode, Stored } from './column.ts'

export interface Filter {
  readonly conditions: readonly string[]
  /** What is bound to them, in their order. */
  readonly values: readonly Stored[]
  /** How many members of the index they compare with something. */
  readonly comparisons: number
}

/** The conditions of a scan's equality prefix, none of them a list, and of one of the stretches that follow it. */
export function filterSql(
  { path, equal, descending = false }: Pick<Scan, 'path' | 'equal'> & { readonly descending?: boolean },
  stretch: Stretch,
  columnOf: (name: string) => ColumnCode,
): Filter {
  const conditions: string[] = []
  const values: Stored[] = []
  let comparisons = 0
  const compare = (name: string, value: Value) => {
    if (value !== null) values.push(columnOf(name).encode(value))
    comparisons++
  }
  const known = [...(equal as readonly Value[]), ...stretch.equal]
  known.forEach((value, at) => {
    const name = path[at]!
    conditions.push(value === null ? `${columnOf(name).quoted} is null` : `${columnOf(name).quoted} = ?`)
    compare(name, value)
  })
  const next = path.slice(known.length)
  for (const { operator, value } of stretch.bounds ?? []) {
    conditions.push(`${columnOf(next[0]!).quoted} ${operator} ?`)
    compare(next[0]!, value)
  }
  if (stretch.isPresent) {
    conditions.push(`${columnOf(next[0]!).quoted} is not null`)
    comparisons++
  }
  if (stretch.behind !== undefined) {
    const names = next.slice(0, stretch.behind.length)
    stretch.behind.forEach((value, at) => {
      compare(names[at]!, value)
    })
    const operator = descending ? '<' : '>'
    // A row value comparison is answered by the index alone.
    conditions.push(
      names.length === 1
        ? `${columnOf(names[0]!).quoted} ${operator} ?`
        : `(${names.map((name) => columnOf(name).quoted).join(', ')}) ${operator} (${names.map(() => '?').join(', ')})`,
    )
  }
  return { conditions, values, comparisons }
}
