/** Facts beside a message: what programs look for, as JSON can hold it. */
export type LogFacts = Readonly<Record<string, unknown>>

/**
 * What happens, for those who run the app: `log.info('seats held', { flight: input.flight, seats: input.seats })`. Each line gets the
 * id of the request and the name of the operation. Private fields and what is named like a secret are left out, long texts are
 * cut. Never throws. Which levels are written, whoever runs the app decides.
 */
export interface Log {
  debug(message: string, facts?: LogFacts): void
  info(message: string, facts?: LogFacts): void
  warn(message: string, facts?: LogFacts): void
  error(message: string, facts?: LogFacts): void
}
