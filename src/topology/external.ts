import { durationMs } from '../core/duration.ts'
import { type EnvironmentValue, resolved, type Variables } from './env.ts'

/** Where an external service runs, and how it is treated. */
export interface ExternalTopology {
  /** Below which the paths of its document lie. */
  readonly url: string | EnvironmentValue
  /** Accepts http to another machine: what is sent, the token with it, can be read and changed on the way. */
  readonly plaintext?: boolean
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string | EnvironmentValue
  /** The longest that one try may take: `'10s'` without it. */
  readonly timeout?: string
  /** How many more times a call is tried that may be tried again: 2 without it. */
  readonly retries?: number
  /** The largest answer: 1 MB without it. */
  readonly bytesMax?: number
  /** After so many failures in a row (5) nothing is sent for so long (`'10s'`), then one request tries. */
  readonly breaker?: { readonly failures?: number; readonly openFor?: string }
}

/** The same with everything said. */
export interface ExternalSettings {
  readonly url: string
  readonly token: string | undefined
  readonly timeoutMs: number
  readonly retriesMax: number
  readonly bytesMax: number
  readonly failuresMax: number
  readonly openMs: number
}

export const externalDefaults = {
  timeout: '10s',
  retries: 2,
  bytesMax: 1_048_576,
  breaker: { failures: 5, openFor: '10s' },
} as const

/** What a declaration comes to in this environment. Expects what `check` has passed; undefined where the address is not set. */
export function externalSettings(declared: ExternalTopology, variables: Variables): ExternalSettings | undefined {
  const { url, token, timeout, retries, bytesMax, breaker } = { ...externalDefaults, ...declared }
  const { failures, openFor } = { ...externalDefaults.breaker, ...breaker }
  const address = resolved(url, variables)
  if (address === undefined) return undefined
  return {
    url: address.replace(/\/+$/, ''),
    token: token === undefined ? undefined : resolved(token, variables),
    timeoutMs: durationMs(timeout),
    retriesMax: retries,
    bytesMax,
    failuresMax: failures,
    openMs: durationMs(openFor),
  }
}
