import type { FieldDeclaration } from '../../app/field.ts'
import type { Condition } from './step.ts'

/** What values that were stored under one declaration of a field need to be values of another. */
export type Conversion =
  | { readonly kind: 'none' }
  /** They are, unless some row meets this; `which` says so of these rows. */
  | { readonly kind: 'check'; readonly condition: Condition; readonly which: string }
  /** Each has to be made anew. */
  | { readonly kind: 'new' }

/**
 * Limits that have become narrower convert nothing: as for every new rule, they hold for what is written from now on.
 * `isSameTarget` tells whether two names of a resource mean the same rows.
 */
export function conversion(
  was: FieldDeclaration,
  is: FieldDeclaration,
  column: string,
  isSameTarget: (was: string, is: string) => boolean,
): Conversion {
  if (is.kind === 'text' && isTextual(was)) return none
  if (is.kind === 'enum' && (was.kind === 'enum' || was.kind === 'text')) {
    if (was.kind === 'enum' && was.values.every((value) => is.values.includes(value))) return none
    const which = `have another value than ${is.values.map((value) => JSON.stringify(value)).join(', ')}`
    return { kind: 'check', condition: { kind: 'otherThan', column, values: is.values }, which }
  }
  // They are stored alike; more bits are only said differently.
  if (was.kind === 'integer' && is.kind === 'bigint') return none
  if (was.kind !== is.kind) return anew
  if (was.kind === 'decimal' && is.kind === 'decimal') {
    if (was.scale !== is.scale) return anew
    if (was.precision <= is.precision) return none
    const condition = { kind: 'moreDigits', column, digits: is.precision } as const
    return { kind: 'check', condition, which: `have more than ${is.precision} digits` }
  }
  if (was.kind === 'ref' && is.kind === 'ref' && !isSameTarget(was.target, is.target)) return anew
  return none
}

const none: Conversion = { kind: 'none' }
const anew: Conversion = { kind: 'new' }

/** The kind of a field with what decides how its values are stored: `decimal(10,2)`. */
export function kindText(field: FieldDeclaration): string {
  switch (field.kind) {
    case 'decimal':
      return `decimal(${field.precision},${field.scale})`
    case 'ref':
      return `ref(${field.target})`
    case 'id':
    case 'text':
    case 'enum':
    case 'integer':
    case 'bigint':
    case 'boolean':
    case 'timestamp':
    case 'date':
    case 'json':
    case 'bytes':
      return field.kind
  }
}

/** Whether a function that was promised the one gets what it can use from the other. */
export function isReadAs(stored: FieldDeclaration, promised: FieldDeclaration): boolean {
  return (
    (stored.kind === promised.kind || (isTextual(stored) && promised.kind === 'text')) &&
    (promised.optional || !stored.optional)
  )
}

function isTextual({ kind }: FieldDeclaration): boolean {
  return kind === 'text' || kind === 'enum' || kind === 'ref' || kind === 'id'
}
