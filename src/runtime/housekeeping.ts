import { Bookmark } from '../core/bookmark.ts'
import { deadlineIn } from '../core/deadline.ts'
import type { Scheduler } from '../core/scheduler.ts'
import type { Telemetry } from '../core/telemetry.ts'
import { type Idempotency, purgeMax } from '../service/idempotency.ts'

const everyMs = 60_000

/**
 * Deletes what has expired, every minute until disposed of: a few rows at once, so that requests come between, and as many times
 * as it takes, or the rows would come faster than they go.
 */
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
        let deleted = purgeMax
        while (deleted === purgeMax && !isStopped && deadline.atMs > scheduler.monotonicMs())
          deleted = await idempotency.purge(store, context)
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
