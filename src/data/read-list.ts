import type { Context } from '../core/context.ts'
import type { Signer } from './cursor.ts'
import { type ListPage, type ListRequest, planList, readPage } from './list.ts'
import type { ResourceModel } from './model.ts'
import { isSearch, planSearch, readFound } from './search.ts'
import { countOf, readTotal } from './total.ts'

/** Reads what is asked for: a page of an access path or of a search, and with it the total where that is asked for, too. */
export function readList(
  model: ResourceModel,
  request: ListRequest,
  signer: Signer,
  context: Context,
): Promise<ListPage> {
  const page = isSearch(request)
    ? readFound(planSearch(model, request, signer), signer, context)
    : readPage(planList(model, request, signer), signer, context)
  return request.total === true ? withTotal(page, model, request, signer, context) : page
}

/** Both are asked for before either is answered, so that a store in this process answers them from the same state. */
async function withTotal(
  reading: Promise<ListPage>,
  model: ResourceModel,
  request: ListRequest,
  signer: Signer,
  context: Context,
): Promise<ListPage> {
  const [page, total] = await Promise.all([reading, readTotal(model, countOf(model, request, signer), context)])
  return { ...page, total }
}
