import { Bookmark } from '../../core/bookmark.ts'
import type { Scheduler } from '../../core/scheduler.ts'
import { dataErrors } from '../errors.ts'
import type { BatchContext, Outcome, ResultOf, Store, StoreOperation } from '../store/store.ts'

export interface BatcherOptions<Operation> {
  readonly scheduler: Scheduler
  /** The largest batch. */
  readonly membersMax: number
  /** How many batches may be with the store at once. */
  readonly inFlightMax: number
  /** What may stand in one batch at a time only; nothing where the store runs members one after another, or changes nothing. */
  readonly keysOf: (operation: Operation) => readonly string[]
}

/** Sends an operation with the next batch of its kind. */
export type Batcher<Operation extends StoreOperation> = (
  operation: Operation,
  context: BatchContext,
) => Promise<Outcome<ResultOf<Operation>>>

/**
 * Makes batches of the operations of one kind. A batch is formed at the end of the turn of the event loop in which its first
 * member came, or as soon as the store takes another; what is alone waits for nobody.
 */
export function batcher<Operation extends StoreOperation>(
  store: Store,
  { scheduler, membersMax, inFlightMax, keysOf }: BatcherOptions<Operation>,
): Batcher<Operation> {
  let waiting: Member<Operation>[] = []
  let inFlight = 0
  let isScheduled = false
  const keysInFlight = new Set<string>()

  const schedule = () => {
    if (isScheduled || inFlight >= inFlightMax) return
    isScheduled = true
    scheduler.immediate(flush)
  }

  const flush = () => {
    isScheduled = false
    while (waiting.length > 0 && inFlight < inFlightMax) {
      const batch = takeBatch()
      if (batch.length === 0) return
      inFlight++
      void run(batch)
    }
  }

  /** The next members, in order. */
  const takeBatch = (): Member<Operation>[] => {
    const nowMs = scheduler.monotonicMs()
    const batch: Member<Operation>[] = []
    const left: Member<Operation>[] = []
    const blocked = new Set<string>()
    for (const member of waiting) {
      if (member.context.deadline.atMs <= nowMs) {
        member.resolve({ ok: false, error: dataErrors.STORE_UNAVAILABLE('the deadline passed before it was begun') })
        continue
      }
      const { keys } = member
      const isBlocked = batch.length >= membersMax || keys.some((key) => keysInFlight.has(key) || blocked.has(key))
      // What stands behind a blocked member of the same key must stay behind it.
      for (const key of keys) blocked.add(key)
      if (isBlocked) left.push(member)
      else batch.push(member)
    }
    waiting = left
    for (const { keys } of batch) for (const key of keys) keysInFlight.add(key)
    return batch
  }

  const run = async (batch: readonly Member<Operation>[]): Promise<void> => {
    try {
      const outcomes = await store.execute(
        batch.map(({ operation }) => operation),
        joined(batch),
      )
      batch.forEach(({ resolve }, at) => {
        resolve(outcomes[at]!)
      })
    } catch (error) {
      for (const { reject } of batch) reject(error)
    } finally {
      inFlight--
      for (const { keys } of batch) for (const key of keys) keysInFlight.delete(key)
      if (waiting.length > 0) schedule()
    }
  }

  return (operation, context) =>
    new Promise((resolve, reject) => {
      waiting.push({ operation, context, keys: keysOf(operation), resolve, reject })
      schedule()
    })
}

interface Member<Operation extends StoreOperation> {
  readonly operation: Operation
  readonly context: BatchContext
  readonly keys: readonly string[]
  readonly resolve: (outcome: Outcome<ResultOf<Operation>>) => void
  readonly reject: (error: unknown) => void
}

/** The latest deadline of the members, and their bookmarks joined. */
function joined(batch: readonly { readonly context: BatchContext }[]): BatchContext {
  let [{ context }] = batch as readonly [{ readonly context: BatchContext }]
  if (batch.length === 1) return context
  for (const member of batch) if (member.context.deadline.atMs > context.deadline.atMs) context = member.context
  return { deadline: context.deadline, bookmark: Bookmark.joined(batch.map(({ context: { bookmark } }) => bookmark)) }
}
