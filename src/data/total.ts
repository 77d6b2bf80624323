import { exactTotalMax, type Total } from '../app/total.ts'
import type { Context } from '../core/context.ts'
import type { Signer } from './cursor.ts'
import { type ListRequest, planList } from './list.ts'
import type { ResourceModel } from './model.ts'
import { isSearch, planSearch } from './search.ts'
import type { Count, CountResult, Outcome } from './store/store.ts'
import { batchContext } from './transaction.ts'

/** The count of a list on all its pages, wherever the page asked for begins. Refuses what the list itself would refuse. */
export function countOf(model: ResourceModel, { after: _, ...request }: ListRequest, signer: Signer): Count {
  const { name, total } = model.manifest
  return {
    kind: 'count',
    resource: name,
    of: isSearch(request) ? searched(planSearch(model, request, signer)) : scanned(planList(model, request, signer)),
    ...(total === 'estimated' ? { exactMax: exactTotalMax } : {}),
  }
}

function searched({ search: { kind, terms, equal } }: ReturnType<typeof planSearch>): Count['of'] {
  return { kind, terms, equal }
}

function scanned({ scan: { kind, path, equal, range } }: ReturnType<typeof planList>): Count['of'] {
  // Without filters every path has all rows, and that of the ids is always there.
  if (equal.length === 0 && range === undefined) return { kind, path: ['id'], equal }
  return { kind, path, equal, ...(range === undefined ? {} : { range }) }
}

export async function readTotal(model: ResourceModel, count: Count, context: Context): Promise<Total> {
  const [outcome] = (await model.store.execute([count], batchContext(context))) as readonly Outcome<CountResult>[]
  if (!outcome!.ok) throw outcome!.error
  context.bookmark.observe(model.storeName, outcome!.position)
  return outcome!.value
}
