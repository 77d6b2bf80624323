import { backoffMs } from '../../core/backoff.ts'
import type { Context } from '../../core/context.ts'
import type { Scheduler } from '../../core/scheduler.ts'
import type { Layer } from '../../core/service.ts'

export interface RetryOptions<Request> {
  /** How many more times a request is tried. */
  readonly retriesMax: number
  /** Whether another try can help and does no harm. */
  readonly mayTryAgain: (error: unknown, request: Request) => boolean
  /** What the other side asks for, in milliseconds. */
  readonly retryAfterMs: (error: unknown) => number | undefined
  /** Where jitter comes from, from 0 to below 1. */
  readonly random: () => number
}

/** Tries again what may be tried again, after a while that grows and has jitter, and never beyond the caller's deadline. */
export function retry<Request, Response>(
  { retriesMax, mayTryAgain, retryAfterMs, random }: RetryOptions<Request>,
  scheduler: Scheduler,
): Layer<Request, Response> {
  return {
    role: 'retry',
    wrap: (next) => async (request, context) => {
      for (let tries = 1; ; tries++) {
        try {
          return await next(request, context)
        } catch (error) {
          if (tries > retriesMax || !mayTryAgain(error, request)) throw error
          const delayMs = backoffMs(tries, random, retryAfterMs(error))
          if (delayMs >= context.deadline.remainingMs() || context.signal.aborted) throw error
          await pause(delayMs, context, scheduler)
          if (context.signal.aborted) throw error
        }
      }
    },
  }
}

function pause(delayMs: number, { signal }: Context, scheduler: Scheduler): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = scheduler.after(delayMs, end)
    signal.addEventListener('abort', end)
  })
}
