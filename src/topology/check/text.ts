import type { Finding } from '../../app/review/finding.ts'
import { wrapped } from '../text.ts'

/** Findings as people read them: what is wrong where, and what to write instead. */
export function findingsText(findings: readonly Finding[]): string {
  return findings
    .map(({ severity, code, place, reason, mend }) =>
      [`${severity}: ${place}  ${code}`, ...wrapped(reason, '  ', '  '), ...wrapped(mend, '  → ', '    '), ''].join(
        '\n',
      ),
    )
    .join('\n')
}
