import type { Filter, PathQuery } from '../app/handle.ts'
import { storedValue, type Value } from '../app/row.ts'
import { searchTermsOf } from '../app/search.ts'
import { type Sort, sortOf } from '../app/sort.ts'
import { assert, BanyanError, coreErrors } from '../core/errors.ts'
import { dataErrors } from './errors.ts'
import type { ListRequest } from './list.ts'
import type { ResourceModel } from './model.ts'
import type { Range } from './store/store.ts'

/** A query as the types of every resource together allow it. */
export interface AnyQuery extends PathQuery<unknown> {
  readonly search?: string
  readonly total?: boolean
}

/** What a list of the handler cannot be is a fault of the app, whoever has called it. */
export async function answerable<Result>(run: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof BanyanError && faultsOfQuery.has(error.code))
      throw coreErrors.BUG(error.message, { cause: error })
    throw error
  }
}

const faultsOfQuery: ReadonlySet<string> = new Set(['LIST_UNSUPPORTED', 'SEARCH_UNSUPPORTED'])

/** A handler's query in stored values. */
export function listRequest(
  model: ResourceModel,
  { where = {}, sort, limit = 20, after, search, total = false }: AnyQuery,
): ListRequest {
  assert(Number.isSafeInteger(limit) && limit > 0, `a list of ${model.name} cannot have ${limit} rows`)
  assert(
    !total || model.manifest.total !== undefined,
    `lists of ${model.name} tell no total; declare .total('exact') or .total('estimated')`,
  )
  const equal: Record<string, Value | readonly Value[]> = {}
  let range: ListRequest['range']
  for (const [name, filter] of Object.entries(where as Readonly<Record<string, Filter<unknown>>>)) {
    const { field } = model.manifest.columns[model.indexOf(name)]!
    const stored = (value: unknown) => storedValue(field, value)
    assert(
      filter !== null && filter !== undefined,
      `a list of ${model.name} cannot be filtered by a ${name} of ${filter}`,
    )
    if (typeof filter !== 'object') {
      equal[name] = stored(filter)
    } else if ('in' in filter) {
      equal[name] = [...new Set((filter.in as readonly unknown[]).map(stored))]
    } else {
      if (range !== undefined)
        throw dataErrors.LIST_UNSUPPORTED(`a list may have one range, here are ${range.field} and ${name}`)
      range = {
        field: name,
        bounds: Object.fromEntries(
          Object.entries(filter).map(([operator, value]) => [operator, stored(value)]),
        ) as Range,
      }
    }
  }
  const first = Array.isArray(sort) ? (sort as readonly string[]).join(',') : (sort as string | undefined)
  return {
    equal,
    ...(range === undefined ? {} : { range }),
    ...(first === undefined ? {} : { sort: sortFrom(first) }),
    limit,
    ...(after === undefined ? {} : { after }),
    ...(search === undefined ? {} : { search: termsFrom(model, search) }),
    ...(total ? { total: true } : {}),
  }
}

/** The text may be the caller's, and with it what is wrong with it. */
function termsFrom({ name, manifest }: ResourceModel, search: string): NonNullable<ListRequest['search']> {
  assert(manifest.search.length > 0, `${name} is not searched; declare .search(…) with the texts that shall be`)
  const terms = searchTermsOf(search)
  if ('detail' in terms) throw dataErrors.SEARCH_INVALID(`the text to search ${name} for ${terms.detail}`)
  return terms
}

function sortFrom(text: string): Sort {
  const sort = sortOf(text)
  if (sort === undefined)
    throw dataErrors.LIST_UNSUPPORTED('a path is followed as declared or exactly in reverse; the signs of sort differ')
  return sort
}
