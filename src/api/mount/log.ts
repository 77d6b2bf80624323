import type { FastifyBaseLogger } from 'fastify'
import type { Telemetry } from '../../core/telemetry.ts'

type Level = Parameters<Telemetry['log']>[0]
type Facts = Readonly<Record<string, unknown>>

/** The logger that Fastify applications know, over the telemetry of the runtime. `bound`: facts of every line. */
export function fastifyLog(telemetry: Telemetry, bound: Facts): FastifyBaseLogger {
  const at = (level: Level) => (first: unknown, message?: unknown) => {
    if (typeof first === 'string') telemetry.log(level, first, bound)
    else if (first instanceof Error) telemetry.log(level, textOf(message) ?? first.message, { ...bound, cause: first })
    else telemetry.log(level, textOf(message) ?? '', { ...bound, ...(first as Facts) })
  }
  return {
    level: 'debug',
    trace: at('debug'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('error'),
    silent: () => {},
    child: (facts) => fastifyLog(telemetry, { ...bound, ...facts }),
  } as FastifyBaseLogger // Which levels are written, the telemetry decides.
}

function textOf(message: unknown): string | undefined {
  return typeof message === 'string' ? message : undefined
}
