import type { Scheduler } from '../../core/scheduler.ts'
import type { BatchContext, Commit, Get, Scan, Store, StoreOperation } from '../store/store.ts'
import { type Batcher, batcher, type Keys } from './batcher.ts'

export interface BatchingOptions {
  readonly scheduler: Scheduler
  /** The store runs members of a batch one after another, so that writes of one key may share it (`gives.ordered`). */
  readonly ordered: boolean
  /** Reads cost less together (`gives.readsTogether`). Without it they pass through. */
  readonly reads?: boolean
  /** Whether operations on a resource may share a batch; all may without it. */
  readonly isShared?: (resource: string) => boolean
  /** The largest batch. */
  readonly membersMax?: number
  /** How many batches of commits may be with the store at once. */
  readonly inFlightMax?: number
}

/**
 * A store that runs operations of many callers together: commits, and where that costs less also reads by id and along access
 * paths. Commits reach the store in the order in which they came.
 */
export function batching(store: Store, options: BatchingOptions): Store {
  const { scheduler, ordered, reads = false, isShared = () => true, membersMax = 256 } = options
  const { inFlightMax = ordered ? 1 : 4 } = options
  const commits = batcher<Commit>(store, { scheduler, membersMax, inFlightMax, keysOf: ordered ? none : keysOf })
  const reading = { scheduler, membersMax, inFlightMax: readsInFlightMax, keysOf: none }
  const gets = batcher<Get>(store, reading)
  const scans = batcher<Scan>(store, reading)

  const execute = (operations: readonly StoreOperation[], context: BatchContext) => {
    switch (operations[0]?.kind) {
      case 'commit':
        return shared(commits, operations as readonly Commit[], context)
      case 'get':
        return reads ? shared(gets, operations as readonly Get[], context) : store.execute(operations, context)
      case 'scan':
        return reads ? shared(scans, operations as readonly Scan[], context) : store.execute(operations, context)
      case 'search':
      case 'count':
      case undefined:
        return store.execute(operations, context)
    }
  }

  const shared = async <Operation extends Get | Scan | Commit>(
    batch: Batcher<Operation>,
    operations: readonly Operation[],
    context: BatchContext,
  ) => {
    const [operation] = operations as readonly [Operation]
    if (!resourcesOf(operation).every(isShared)) return store.execute(operations, context)
    if (operations.length === 1) return [await batch(operation, context)]
    return Promise.all(operations.map((one) => batch(one, context)))
  }

  return {
    // The outcomes are of the operations' own kind; the type of `execute` cannot follow the branches above.
    execute: execute as Store['execute'],
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

/** While these are under way the next ones gather; one could wait behind a slow list. */
const readsInFlightMax = 2

const nothing: Keys = { written: [], expected: [] }
const none = () => nothing

/** A list that is asserted is not among them: nobody shares a batch's statement with it. */
function keysOf({ writes, assertions }: Commit): Keys {
  return {
    written: writes.map(({ resource, id }) => `${resource}/${id}`),
    expected: assertions.flatMap((one) => (one.kind === 'row' ? [`${one.resource}/${one.id}`] : [])),
  }
}

function resourcesOf(operation: Get | Scan | Commit): readonly string[] {
  return operation.kind === 'commit' ? operation.writes.map(({ resource }) => resource) : [operation.resource]
}
