import type { AccessRule, RuleValue } from '../app/access.ts'
import type { Value } from '../app/row.ts'
import type { Principal } from '../core/context.ts'
import type { BanyanError } from '../core/errors.ts'
import { identityErrors } from './errors.ts'

/** What a rule says of a caller before any row is looked at. */
export type Admission =
  | { readonly kind: 'admitted' }
  /** Only for rows of which one of these tests holds. */
  | { readonly kind: 'rows'; readonly tests: readonly RowTest[] }
  | { readonly kind: 'refused'; readonly error: BanyanError }

/** The field has one of these values. */
export interface RowTest {
  readonly field: string
  readonly values: readonly Value[]
}

const admitted: Admission = { kind: 'admitted' }

/** Whether a rule lets a caller in: at once, for some rows, or not at all (401 for strangers, 403 for others). */
export function admission(rule: AccessRule, principal: Principal | undefined): Admission {
  switch (rule.kind) {
    case 'anyone':
      return admitted
    case 'signedIn':
      return principal === undefined ? stranger() : admitted
    case 'role':
      if (principal === undefined) return stranger()
      return principal.roles.includes(rule.role) ? admitted : refused(`the role ${rule.role} is needed`)
    case 'where': {
      const values = allowedValues(rule.value, principal)
      return values === undefined ? stranger() : { kind: 'rows', tests: [{ field: rule.field, values }] }
    }
    case 'anyOf': {
      const each = rule.rules.map((one) => admission(one, principal))
      if (each.some(({ kind }) => kind === 'admitted')) return admitted
      const tests = each.flatMap((one) => (one.kind === 'rows' ? one.tests : []))
      if (tests.length > 0) return { kind: 'rows', tests }
      return principal === undefined ? stranger() : refused('none of the rules for this holds')
    }
  }
}

export function passes(tests: readonly RowTest[], fieldValue: (field: string) => Value): boolean {
  return tests.some(({ field, values }) => values.includes(fieldValue(field)))
}

/** Whether what a rule says depends on who asks, so that no shared cache may keep the answer. */
export function dependsOnCaller(rule: AccessRule): boolean {
  switch (rule.kind) {
    case 'anyone':
      return false
    case 'signedIn':
    case 'role':
      return true
    case 'where':
      return isOfPrincipal(rule.value)
    case 'anyOf':
      return rule.rules.some(dependsOnCaller)
  }
}

function allowedValues(value: RuleValue, principal: Principal | undefined): readonly Value[] | undefined {
  if (isOfPrincipal(value)) {
    if (principal === undefined) return undefined
    return value.principal === 'id' ? [principal.id] : principal.roles
  }
  return Array.isArray(value) ? (value as readonly Value[]) : [value as Value]
}

function isOfPrincipal(value: RuleValue): value is { readonly principal: 'id' | 'roles' } {
  return typeof value === 'object' && !Array.isArray(value)
}

function stranger(): Admission {
  return { kind: 'refused', error: identityErrors.SIGN_IN_NEEDED('this needs a signed-in caller') }
}

function refused(why: string): Admission {
  return { kind: 'refused', error: identityErrors.FORBIDDEN(why) }
}
