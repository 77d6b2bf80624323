import { BanyanError } from '../../core/errors.ts'
import { dataErrors } from '../errors.ts'

/** A row by its name. */
export interface Key {
  readonly resource: string
  readonly id: string
}

/** The refusals that every engine words alike. They name the row, never its values. */
export function missing(key: Key): BanyanError {
  return dataErrors.STORE_MISSING(`${textOf(key)} does not exist`, { row: rowOf(key) })
}

export function exists(key: Key): BanyanError {
  return dataErrors.STORE_EXISTS(`${textOf(key)} exists already`, { row: rowOf(key) })
}

/** Versions of 0 stand for a row that is not there. */
export function versionConflict(key: Key, version: number, expected: number): BanyanError {
  const is = version === 0 ? 'does not exist' : `is at version ${version}`
  const wanted = expected === 0 ? 'it was expected not to exist' : `the write expected ${expected}`
  return dataErrors.STORE_VERSION_CONFLICT(`${textOf(key)} ${is}, ${wanted}`, { row: rowOf(key) })
}

export function notUnique(key: Key, field: string, cause?: unknown): BanyanError {
  return dataErrors.STORE_UNIQUE(`${key.resource}: another row has this ${field}`, {
    row: rowOf(key),
    issues: [{ pointer: `/${field}`, detail: 'is taken by another row' }],
    ...(cause === undefined ? {} : { cause }),
  })
}

export function badReference(key: Key, field: string, target: string): BanyanError {
  return dataErrors.STORE_REFERENCE(`${textOf(key)} refers by ${field} to a row of ${target} that does not exist`, {
    row: rowOf(key),
    issues: [{ pointer: `/${field}`, detail: `names no row of ${target}` }],
  })
}

/** `cause`: the row whose deletion was asked for, which this one may have followed by a cascade. */
export function referred(key: Key, by: string, cause: Key): BanyanError {
  return dataErrors.STORE_REFERRED(`${textOf(key)} is referred to by ${by}`, { row: rowOf(cause) })
}

export function beyondLimit(key: Key, fields: string): BanyanError {
  return dataErrors.FIELD_LIMIT(`${textOf(key)}: the sum in ${fields} would lie outside the limits of the field`, {
    row: rowOf(key),
  })
}

function textOf({ resource, id }: Key): string {
  return `${resource}/${id}`
}

/** A write has more than its key. */
function rowOf({ resource, id }: Key): Key {
  return { resource, id }
}

/** Makes an outcome of what an engine has refused, by how it knows its own errors. What it makes throws what is a fault of ours. */
export function failureBy(
  errorOf: (error: unknown) => BanyanError | undefined,
): (error: unknown) => { readonly ok: false; readonly error: BanyanError } {
  return (error) => {
    const known = error instanceof BanyanError && error.kind !== 'bug' ? error : errorOf(error)
    if (known === undefined) throw error
    return { ok: false, error: known }
  }
}
