import { cliErrors } from './errors.ts'

/** Where the API listens, as `PORT` and `BANYAN_HOST` say. Throws USAGE for what is no port. */
export function listenAddress(): { readonly host: string; readonly port: number } {
  return { host: given('BANYAN_HOST') ?? '127.0.0.1', port: portOf(given('PORT') ?? '4000') }
}

const logLevels = ['debug', 'info', 'warn', 'error'] as const

/** What is logged, as `BANYAN_LOG_LEVEL` says. */
export function logLevel(): (typeof logLevels)[number] {
  const level = given('BANYAN_LOG_LEVEL') ?? 'warn'
  const known = logLevels.find((name) => name === level)
  if (known !== undefined) return known
  throw cliErrors.USAGE(`BANYAN_LOG_LEVEL is ${JSON.stringify(level)}; it is one of ${logLevels.join(', ')}`)
}

/** A variable that is set but empty says nothing: `PORT= banyan start` is `banyan start`. */
export function given(name: string, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const value = environment[name]
  return value === '' ? undefined : value
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw cliErrors.USAGE(`PORT is ${JSON.stringify(text)}; it must be a whole number from 0 to 65535`)
}
