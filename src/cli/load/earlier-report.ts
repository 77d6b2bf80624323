import { readFileSync } from 'node:fs'
import { differencesOf } from '../../load/comparison.ts'
import { loadErrors } from '../../load/errors.ts'
import type { Plan } from '../../load/plan.ts'
import { readReport } from '../../load/read-report.ts'
import { type LoadReport, profileFacts } from '../../load/report.ts'
import type { LoadOptions } from './options.ts'

/** The report to compare with. Throws LOAD_PROFILES_DIFFER where it is of another load than is planned, unless that is allowed. */
export function earlierReport(plan: Plan, { compare, compareDifferent }: LoadOptions): LoadReport | undefined {
  if (compare === undefined) return undefined
  const earlier = readReport(textOf(compare), compare)
  const differences = differencesOf(profileFacts(plan), earlier.profile)
  if (differences.length > 0 && compareDifferent !== true) {
    throw loadErrors.LOAD_PROFILES_DIFFER(`${compare} is of another load: ${differences.join('; ')}`)
  }
  return earlier
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw loadErrors.LOAD_REPORT_UNREADABLE(`${file} cannot be read: ${(cause as NodeJS.ErrnoException).code}`, {
      cause,
    })
  }
}
