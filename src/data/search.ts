import { type SearchTerm, searchFilters } from '../app/search.ts'
import type { Context } from '../core/context.ts'
import { decodeCursor, encodeCursor, type Signer } from './cursor.ts'
import { dataErrors } from './errors.ts'
import { type ListPage, type ListRequest, named } from './list.ts'
import type { ResourceModel } from './model.ts'
import type { Outcome, Search, SearchResult } from './store/store.ts'
import { batchContext } from './transaction.ts'

export type SearchRequest = ListRequest & { readonly search: readonly SearchTerm[] }

export function isSearch(request: ListRequest): request is SearchRequest {
  return request.search !== undefined
}

/** A search as it is run: one page of what has all the words. */
export interface SearchPlan {
  readonly model: ResourceModel
  readonly search: Search
  /** What the cursor is bound to. */
  readonly shape: string
}

/** Plans a search, or refuses what its cost could not be promised for. */
export function planSearch(model: ResourceModel, request: SearchRequest, signer: Signer): SearchPlan {
  const { manifest } = model
  const { search: terms, equal, limit, after } = request
  const problem = problemOf(request, searchFilters(manifest))
  if (problem !== undefined) throw dataErrors.SEARCH_UNSUPPORTED(`a search of ${manifest.name} ${problem}`)
  const filters = Object.entries(equal).sort(([left], [right]) => (left < right ? -1 : 1))
  const shape = JSON.stringify([manifest.name, 'search', terms, filters])
  const search: Search = { kind: 'search', resource: manifest.name, terms, equal, limit }
  if (after === undefined) return { model, search, shape }
  const place = decodeCursor(after, shape, signer)
  if (place === undefined) throw dataErrors.CURSOR_INVALID('the cursor is of another list, or was changed')
  return { model, search: { ...search, after: place }, shape }
}

function problemOf(request: SearchRequest, filters: readonly string[]): string | undefined {
  const { equal, range, sort, nameOf = (field) => field } = request
  const namesOf = (fields: readonly string[]) => fields.map((field) => named(field, request))
  if (sort !== undefined) return 'comes best first and cannot be sorted'
  // Every row with the words would have to be looked at.
  if (range !== undefined) return `cannot be narrowed by a range, here of ${named(range.field, request)}`
  const known = filters.filter((field) => nameOf(field) !== undefined)
  const other = Object.keys(equal).filter((name) => !filters.includes(name))
  if (other.length > 0)
    return `cannot be narrowed by ${namesOf(other).join(' and ')}; ${known.length === 0 ? 'no filter goes with it' : `it goes with ${namesOf(known).join(', ')}`}`
  const lists = Object.keys(equal).filter((name) => Array.isArray(equal[name]))
  return lists.length > 1 ? `may have one filter by [in]; here are ${namesOf(lists).join(' and ')}` : undefined
}

/** Reads a page of a search. One row more than asked for tells whether there is a next. */
export async function readFound(
  { model, search, shape }: SearchPlan,
  signer: Signer,
  context: Context,
): Promise<ListPage> {
  const { limit } = search
  const [outcome] = (await model.store.execute(
    [{ ...search, limit: limit + 1 }],
    batchContext(context),
  )) as readonly Outcome<SearchResult>[]
  if (!outcome!.ok) throw outcome!.error
  context.bookmark.observe(model.storeName, outcome!.position)
  const { rows, places } = outcome!.value
  if (rows.length <= limit) return { rows, next: null }
  return { rows: rows.slice(0, limit), next: encodeCursor(places[limit - 1]!, shape, signer) }
}
