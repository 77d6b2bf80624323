import { loadErrors } from './errors.ts'
import type { LoadReport } from './report.ts'

/** A report from its text. Throws LOAD_REPORT_UNREADABLE for what is none, or is of a later schema. */
export function readReport(text: string, place: string): LoadReport {
  const report = parsed(text, place)
  if (report?.kind !== 'banyan-load-report') {
    throw loadErrors.LOAD_REPORT_UNREADABLE(`${place} is JSON, but no load report`)
  }
  if (report.schemaVersion !== 1) {
    throw loadErrors.LOAD_REPORT_UNREADABLE(
      `${place} has schemaVersion ${JSON.stringify(report.schemaVersion)}; this banyan reads version 1`,
    )
  }
  return report as LoadReport
}

function parsed(text: string, place: string): Partial<LoadReport> | null {
  try {
    return JSON.parse(text) as Partial<LoadReport> | null
  } catch (cause) {
    throw loadErrors.LOAD_REPORT_UNREADABLE(`${place} is not JSON: ${(cause as Error).message}`, { cause })
  }
}
