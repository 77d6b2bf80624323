import { compareDecimals, scaledOf } from '../../app/decimal.ts'
import type { FieldDeclaration } from '../../app/field.ts'
import { BanyanError, table } from '../../core/errors.ts'
import { dataErrors } from '../errors.ts'
import type { Guard, Value } from './store.ts'

/** Whether a row's value satisfies a guard. A null satisfies none. */
export function guardHolds(field: FieldDeclaration, value: Value, { operator, value: bound }: Guard): boolean {
  if (value === null || bound === null) return false
  const order = compareValues(field, value, bound)
  switch (operator) {
    case 'eq':
      return order === 0
    case 'gt':
      return order > 0
    case 'gte':
      return order >= 0
    case 'lt':
      return order < 0
    case 'lte':
      return order <= 0
  }
}

/** The order of two values of a field, neither null, the same on every engine: numbers by size, texts by code point. */
export function compareValues(field: FieldDeclaration, left: Value, right: Value): number {
  if (left === right) return 0
  switch (field.kind) {
    case 'integer':
    case 'boolean':
      return left! < right! ? -1 : 1
    case 'bigint':
    case 'decimal':
      return compareDecimals(left as string, right as string)
    case 'id':
      return field.form === 'integer' ? compareDecimals(left as string, right as string) : compareTexts(left, right)
    case 'ref':
      return field.targetId === undefined ? compareTexts(left, right) : compareValues(field.targetId, left, right)
    default:
      return compareTexts(left, right)
  }
}

function compareTexts(left: Value, right: Value): number {
  return Buffer.compare(Buffer.from(left as string), Buffer.from(right as string))
}

/** The error of a guard that did not hold: its own code, and never the row's values, which may be nobody's business. */
export function guardRefusal(resource: string, id: string, { field, otherwise }: Guard): BanyanError {
  return new BanyanError(
    otherwise,
    dataErrors[table].GUARD_FAILED,
    `${resource}/${id}: the guard on ${field} does not hold`,
    { row: { resource, id } },
  )
}

/** Between which numbers a field may be added up, in units of its last digit. */
export function limitsOf(field: FieldDeclaration): { readonly least: bigint; readonly most: bigint } {
  switch (field.kind) {
    case 'integer':
      return {
        least: BigInt(field.minimum ?? Number.MIN_SAFE_INTEGER),
        most: BigInt(field.maximum ?? Number.MAX_SAFE_INTEGER),
      }
    case 'bigint':
      return { least: BigInt(field.minimum ?? -(2n ** 63n)), most: BigInt(field.maximum ?? 2n ** 63n - 1n) }
    case 'decimal': {
      const widest = 10n ** BigInt(field.precision) - 1n
      const bound = (text: string | undefined, other: bigint) =>
        text === undefined ? other : scaledOf(text, field.scale)
      return { least: bound(field.minimum, -widest), most: bound(field.maximum, widest) }
    }
    default:
      throw new TypeError(`a field of kind ${field.kind} cannot be added to`)
  }
}
