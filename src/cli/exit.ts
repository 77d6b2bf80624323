import { BanyanError } from '../core/errors.ts'
import { tellsPlace, UserError, userErrorText } from './user-error.ts'

/** What the command line promises. */
export const exitCodes: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'failure',
  2: 'usage',
  3: 'check or migration refused',
  4: 'data cannot be opened',
  5: 'port busy',
}

/** `0 done, 1 failure, …`, as the help prints them. */
export function exitCodesText(): string {
  return Object.entries(exitCodes)
    .map(([code, says]) => `${code} ${says}`)
    .join(', ')
}

export function exitCodeOf(error: unknown): number {
  if (!(error instanceof BanyanError)) return 1
  return codesOfErrors[error.code] ?? 1
}

export const usageExitCode = 2
export const refusedExitCode = 3
export const unopenedExitCode = 4

/** Any other error is a failure. */
export const codesOfErrors: Readonly<Record<string, number>> = {
  USAGE: usageExitCode,
  TOPOLOGY_UNKNOWN: usageExitCode,
  LOAD_PROFILE_INVALID: usageExitCode,
  LOAD_REPORT_UNREADABLE: usageExitCode,
  LOAD_PROFILES_DIFFER: usageExitCode,
  LOAD_REMOTE: usageExitCode,
  LOAD_OTHER_APP: usageExitCode,
  CHECK_REFUSED: refusedExitCode,
  STORE_IN_USE: 4,
  STORE_CANNOT_OPEN: 4,
  STORE_UNREACHABLE: 4,
  STORE_UNSUITABLE: 4,
  STORE_CORRUPT: 4,
  STORE_EMPTY: 4,
  STORE_FULL: 4,
  STORE_UNAVAILABLE: 4,
  MIGRATION_REFUSED: refusedExitCode,
  MIGRATION_NAME: usageExitCode,
  SCHEMA_DESTRUCTIVE: 4,
  SCHEMA_PENDING: 4,
  SCHEMA_REFUSED: 4,
  SCHEMA_ADOPTED: 4,
  SNAPSHOT_MISSING: usageExitCode,
  SNAPSHOT_UNUSABLE: 4,
  KEYS_UNREADABLE: 4,
  ENGINE_FAILED: 4,
  ENGINE_MISSING: 4,
  PORT_BUSY: 5,
}

/** Says what went wrong and what to do about it; our own stack only for what nobody foresaw. */
export function printError(error: unknown): void {
  if (error instanceof UserError) {
    console.error(`banyan: ${error.message}\n\n${indented(error.text)}\n`)
  } else if (error instanceof BanyanError && error.kind !== 'bug') {
    console.error(`banyan: ${error.message}${placeText(error.cause)}\n  ${error.hint}\n  (${error.code})`)
  } else if (error instanceof BanyanError) {
    console.error(`banyan: ${error.message}\n  (${error.code})`)
  } else if (tellsPlace(error)) {
    console.error(`banyan: the app failed\n\n${indented(userErrorText(error))}\n`)
  } else {
    console.error('banyan:', error)
  }
}

/** Where it is the app's own code that failed: a backfill, say. */
function placeText(cause: unknown): string {
  return tellsPlace(cause) ? `\n\n${indented(userErrorText(cause))}\n` : ''
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ')
}
