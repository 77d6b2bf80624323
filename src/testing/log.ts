import type { Clock } from '../core/clock.ts'
import type { Telemetry } from '../core/telemetry.ts'

/** One line of what a test app has logged. */
export interface LogLine {
  /** The time of the test app: a timestamp. */
  readonly at: string
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly facts: Readonly<Record<string, unknown>>
}

/** Keeps every line, and passes each on. */
export function recorder(
  clock: Clock,
  pass: (line: LogLine) => void,
): Telemetry & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = []
  return {
    lines,
    log(level, message, facts = {}) {
      const line = { at: clock.now(), level, message, facts }
      lines.push(line)
      pass(line)
    },
  }
}
