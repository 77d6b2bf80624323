import type { ResourceModel } from '../../data/model.ts'
import type { Explanation, StoreOperation } from '../../data/store/store.ts'
import type { Runtime } from '../../runtime/boot.ts'
import type { ResourceSheet, Sheet, StoreSheet } from '../../topology/sheet.ts'
import { excessWarnings } from './excess.ts'

/** Everything that an explanation is made from. */
export interface World {
  readonly runtime: Runtime
  readonly sheet: Sheet
}

/** What a store would run for an operation along a path, with the engine's plan and what it warns of. */
export function engineWords(
  { runtime }: World,
  model: ResourceModel,
  operation: StoreOperation,
  path?: readonly string[],
): Explanation & { readonly warnings: readonly string[] } {
  const explanation = runtime.stores.get(model.storeName)!.engine.explain(operation)
  return { ...explanation, warnings: excessWarnings(explanation, model.name, path) }
}

export function storeSheet({ sheet }: World, name: string): StoreSheet {
  return sheet.stores.find((store) => store.name === name)!
}

export function resourceSheet({ sheet }: World, name: string): ResourceSheet {
  return sheet.resources.find((resource) => resource.name === name)!
}

/** Whether a request shares what its store runs with the requests of others. */
export const batchingWords = {
  read: 'none: a read runs at once, by itself',
  commit: (store: StoreSheet) =>
    store.batching.is ? `${store.batching.says}: one transaction and one wait for the disk` : store.batching.says,
}
