/** Where the runtime says what happens. Never given secrets, and never given the content of a request. */
export interface Telemetry {
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, facts?: Readonly<Record<string, unknown>>): void
}

export const silentTelemetry: Telemetry = { log: () => {} }
