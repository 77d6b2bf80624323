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
export async function engineWords(
  world: World,
  model: ResourceModel,
  operation: StoreOperation,
  path?: readonly string[],
): Promise<Explanation & { readonly warnings: readonly string[] }> {
  const { together, ...explanation } = await world.runtime.stores.get(model.storeName)!.engine.explain(operation)
  const isShared = together !== undefined && resourceSheet(world, model.name).batching.is
  return { ...explanation, ...(isShared ? { together } : {}), warnings: excessWarnings(explanation, model.name, path) }
}

export function storeSheet({ sheet }: World, name: string): StoreSheet {
  return sheet.stores.find((store) => store.name === name)!
}

export function resourceSheet({ sheet }: World, name: string): ResourceSheet {
  return sheet.resources.find((resource) => resource.name === name)!
}

/** Whether a request shares what its store runs with the requests of others. */
export const batchingWords = {
  alone: 'none: a read runs at once, by itself',
  read: ({ together }: Explanation) =>
    together === undefined
      ? batchingWords.alone
      : 'requests that come at the same time share one statement, and one round trip; who asks for the same shares the answer',
  commit: ({ batching }: Pick<StoreSheet, 'batching'>) =>
    batching.is ? `${batching.says}: one transaction and one wait for the disk` : batching.says,
}
