import type { ContractManifest } from '../app/manifest.ts'
import type { CallOptions } from '../app/operation.ts'
import type { Context } from '../core/context.ts'
import { type Deadline, waitUntil, within } from '../core/deadline.ts'
import { durationMs } from '../core/duration.ts'
import { coreErrors } from '../core/errors.ts'
import type { Scheduler } from '../core/scheduler.ts'
import { dataErrors } from '../data/errors.ts'
import { isInside } from '../data/inside.ts'
import {
  answerOf,
  type DeclaredDependencies,
  type Handler,
  handlerBody,
  inputValidator,
  type Reach,
} from './declared.ts'
import type { Answer } from './operation.ts'

/** One operation of a contract, ready to be called by other services in this process. */
export type Endpoint = (input: Readonly<Record<string, unknown>>, context: Context) => Promise<Answer>

/** The endpoints of a contract that a service implements. */
export function contractEndpoints(
  contract: ContractManifest,
  bodies: Readonly<Record<string, Handler>>,
  reach: Reach,
  deps: DeclaredDependencies,
): ReadonlyMap<string, Endpoint> {
  return new Map(
    Object.entries(contract.calls).map(([name, { input, output, idempotent }]) => {
      const id = `${contract.name}.${name}`
      const validate = inputValidator(input, id)
      const body = handlerBody(
        {
          id,
          keyRoute: id,
          idempotent,
          needs: { scans: false, slots: 'one' },
          native: null,
          toAnswer: answerOf(
            {
              id,
              output: output === undefined ? { kind: 'none' } : { kind: 'fields', fields: output },
              created: false,
            },
            { views: new Map() },
          ),
          // That its key is in use says nothing to the caller of the caller, who may not even have sent one.
          whileRunning: 'wait',
        },
        bodies[name]!,
        reach,
        deps,
      )
      return [
        name,
        (given: Readonly<Record<string, unknown>>, context: Context) => body(validate(given), context),
      ] as const
    }),
  )
}

/**
 * The `call` of a handler, whatever carries it. Arguments and results are copied, as they are between processes, and no call
 * outlives the caller's deadline.
 */
export function callHandle(
  calls: Reach['calls'],
  endpoints: ReadonlyMap<string, ReadonlyMap<string, Endpoint>>,
  context: Context,
  scheduler: Scheduler,
): unknown {
  return Object.fromEntries(
    calls.map(({ key, name: contract }) => [
      key,
      Object.fromEntries(
        [...(endpoints.get(contract) ?? [])].map(([name, endpoint]) => [
          name,
          async (input: Readonly<Record<string, unknown>> = {}, { idempotencyKey, timeout }: CallOptions = {}) => {
            if (isInside(context))
              throw dataErrors.TRANSACTION_MISUSE(
                `${contract}.${name} was called inside a transaction, which may run again; call before or after it`,
              )
            const deadline =
              timeout === undefined ? context.deadline : within(context.deadline, durationMs(timeout), scheduler)
            const inner: Context = {
              get requestId() {
                return context.requestId
              },
              deadline,
              get signal() {
                return context.signal
              },
              traceparent: context.traceparent,
              principal: context.principal,
              idempotencyKey,
              bookmark: context.bookmark,
            }
            const answer = await untilDeadline(
              endpoint(structuredClone(input), inner),
              deadline,
              `${contract}.${name}`,
              scheduler,
            )
            return answer.kind === 'json' ? JSON.parse(answer.json) : undefined
          },
        ]),
      ),
    ]),
  )
}

/** The same promise, or DEADLINE_PASSED when its time is over. What goes on behind it is no longer waited for. */
export function untilDeadline<Value>(
  promise: Promise<Value>,
  deadline: Deadline,
  what: string,
  scheduler: Scheduler,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const waiting = waitUntil(deadline, scheduler, () => {
      reject(coreErrors.DEADLINE_PASSED(`${what} did not answer in time`))
    })
    promise.then(
      (value) => {
        waiting.end()
        resolve(value)
      },
      (error) => {
        waiting.end()
        reject(error)
      },
    )
  })
}
