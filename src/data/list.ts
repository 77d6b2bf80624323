import { isUnordered, usablePaths } from '../app/adoption.ts'
import type { ResourceManifest } from '../app/manifest.ts'
import type { Row, Value } from '../app/row.ts'
import type { SearchTerm } from '../app/search.ts'
import type { Sort } from '../app/sort.ts'
import type { Total } from '../app/total.ts'
import type { Context } from '../core/context.ts'
import { decodeCursor, encodeCursor, type Signer } from './cursor.ts'
import { dataErrors } from './errors.ts'
import type { ResourceModel } from './model.ts'
import { compareValues } from './store/guard.ts'
import type { Outcome, Range, Scan, ScanResult } from './store/store.ts'
import { batchContext } from './transaction.ts'

/** A list as it is asked for: values in their stored form. */
export interface ListRequest {
  readonly equal: Readonly<Record<string, Value | readonly Value[]>>
  readonly range?: { readonly field: string; readonly bounds: Range }
  readonly sort?: Sort
  readonly limit: number
  readonly after?: string
  /** The words that the rows must have. Then they come best first. */
  readonly search?: readonly SearchTerm[]
  /** Whether the number of rows on all pages is told. */
  readonly total?: boolean
  /**
   * Asked by a client, who knows fields by these names, or not at all: neither the order nor the cursor may tell anything of
   * private fields, and what is refused is told in the client's words.
   */
  readonly nameOf?: (field: string) => string | undefined
}

/** A list as it is run: one page of one access path. */
export interface ListPlan {
  readonly model: ResourceModel
  readonly scan: Scan
  /** What the cursor is bound to. */
  readonly shape: string
}

export interface ListPage {
  readonly rows: readonly Row[]
  readonly next: string | null
  readonly total?: Total
}

/** Reads a page. One row more than asked for tells whether there is a next. */
export async function readPage(plan: ListPlan, signer: Signer, context: Context): Promise<ListPage> {
  const { model, scan } = plan
  const [outcome] = (await model.store.execute(
    [{ ...scan, limit: scan.limit + 1 }],
    batchContext(context),
  )) as readonly Outcome<ScanResult>[]
  if (!outcome!.ok) throw outcome!.error
  context.bookmark.observe(model.storeName, outcome!.position)
  return pageOf(plan, outcome!.value.rows, signer)
}

/** The page in what a scan of one row more has found. */
export function pageOf({ model, scan, shape }: ListPlan, rows: readonly Row[], signer: Signer): ListPage {
  const { limit } = scan
  if (rows.length <= limit) return { rows, next: null }
  const page = rows.slice(0, limit)
  return { rows: page, next: encodeCursor(keyOf(page[limit - 1]!, scan, model), shape, signer) }
}

/** Finds the access path of a list, or refuses with the paths that there are. */
export function planList(model: ResourceModel, request: ListRequest, signer: Signer): ListPlan {
  const { manifest } = model
  const path = pathFor(manifest, request)
  if (path === undefined) {
    throw dataErrors.LIST_UNSUPPORTED(
      `${manifest.name} has no access path for ${describe(request)}; declared are ${describePaths(manifest, request)}`,
    )
  }
  const equalNames = path.slice(0, Object.keys(request.equal).length)
  const lists = equalNames.filter((name) => Array.isArray(request.equal[name]))
  if (lists.length > 1)
    throw dataErrors.LIST_UNSUPPORTED(
      `only one filter of a list may be [in]; here are ${lists.map((name) => named(name, request)).join(' and ')}`,
    )
  const equal = equalNames.map((name) => request.equal[name]!)
  const descending = request.sort?.descending ?? false
  const { gt, gte, lt, lte, prefix } = request.range?.bounds ?? noBounds
  const shape = JSON.stringify([manifest.name, path, equal, [gt, gte, lt, lte, prefix], descending])
  const plain: Scan = {
    kind: 'scan',
    resource: manifest.name,
    path,
    equal,
    ...(request.range === undefined ? {} : { range: request.range.bounds }),
    descending,
    limit: request.limit,
  }
  if (request.after === undefined) return { model, scan: plain, shape }
  const after = decodeCursor(request.after, shape, signer)
  if (after === undefined || after.length !== Math.max(1, path.length - equal.length)) {
    throw dataErrors.CURSOR_INVALID('the cursor is of another list, or was changed')
  }
  if (equal.length < path.length) return { model, scan: { ...plain, after }, shape }
  return {
    model,
    scan: { ...plain, equal: [...equal.slice(0, -1), idsBehind(manifest, equal.at(-1)!, after[0]!, descending)] },
    shape,
  }
}

