import type { Finding } from '../../app/review/finding.ts'
import type { BanyanError } from '../../core/errors.ts'
import { topologyErrors } from '../errors.ts'
import { findingsText } from './text.ts'

/** The error of an app that may not start because of these findings. */
export function refusal(findings: readonly Finding[]): BanyanError {
  const errors = findings.filter(({ severity }) => severity === 'error')
  return topologyErrors.CHECK_REFUSED(`this app may not start: ${countsText(errors)}\n\n${findingsText(errors)}`)
}

/** `2 errors and 1 warning`. */
export function countsText(findings: readonly Finding[]): string {
  const counts = (['error', 'warning'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`]
  })
  return counts.length === 0 ? 'nothing wrong' : counts.join(' and ')
}
