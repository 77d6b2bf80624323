import type { AccessRule } from '../../app/access.ts'
import { alternatives } from '../../app/review/access.ts'
import { dependsOnCaller } from '../../identity/access.ts'
import type { AccessNote, SecurityRequirement } from './document.ts'

/** A rule in words and as facts. `isPrivate`: fields whose names must not be told. */
export function accessNote(rule: AccessRule, isPrivate: (field: string) => boolean): AccessNote {
  const parts = alternatives(rule)
  const roles = parts.flatMap((part) => (part.kind === 'role' ? [part.role] : []))
  return {
    says: [...new Set(parts.map((part) => says(part, isPrivate)))].join(' or '),
    signedIn: !admitsStrangers(rule),
    roles: roles.length === parts.length ? [...new Set(roles)] : [],
  }
}

function says(rule: ReturnType<typeof alternatives>[number], isPrivate: (field: string) => boolean): string {
  switch (rule.kind) {
    case 'anyone':
      return 'anyone'
    case 'signedIn':
      return 'signed-in callers'
    case 'role':
      return `role ${rule.role}`
    case 'where': {
      if (isPrivate(rule.field)) return 'some rows only'
      if (typeof rule.value !== 'object') return `where ${rule.field} is ${JSON.stringify(rule.value)}`
      if (!('principal' in rule.value)) {
        return `where ${rule.field} is among ${rule.value.map((value) => JSON.stringify(value)).join(', ')}`
      }
      return rule.value.principal === 'id' ? `owner (${rule.field})` : `callers with the role in ${rule.field}`
    }
  }
}

/** Whether a caller who is not signed in may get something. */
function admitsStrangers(rule: AccessRule): boolean {
  return alternatives(rule).some((part) => part.kind === 'anyone' || (part.kind === 'where' && !dependsOnCaller(part)))
}

/** Whether a signed-in caller may be refused with 403. A row that the caller may not read is a 404, unless it is being written. */
export function mayForbid(rule: AccessRule, writesRow: boolean): boolean {
  const parts = alternatives(rule)
  if (parts.some(({ kind }) => kind === 'anyone' || kind === 'signedIn')) return false
  return writesRow || parts.every(({ kind }) => kind === 'role')
}

export const bearer = 'bearer'

/** What a route asks of a caller. `profits`: credentials are not needed, but they change what can be done. */
export function securityOf({ signedIn }: AccessNote, profits: boolean): readonly SecurityRequirement[] {
  if (signedIn) return [{ [bearer]: [] }]
  return profits ? [{}, { [bearer]: [] }] : []
}
