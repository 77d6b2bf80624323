import { type BanyanError, coreErrors, type Issue } from '../../core/errors.ts'
import type { JsonSchema } from '../../core/json.ts'
import { compileSchema } from '../validator.ts'

/** Whose words an error is in. */
export interface VersionPlace {
  readonly version: string
  /** What the values belong to: `flights`, `bookings.book`. */
  readonly place: string
}

/** 422 in the words of a version's clients. */
export function refused({ version, place }: VersionPlace, issues: readonly Issue[], cause?: unknown): BanyanError {
  return coreErrors.INVALID(messageOf(place, issues), { issues, version, ...(cause === undefined ? {} : { cause }) })
}

/** A check that refuses, in those words, what their clients may not give. */
export function checkerOf(schema: JsonSchema, place: VersionPlace): (given: Readonly<Record<string, unknown>>) => void {
  const validate = compileSchema(schema)
  return (given) => {
    const issues = validate(given)
    if (issues.length > 0) throw refused(place, issues)
  }
}

export function messageOf(place: string, issues: readonly Issue[]): string {
  return `${place}: ${issues.map(({ pointer = '', detail }) => `${pointer} ${detail}`.trim()).join('; ')}`
}
