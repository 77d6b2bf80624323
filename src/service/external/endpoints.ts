import type { ExternalCall, ExternalManifest } from '../../app/external/manifest.ts'
import { schemaProblem } from '../../app/external/schema-problem.ts'
import { compileSchema } from '../../app/validator.ts'
import { coreErrors } from '../../core/errors.ts'
import type { Random } from '../../core/random.ts'
import type { Scheduler } from '../../core/scheduler.ts'
import { type Service, stack } from '../../core/service.ts'
import type { Telemetry } from '../../core/telemetry.ts'
import type { Endpoint } from '../call.ts'
import type { Circuit } from '../layers/circuit-breaker.ts'
import { answerReader } from './answer.ts'
import { type ExternalPolicy, externalLayers } from './layers.ts'
import { type OutgoingRequest, requestOf } from './request.ts'
import { type SendOptions, sender } from './send.ts'

/** Where an external service is, and how it is treated. */
export interface ExternalAddress extends ExternalPolicy, SendOptions {
  /** Below which the paths of the document lie, without a slash at its end. */
  readonly url: string
}

export interface ExternalDependencies {
  readonly scheduler: Scheduler
  readonly random: Random
  readonly telemetry: Telemetry
}

/** The calls of an external service, ready to be called as those of a contract are. They share one circuit. */
export function externalEndpoints(
  manifest: ExternalManifest,
  address: ExternalAddress,
  { scheduler, random, telemetry }: ExternalDependencies,
): ReadonlyMap<string, Endpoint> {
  const { name, calls, schemas } = manifest
  const layers = externalLayers(name, address, {
    scheduler,
    random: () => new DataView(random.bytes(4).slice().buffer).getUint32(0) / 2 ** 32,
    onCircuit: (circuit) => tellCircuit(name, circuit, telemetry),
  })
  const send = stack(layers, exchange(manifest, address, scheduler))
  return new Map(
    Object.entries(calls).map(([call, declared]) => {
      const id = `${name}.${call}`
      const validate = inputValidator(id, declared, schemas)
      let problem: string | null | undefined
      return [
        call,
        async (input, context) => {
          // Asked before anything is sent, and not when an answer is read; not at the start either, which has no time for it.
          problem ??= schemaProblem(declared, schemas) ?? null
          if (problem !== null) throw coreErrors.BUG(`${id}: ${problem}`)
          validate(input)
          if (context.deadline.remainingMs() <= 0)
            throw coreErrors.DEADLINE_PASSED(`${id} was not called: the deadline had passed`)
          // A key that nobody gave makes the tries of this one call repeatable.
          const fresh = () => Buffer.from(random.bytes(16)).toString('hex')
          const key = declared.takesKey ? (context.idempotencyKey ?? fresh()) : undefined
          const json = await send(requestOf(id, declared, input, address.url, key), context)
          return json === undefined ? { kind: 'none' } : { kind: 'json', json }
        },
      ] as const satisfies readonly [string, Endpoint]
    }),
  )
}

/** One try, from the request to what its answer means. */
function exchange(
  { calls, schemas }: ExternalManifest,
  address: ExternalAddress,
  scheduler: Scheduler,
): Service<OutgoingRequest, string | undefined> {
  const send = sender(address, scheduler)
  const readers = new Map(Object.values(calls).map((call) => [call, answerReader(call, schemas)]))
  return async (request, context) => readers.get(request.call)!(await send(request, context), request)
}

function inputValidator(
  id: string,
  { input }: ExternalCall,
  schemas: ExternalManifest['schemas'],
): (given: Readonly<Record<string, unknown>>) => void {
  const validator = compileSchema({ ...input, components: { schemas } })
  return (given) => {
    const issues = validator(given)
    if (issues.length === 0) return
    const words = issues.map(({ pointer, detail }) => `${pointer} ${detail}`)
    throw coreErrors.INVALID(`${id}: ${words.join('; ')}`, { issues })
  }
}

function tellCircuit(name: string, circuit: Circuit, telemetry: Telemetry): void {
  switch (circuit.kind) {
    case 'open':
      telemetry.log('warn', `${name} fails: nothing is sent to it for a while`, { circuit: circuit.kind })
      return
    case 'halfOpen':
      telemetry.log('info', `${name} is tried again with one request`, { circuit: circuit.kind })
      return
    case 'closed':
      telemetry.log('info', `${name} is well again`, { circuit: circuit.kind })
  }
}
