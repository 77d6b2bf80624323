import { Bookmark } from '../../core/bookmark.ts'
import type { BatchContext, Store, StoreOperation } from '../store/store.ts'

/** A store with one caller, who brings along what it has seen, as clients do. For suites whose callers have no bookmark. */
export function remembering(store: Store, name: string): Store {
  const bookmark = new Bookmark()
  const execute = async (operations: readonly StoreOperation[], context: BatchContext) => {
    const outcomes = await store.execute(operations, { ...context, bookmark })
    for (const outcome of outcomes) if (outcome.ok) bookmark.observe(name, outcome.position)
    return outcomes
  }
  return { execute: execute as Store['execute'], [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
}
