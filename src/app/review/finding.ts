import { table } from '../../core/errors.ts'

/** One thing that is wrong with an app or a topology: where, why, and what to write instead. */
export interface Finding {
  readonly code: string
  /** With an error nothing starts; a warning is told and passed. */
  readonly severity: Severity
  /** A path through what was declared: `resources/bookings/index(seats)`, `topology/stores/main/options/file`. */
  readonly place: string
  readonly reason: string
  readonly mend: string
}

export type Severity = 'error' | 'warning'

/** One row of a table of findings. A code never changes its meaning and is never used again for another. */
export interface FindingRow {
  readonly severity: Severity
  /** What to do where nothing more exact is known. */
  readonly mend: string
}

export type FindingsOf<Rows> = {
  readonly [Code in keyof Rows]: (place: string, reason: string, mend?: string) => Finding
} & { readonly [table]: Rows }

/** A table of findings as functions: `findings.INDEX_FIELD('resources/bookings/index(seat)', 'there is no field seat')`. */
export function findingTable<const Rows extends Record<string, FindingRow>>(rows: Rows): FindingsOf<Rows> {
  const made = Object.fromEntries(
    Object.entries(rows).map(([code, { severity, mend: usual }]) => [
      code,
      (place: string, reason: string, mend = usual): Finding => ({ code, severity, place, reason, mend }),
    ]),
  )
  // The mapped type above is exactly what Object.fromEntries loses.
  return Object.assign(made, { [table]: rows }) as never
}

/** Words as a sentence has them: `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`
}
