import type { Scheduler } from '../core/scheduler.ts'
import type { Layer } from '../core/service.ts'
import { deadline } from '../service/layers/deadline.ts'
import type { Answer, Operation } from '../service/operation.ts'

export interface Invocation {
  readonly operation: Operation
  readonly input: unknown
}

/** What every operation passes through, outermost first. */
export function operationLayers(scheduler: Scheduler): readonly Layer<Invocation, Answer>[] {
  return [
    // Nobody waits longer than the caller said, whatever happens further in.
    deadline(scheduler, ({ operation }: Invocation) => operation.id),
  ]
}
