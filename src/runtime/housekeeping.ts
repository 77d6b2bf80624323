import { Bookmark } from '../core/bookmark.ts'
import { deadlineIn } from '../core/deadline.ts'
import type { Scheduler } from '../core/scheduler.ts'
import type { Telemetry } from '../core/telemetry.ts'
import type { Idempotency } from '../service/idempotency.ts'

const everyMs = 60_000

/** Deletes what has expired, a bounded number of rows a minute, until disposed of. */
export function housekeeping(
  idempotency: Idempotency,
  stores: readonly string[],
  scheduler: Scheduler,
  telemetry: Telemetry,
): Disposable {
  let cancel = () => {}
  let isStopped = false
  const round = async () => {
    for (const store of stores) {
      const deadline = deadlineIn(10_000, scheduler)
      const context = {
        requestId: 'housekeeping',
        signal: new AbortController().signal,
        deadline,
        bookmark: new Bookmark(),
      }
      try {
        await idempotency.purge(store, context)
      } catch (cause) {
        if (!isStopped) telemetry.log('warn', `expired idempotency keys of ${store} were not deleted`, { cause })
      }
    }
    if (!isStopped) schedule()
  }
  const schedule = () => {
    cancel = scheduler.after(everyMs, () => void round())
  }
  schedule()
  return {
    [Symbol.dispose]() {
      isStopped = true
      cancel()
    },
  }
}
