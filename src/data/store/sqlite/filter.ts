import type { Scan, Value } from '../store.ts'
import type { ColumnCode, Stored } from './column.ts'
import { quoteName } from './column.ts'

/** The conditions of a scan's equality prefix and range, none of them a list, and what is bound to them in their order. */
export function filterSql(
  { path, equal, range }: Pick<Scan, 'path' | 'equal' | 'range'>,
  columnOf: (name: string) => ColumnCode,
): { readonly conditions: string[]; readonly values: Stored[] } {
  const conditions: string[] = []
  const values: Stored[] = []
  equal.forEach((value, at) => {
    const name = path[at]!
    conditions.push(`${quoteName(name)} = ?`)
    values.push(columnOf(name).encode(value as Value))
  })

  const ranged = path[equal.length]
  if (range !== undefined && ranged !== undefined) {
    const { gt, gte, lt, lte, prefix } = range
    const bound = (operator: string, value: Value | undefined) => {
      if (value === undefined) return
      conditions.push(`${quoteName(ranged)} ${operator} ?`)
      values.push(columnOf(ranged).encode(value))
    }
    bound('>', gt)
    bound('>=', gte)
    bound('<', lt)
    bound('<=', lte)
    if (prefix !== undefined) {
      bound('>=', prefix)
      bound('<', textAfterPrefix(prefix))
    }
  }
  return { conditions, values }
}

/** The first text, by code point, that is behind all texts with this prefix; undefined if there is none. */
function textAfterPrefix(prefix: string): string | undefined {
  const points = [...prefix]
  while (points.length > 0) {
    const last = points.pop()!.codePointAt(0)!
    if (last < 0x10ffff) return points.join('') + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1)
  }
  return undefined
}
