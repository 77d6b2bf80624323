import type { BanyanError } from '../../core/errors.ts'
import { dataErrors } from '../errors.ts'

/** The refusals that every engine words alike. They name the row, never its values. */
export function missing({ resource, id }: { readonly resource: string; readonly id: string }): BanyanError {
  return dataErrors.STORE_MISSING(`${resource}/${id} does not exist`)
}

export function exists({ resource, id }: { readonly resource: string; readonly id: string }): BanyanError {
  return dataErrors.STORE_EXISTS(`${resource}/${id} exists already`)
}

/** Versions of 0 stand for a row that is not there. */
export function versionConflict(resource: string, id: string, version: number, expected: number): BanyanError {
  const is = version === 0 ? 'does not exist' : `is at version ${version}`
  const wanted = expected === 0 ? 'it was expected not to exist' : `the write expected ${expected}`
  return dataErrors.STORE_VERSION_CONFLICT(`${resource}/${id} ${is}, ${wanted}`)
}

export function notUnique(resource: string, field: string, cause?: unknown): BanyanError {
  const issues = [{ pointer: `/${field}`, detail: 'is taken by another row' }]
  return dataErrors.STORE_UNIQUE(`${resource}: another row has this ${field}`, {
    issues,
    ...(cause === undefined ? {} : { cause }),
  })
}

export function badReference(
  { resource, id }: { readonly resource: string; readonly id: string },
  field: string,
  target: string,
): BanyanError {
  return dataErrors.STORE_REFERENCE(`${resource}/${id} refers by ${field} to a row of ${target} that does not exist`, {
    issues: [{ pointer: `/${field}`, detail: `names no row of ${target}` }],
  })
}

export function referred(resource: string, id: string, by: string): BanyanError {
  return dataErrors.STORE_REFERRED(`${resource}/${id} is referred to by ${by}`)
}
