import type { Context } from '../../core/context.ts'
import type { Scheduler } from '../../core/scheduler.ts'
import type { Layer } from '../../core/service.ts'

export interface CircuitBreakerOptions {
  /** So many failures in a row open the circuit. */
  readonly failuresMax: number
  /** So long nothing is sent then; after it one request tries. */
  readonly openMs: number
  /** What an error says of the other side: that it is not well, that it is, or nothing. */
  readonly verdictOf: (error: unknown, context: Context) => Verdict
  /** The error with which a request is refused while the circuit is open. */
  readonly refusal: (retryAfterSeconds: number) => Error
  readonly onChange: (circuit: Circuit) => void
}

export type Verdict = 'failure' | 'success' | 'neither'

export type Circuit =
  | { readonly kind: 'closed'; failures: number }
  | { readonly kind: 'open'; readonly untilMs: number }
  /** One request is under way to try whether the other side is well again. */
  | { readonly kind: 'halfOpen' }

/**
 * Spares a service that fails, and those who wait for it: after some failures in a row requests are refused at once, until a
 * single one, let through after a while, succeeds. One circuit is shared by all requests of the wrapped service.
 */
export function circuitBreaker<Request, Response>(
  options: CircuitBreakerOptions,
  scheduler: Scheduler,
): Layer<Request, Response> {
  const { failuresMax, openMs, verdictOf, refusal, onChange } = options
  let circuit: Circuit = { kind: 'closed', failures: 0 }

  const change = (next: Circuit): Circuit => {
    const isNews = next.kind !== circuit.kind
    circuit = next
    if (isNews) onChange(next)
    return next
  }
  /** The circuit that a request is sent over, or the refusal. */
  const admitted = (): Circuit => {
    switch (circuit.kind) {
      case 'closed':
        return circuit
      case 'halfOpen':
        throw refusal(1)
      case 'open': {
        const leftMs = circuit.untilMs - scheduler.monotonicMs()
        if (leftMs > 0) throw refusal(Math.ceil(leftMs / 1000))
        return change({ kind: 'halfOpen' })
      }
    }
  }
  const judge = (sentOver: Circuit, verdict: Verdict) => {
    // What was sent before the last change says nothing of the time since.
    if (sentOver !== circuit) return
    if (verdict === 'neither') {
      // The trial told nothing, so the next request is one.
      if (circuit.kind === 'halfOpen') circuit = { kind: 'open', untilMs: scheduler.monotonicMs() }
    } else if (verdict === 'success') {
      if (circuit.kind === 'closed') circuit.failures = 0
      else change({ kind: 'closed', failures: 0 })
    } else if (circuit.kind === 'closed' && circuit.failures + 1 < failuresMax) {
      circuit.failures++
    } else {
      change({ kind: 'open', untilMs: scheduler.monotonicMs() + openMs })
    }
  }

  return {
    role: 'circuitBreaker',
    wrap: (next) => async (request, context) => {
      const sentOver = admitted()
      try {
        const response = await next(request, context)
        judge(sentOver, 'success')
        return response
      } catch (error) {
        judge(sentOver, verdictOf(error, context))
        throw error
      }
    },
  }
}
