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
  /** Of what members may meet in a batch; nothing where the store runs them one after another, or changes nothing. */
  readonly keysOf: (operation: Operation) => Keys
}

export interface Keys {
  /** Nobody else who is with the store at the same time may write or expect them. */
  readonly written: readonly string[]
  /** Expected to be as they are: others may expect that too. */
  readonly expected: readonly string[]
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
  let isScheduled = false
  /** What the batches hold that are with the store. */
  const heldInFlight = new Set<Held>()

  const schedule = () => {
    if (isScheduled || heldInFlight.size >= inFlightMax) return
    isScheduled = true
    scheduler.immediate(flush)
  }

  const flush = () => {
    isScheduled = false
    while (waiting.length > 0 && heldInFlight.size < inFlightMax) {
      const taken = takeBatch()
      if (taken.batch.length === 0) return
      void run(taken)
    }
  }

  /** The next members, in order. */
  const takeBatch = (): Batch<Operation> => {
    const nowMs = scheduler.monotonicMs()
    const batch: Member<Operation>[] = []
    const left: Member<Operation>[] = []
    const held = newHeld()
    // What stands behind a blocked member of the same key must stay behind it.
    const before = newHeld()
    const others = [before, ...heldInFlight]
    for (const member of waiting) {
      if (member.context.deadline.atMs <= nowMs) {
        member.resolve({ ok: false, error: dataErrors.STORE_UNAVAILABLE('the deadline passed before it was begun') })
        continue
      }
      const { keys } = member
      const isBlocked = batch.length >= membersMax || others.some((other) => meets(keys, other))
      hold(before, keys)
      if (isBlocked) {
        left.push(member)
        continue
      }
      batch.push(member)
      hold(held, keys)
    }
    waiting = left
    return { batch, held }
  }

  const run = async ({ batch, held }: Batch<Operation>): Promise<void> => {
    heldInFlight.add(held)
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
      heldInFlight.delete(held)
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
  readonly keys: Keys
  readonly resolve: (outcome: Outcome<ResultOf<Operation>>) => void
  readonly reject: (error: unknown) => void
}

interface Batch<Operation extends StoreOperation> {
  readonly batch: readonly Member<Operation>[]
  readonly held: Held
}

/** The keys of several members. */
interface Held {
  readonly written: Set<string>
  readonly expected: Set<string>
}

function newHeld(): Held {
  return { written: new Set(), expected: new Set() }
}

function hold(held: Held, { written, expected }: Keys): void {
  for (const key of written) held.written.add(key)
  for (const key of expected) held.expected.add(key)
}

/**
 * Whether what one writes is what the other writes or expects. Two that each expect what the other writes would otherwise both find
 * it as it was, and both go through.
 */
function meets({ written, expected }: Keys, other: Held): boolean {
  return (
    written.some((key) => other.written.has(key) || other.expected.has(key)) ||
    expected.some((key) => other.written.has(key))
  )
}

/** The latest deadline of the members, and their bookmarks joined. */
function joined(batch: readonly { readonly context: BatchContext }[]): BatchContext {
  let [{ context }] = batch as readonly [{ readonly context: BatchContext }]
  if (batch.length === 1) return context
  for (const member of batch) if (member.context.deadline.atMs > context.deadline.atMs) context = member.context
  return { deadline: context.deadline, bookmark: Bookmark.joined(batch.map(({ context: { bookmark } }) => bookmark)) }
}
