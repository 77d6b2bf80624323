import { compareDecimals } from '../../../app/decimal.ts'
import type { FieldDeclaration } from '../../../app/field.ts'
import type { Value } from '../store.ts'

/** Below 0, 0 or above 0, as the first value stands before, at or behind the second. */
export type Comparison = (left: Value, right: Value) => number

/** The order of a field's values, the same on every engine: null first, numbers by size, false before true, texts by code point. */
export function comparisonOf(field: FieldDeclaration): Comparison {
  const compare = orderOf(field)
  return (left, right) => {
    if (left === right) return 0
    if (left === null) return -1
    if (right === null) return 1
    return compare(left as never, right as never)
  }
}

function orderOf(field: FieldDeclaration): (left: never, right: never) => number {
  switch (field.kind) {
    case 'integer':
    case 'boolean':
      return (left: number, right: number) => (left < right ? -1 : 1)
    case 'bigint':
    case 'decimal':
      return compareDecimals
    default:
      return compareText
  }
}

/**
 * By code point, which is how UTF-8 bytes compare. JavaScript's own `<` compares UTF-16 units, and so puts the characters
 * beyond U+FFFF, which are written as surrogates (U+D800 to U+DFFF), before those from U+E000 on.
 */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    const one = left.charCodeAt(at)
    const other = right.charCodeAt(at)
    if (one !== other) return rankOf(one) - rankOf(other)
  }
  return left.length - right.length
}

/** Where a UTF-16 unit stands among the others: surrogates behind all the rest. */
function rankOf(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
