import type { Context } from '../../core/context.ts'
import { BanyanError } from '../../core/errors.ts'
import type { Scheduler } from '../../core/scheduler.ts'
import type { Layer } from '../../core/service.ts'
import { serviceErrors } from '../errors.ts'
import { type Circuit, circuitBreaker, type Verdict } from '../layers/circuit-breaker.ts'
import { retry } from '../layers/retry.ts'
import type { OutgoingRequest } from './request.ts'

export interface ExternalPolicy {
  readonly retriesMax: number
  readonly failuresMax: number
  readonly openMs: number
}

export interface ExternalLayerDependencies {
  readonly scheduler: Scheduler
  /** From 0 to below 1. */
  readonly random: () => number
  onCircuit(circuit: Circuit): void
}

/** What every call of one external service passes through, outermost first. The deadline stands around all calls, see `call.ts`. */
export function externalLayers(
  name: string,
  { retriesMax, failuresMax, openMs }: ExternalPolicy,
  { scheduler, random, onCircuit }: ExternalLayerDependencies,
): readonly Layer<OutgoingRequest, string | undefined>[] {
  return [
    // Around the circuit, which counts every try and so may end the tries of a call.
    retry({ retriesMax, mayTryAgain, retryAfterMs, random }, scheduler),
    circuitBreaker(
      {
        failuresMax,
        openMs,
        verdictOf,
        refusal: (retryAfterSeconds) =>
          serviceErrors.EXTERNAL_OPEN(`${name} has failed ${failuresMax} times in a row and is left alone for now`, {
            retryAfterSeconds,
          }),
        onChange: onCircuit,
      },
      scheduler,
    ),
  ]
}

/** What was not done may be done; what may have been done, only where doing it twice is doing it once. */
export function mayTryAgain(error: unknown, { isRepeatable }: OutgoingRequest): boolean {
  switch (codeOf(error)) {
    case 'EXTERNAL_UNAVAILABLE':
      return true
    case 'EXTERNAL_UNKNOWN':
      return isRepeatable
    default:
      return false
  }
}

function retryAfterMs(error: unknown): number | undefined {
  const seconds = error instanceof BanyanError ? error.facts.retryAfterSeconds : undefined
  return seconds === undefined ? undefined : seconds * 1000
}

/** A service that refuses a request is well. */
function verdictOf(error: unknown, { signal }: Context): Verdict {
  switch (codeOf(error)) {
    case 'EXTERNAL_UNAVAILABLE':
    case 'EXTERNAL_UNKNOWN':
    case 'EXTERNAL_FAILED':
    case 'EXTERNAL_ANSWER':
      return 'failure'
    case 'DEADLINE_PASSED':
      // A caller who has gone ends a request before its time.
      return signal.aborted && (signal.reason as Error).name === 'AbortError' ? 'neither' : 'failure'
    default:
      return 'success'
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof BanyanError ? error.code : undefined
}
