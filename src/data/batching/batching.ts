import { Bookmark } from '../../core/bookmark.ts'
import type { Deadline } from '../../core/deadline.ts'
import type { Scheduler } from '../../core/scheduler.ts'
import { dataErrors } from '../errors.ts'
import type { BatchContext, Commit, CommitResult, Outcome, Store, StoreOperation } from '../store/store.ts'

export interface BatchingOptions {
  readonly scheduler: Scheduler
  /** The store runs members of a batch one after another, so that writes of one key may share it (`gives.ordered`). */
  readonly ordered: boolean
  /** The largest batch. */
  readonly membersMax?: number
  /** How many batches may be with the store at once. */
  readonly inFlightMax?: number
}

/**
 * A store that runs the commits of many callers as one. A batch is formed at the end of the turn of the event loop in which its
 * first member came, or as soon as the store takes another; a commit that is alone waits for nobody. Commits reach the store
 * in the order in which they came. Reads pass through.
 */
export function batching(store: Store, options: BatchingOptions): Store {
  const { scheduler, ordered, membersMax = 256, inFlightMax = ordered ? 1 : 4 } = options
  let waiting: Member[] = []
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

  /** The next members, in order. On stores that run members at once, a key stands in one batch at a time. */
  const takeBatch = (): Member[] => {
    const nowMs = scheduler.monotonicMs()
    const batch: Member[] = []
    const left: Member[] = []
    const blocked = new Set<string>()
    for (const member of waiting) {
      if (member.context.deadline.atMs <= nowMs) {
        member.resolve({
          ok: false,
          error: dataErrors.STORE_UNAVAILABLE('the deadline passed before the commit was begun'),
        })
        continue
      }
      const keys = ordered ? [] : keysOf(member.commit)
      const isBlocked = batch.length >= membersMax || keys.some((key) => keysInFlight.has(key) || blocked.has(key))
      // What stands behind a blocked member of the same key must stay behind it.
      for (const key of keys) blocked.add(key)
      if (isBlocked) left.push(member)
      else batch.push(member)
    }
    waiting = left
    for (const { commit } of batch) if (!ordered) for (const key of keysOf(commit)) keysInFlight.add(key)
    return batch
  }

  const run = async (batch: readonly Member[]): Promise<void> => {
    try {
      const outcomes = await store.execute(
        batch.map(({ commit }) => commit),
        joined(batch),
      )
      batch.forEach(({ resolve }, at) => {
        resolve(outcomes[at]!)
      })
    } catch (error) {
      for (const { reject } of batch) reject(error)
    } finally {
      inFlight--
      if (!ordered) for (const { commit } of batch) for (const key of keysOf(commit)) keysInFlight.delete(key)
      if (waiting.length > 0) schedule()
    }
  }

  const add = (commit: Commit, context: BatchContext): Promise<Outcome<CommitResult>> =>
    new Promise((resolve, reject) => {
      waiting.push({ commit, context, resolve, reject })
      schedule()
    })

  const execute = (operations: readonly StoreOperation[], context: BatchContext) => {
    if (operations[0]?.kind !== 'commit') return store.execute(operations, context)
    const commits = operations as readonly Commit[]
    if (commits.length === 1) return add(commits[0]!, context).then((outcome) => [outcome])
    return Promise.all(commits.map((commit) => add(commit, context)))
  }

  return {
    // The outcomes are of the operations' own kind; the type of `execute` cannot follow the branch above.
    execute: execute as Store['execute'],
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

interface Member {
  readonly commit: Commit
  readonly context: BatchContext
  readonly resolve: (outcome: Outcome<CommitResult>) => void
  readonly reject: (error: unknown) => void
}

function keysOf({ writes }: Commit): readonly string[] {
  return writes.map(({ resource, id }) => `${resource}/${id}`)
}

/** The latest deadline of the members, and their bookmarks joined. */
function joined(batch: readonly Member[]): BatchContext {
  const [first, ...others] = batch as readonly [Member, ...Member[]]
  if (others.length === 0) return first.context
  let deadline: Deadline = first.context.deadline
  for (const { context } of others) if (context.deadline.atMs > deadline.atMs) deadline = context.deadline
  return { deadline, bookmark: Bookmark.joined(batch.map(({ context }) => context.bookmark)) }
}
