import { durationMs } from '../../core/duration.ts'
import { type ExternalTopology, externalDefaults } from '../external.ts'
import type { ExternalSheet } from '../sheet.ts'
import { durationWords } from './words.ts'

/** What a call of an external service is promised, which is little: its own promises are not known here. */
export function externalSheet(name: string, declared: ExternalTopology | undefined): ExternalSheet {
  const { url, timeout, retries, breaker } = { ...externalDefaults, ...declared }
  const { failures, openFor } = { ...externalDefaults.breaker, ...breaker }
  const address = url === undefined ? null : typeof url === 'string' ? url : url.env
  const openMs = durationMs(openFor)
  return {
    name,
    address: {
      is: address,
      says: address === null ? 'none' : typeof url === 'string' ? address : `what the variable ${address} says`,
    },
    tries: {
      is: retries + 1,
      says: `${retries + 1} at most, each of ${durationWords(durationMs(timeout))}; a write without a key only where it was not sent`,
    },
    circuit: {
      is: { failures, openMs },
      says: `after ${failures} failures in a row nothing is sent for ${durationWords(openMs)}, then one request tries`,
    },
  }
}
