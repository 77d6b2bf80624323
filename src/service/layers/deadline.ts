import type { Scheduler } from '../../core/scheduler.ts'
import type { Layer } from '../../core/service.ts'
import { untilDeadline } from '../call.ts'

/** Answers DEADLINE_PASSED when the caller's time is over; what still runs behind it is no longer waited for. */
export function deadline<Request, Response>(
  scheduler: Scheduler,
  nameOf: (request: Request) => string,
): Layer<Request, Response> {
  return {
    role: 'deadline',
    wrap: (next) => (request, context) =>
      untilDeadline(next(request, context), context.deadline, nameOf(request), scheduler),
  }
}
