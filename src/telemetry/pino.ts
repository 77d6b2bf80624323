import { pino } from 'pino'
import type { Telemetry } from '../core/telemetry.ts'

/** Logs as JSON lines on standard error, through pino; standard output belongs to what a command says. */
export function pinoTelemetry(level: string = process.env.BANYAN_LOG_LEVEL ?? 'warn'): Telemetry {
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: ['*.authorization', '*.cookie'] },
    pino.destination({ fd: 2, sync: true }),
  )
  return {
    log(severity, message, { cause, ...facts } = {}) {
      logger[severity](cause === undefined ? facts : { ...facts, err: cause }, message)
    },
  }
}