/** Where a list names the ids themselves, no member is left for a cursor: the next page is of the ids behind it. */
function idsBehind(
  manifest: ResourceManifest,
  ids: Value | readonly Value[],
  after: Value,
  descending: boolean,
): readonly Value[] {
  const { field } = manifest.columns[0]!
  const behind = (id: Value) => (descending ? compareValues(field, id, after) < 0 : compareValues(field, id, after) > 0)
  return [ids].flat().filter(behind)
}

const noBounds: Range = {}

/**
 * The first declared path whose first members are exactly the fields tested for equality, whose next is the one with a range,
 * and whose rest begins with the sort. Without filters and sort a list follows the id.
 */
function pathFor(
  manifest: ResourceManifest,
  { equal, range, sort, nameOf }: ListRequest,
): readonly string[] | undefined {
  const names = Object.keys(equal)
  return pathsOf(manifest).find((path) => {
    const prefix = path.slice(0, names.length)
    const rest = path.slice(names.length)
    return (
      names.every((name) => prefix.includes(name)) &&
      (nameOf === undefined || !rest.some((name) => manifest.fields[name]?.private)) &&
      !rest.some((name) => name !== 'id' && isUnordered(manifest, name)) &&
      (range === undefined || !isUnordered(manifest, range.field)) &&
      (range === undefined || rest[0] === range.field) &&
      (sort === undefined || sort.fields.every((name, at) => (rest[at] ?? (at === 0 ? 'id' : undefined)) === name))
    )
  })
}

/** Every path by which lists of this resource may go, each ending in the id. The id's own comes first. */
export function pathsOf(manifest: ResourceManifest): readonly (readonly string[])[] {
  let paths = pathsOfResources.get(manifest)
  if (paths === undefined) {
    const ended = (path: readonly string[]) =>
      path.includes('id') ? path.slice(0, path.indexOf('id') + 1) : [...path, 'id']
    paths = [['id'], ...manifest.paths.flatMap((path) => usablePaths(manifest, path).map(ended))]
    pathsOfResources.set(manifest, paths)
  }
  return paths
}

const pathsOfResources = new WeakMap<ResourceManifest, readonly (readonly string[])[]>()

function keyOf(row: Row, { path, equal }: Scan, model: ResourceModel): readonly Value[] {
  return path.slice(Math.min(equal.length, path.length - 1)).map((name) => row[model.indexOf(name)]!)
}

function describe(request: ListRequest): string {
  const { equal, range, sort } = request
  const parts = [
    ...Object.entries(equal).map(([name, value]) =>
      Array.isArray(value) ? `${named(name, request)}[in]` : named(name, request),
    ),
    ...(range === undefined
      ? []
      : Object.keys(range.bounds).map((operator) => `${named(range.field, request)}[${operator}]`)),
  ]
  const sorted = sort?.fields.map((name) => named(name, request)).join(',')
  return `${parts.length === 0 ? 'no filter' : `filters ${parts.join(', ')}`}${sort === undefined ? '' : ` with sort ${sort.descending ? '-' : ''}${sorted}`}`
}

/** A field as whoever asks knows it. Of one that it does not know only a rule can have spoken. */
export function named(field: string, { nameOf }: ListRequest): string {
  return nameOf === undefined ? field : (nameOf(field) ?? 'what the access rule looks at')
}

/** Each path as far as whoever asks knows its fields. */
function describePaths(manifest: ResourceManifest, { nameOf = (field) => field }: ListRequest): string {
  const known = manifest.paths.map((path) => {
    const end = path.findIndex((field) => nameOf(field) === undefined)
    return path.slice(0, end === -1 ? path.length : end).map(nameOf)
  })
  return ['(id)', ...known.filter((path) => path.length > 0).map((path) => `(${path.join(', ')})`)].join(', ')
}
