import type { AppManifest, FieldRecord, ResourceManifest } from '../manifest.ts'
import { reviewResourceAccess } from './access.ts'
import { appFindings } from './codes.ts'
import { reviewFields } from './field.ts'
import type { Finding } from './finding.ts'

/** One resource: its fields, its access paths, where its rows live, and who may do what. */
export function reviewResource(resource: ResourceManifest, manifest: AppManifest): readonly Finding[] {
  const names = new Set(manifest.resources.map(({ name }) => name))
  const place = `resources/${resource.name}`
  return [
    ...reviewFields(`${place}/fields`, resource.fields, names),
    ...reviewId(place, resource.fields),
    ...reviewPaths(place, resource),
    ...reviewSearch(place, resource),
    ...reviewPartition(place, resource),
    ...reviewRelations(place, resource, manifest),
    ...reviewReading(place, resource),
    ...reviewResourceAccess(resource),
    ...reviewPrivate(place, resource),
  ]
}

const idLengthMax = 128

function reviewId(place: string, { id }: FieldRecord): readonly Finding[] {
  if (id === undefined) return []
  const at = `${place}/fields/id`
  if (id.kind !== 'id' && id.kind !== 'text')
    return [appFindings.ID_FIELD(at, `an id cannot be of the kind ${id.kind}`)]
  if (id.optional || id.private || id.default !== undefined) {
    const word = id.optional ? 'optional' : id.private ? 'private' : 'given a default'
    return [appFindings.ID_FIELD(at, `every row has an id that its clients know, so it cannot be ${word}`)]
  }
  if (id.kind === 'id') return []
  if (id.maxLength > idLengthMax) {
    return [appFindings.ID_FIELD(at, `ids of up to ${id.maxLength} characters are too long for an address`)]
  }
  return id.minLength === undefined || id.minLength === 0 ? [appFindings.ID_EMPTY(at, 'an empty id is allowed')] : []
}

/** What lists say beside their filters. */
export const listParameters: ReadonlySet<string> = new Set('sort limit after fields include total search'.split(' '))

/** Access paths: fields that there are, in an order that means something, under names that a query can have. */
export function reviewPaths(place: string, { paths, columns }: ResourceManifest): readonly Finding[] {
  const kinds = new Map(columns.map(({ name, field }) => [name, field.kind]))
  const seen = new Set<string>()
  return paths.flatMap((path) => {
    const at = `${place}/index(${path.join(', ')})`
    const key = path.join()
    if (seen.has(key)) return [appFindings.INDEX_TWICE(at, 'this access path is declared twice')]
    seen.add(key)
    if (path.length === 0) return [appFindings.INDEX_FIELD(at, 'an access path without fields')]
    return path.flatMap((name, position): readonly Finding[] => {
      const kind = kinds.get(name)
      if (kind === undefined || name === 'version')
        return [appFindings.INDEX_FIELD(at, `there is no field ${name} to list by`)]
      if (path.indexOf(name) !== position) return [appFindings.INDEX_REPEATED(at, `${name} is named twice`)]
      if (name === 'id' && position < path.length - 1) {
        return [appFindings.INDEX_REPEATED(at, 'behind the id, of which each is there once, nothing is left to sort')]
      }
      if (kind === 'json' || kind === 'bytes') return [appFindings.INDEX_KIND(at, `${name} is of the kind ${kind}`)]
      if (listParameters.has(name))
        return [appFindings.INDEX_PARAMETER(at, `?${name}= already means something to a list`)]
      return []
    })
  })
}

function reviewSearch(place: string, { search, total, fields }: ResourceManifest): readonly Finding[] {
  const totals =
    total === undefined || total === 'exact' || total === 'estimated'
      ? []
      : [appFindings.TOTAL_KIND(`${place}/total`, `${JSON.stringify(total)} is no kind of total`)]
  const at = `${place}/search(${search.join(', ')})`
  return [
    ...totals,
    ...search.flatMap((name, position): readonly Finding[] => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined
      if (field === undefined) return [appFindings.SEARCH_FIELD(at, `there is no field ${name}`)]
      if (field.kind !== 'text') return [appFindings.SEARCH_FIELD(at, `${name} is of the kind ${field.kind}`)]
      if (field.private)
        return [appFindings.SEARCH_FIELD(at, `${name} is private, and what is found would tell what stands in it`)]
      return search.indexOf(name) === position ? [] : [appFindings.SEARCH_FIELD(at, `${name} is named twice`)]
    }),
  ]
}

const partitionKinds: ReadonlySet<string> = new Set(['id', 'ref', 'text', 'integer', 'bigint', 'enum', 'date'])

function reviewPartition(place: string, { partitionBy, fields, ids }: ResourceManifest): readonly Finding[] {
  if (partitionBy === 'id') return []
  const at = `${place}/partitionBy(${partitionBy})`
  if (ids === 'given') {
    return [appFindings.PARTITION_GIVEN_ID(at, 'an id that the client gives cannot carry the slot of another field')]
  }
  const field = Object.hasOwn(fields, partitionBy) ? fields[partitionBy] : undefined
  if (field === undefined) return [appFindings.PARTITION_FIELD(at, `there is no field ${partitionBy}`)]
  if (field.optional)
    return [appFindings.PARTITION_FIELD(at, `${partitionBy} is optional: a row without it would live nowhere`)]
  if (!partitionKinds.has(field.kind)) {
    return [appFindings.PARTITION_FIELD(at, `${partitionBy} is of the kind ${field.kind}, which has no slot`)]
  }
  return []
}

function reviewRelations(place: string, resource: ResourceManifest, manifest: AppManifest): readonly Finding[] {
  return Object.values(resource.reverse).flatMap(({ resource: target, by }) => {
    const at = `${place}/many(${target})`
    const found = manifest.resources.find(({ name }) => name === target)
    if (found === undefined) return [appFindings.RELATION_UNKNOWN(at, `no service of this app owns ${target}`)]
    const field = Object.hasOwn(found.fields, by) ? found.fields[by] : undefined
    if (field === undefined) return [appFindings.RELATION_UNKNOWN(at, `${target} has no field ${by}`)]
    if (field.kind === 'ref' && field.target === resource.name) return []
    return [appFindings.RELATION_UNKNOWN(at, `${by} of ${target} does not refer to ${resource.name}`)]
  })
}

const pageLimitMax = 1_000

function reviewReading(place: string, { staleForMs, pageLimit }: ResourceManifest): readonly Finding[] {
  const isPage = Number.isInteger(pageLimit) && pageLimit >= 1 && pageLimit <= pageLimitMax
  return [
    ...(staleForMs >= 0
      ? []
      : [appFindings.FRESHNESS_INVALID(`${place}/freshness`, `a reader cannot lag ${staleForMs} ms`)]),
    ...(isPage ? [] : [appFindings.PAGE_LIMIT_INVALID(`${place}/pageLimit`, `${pageLimit} is not a number of rows`)]),
  ]
}

function reviewPrivate(place: string, resource: ResourceManifest): readonly Finding[] {
  if (resource.actions.create === undefined) return []
  return Object.entries(resource.fields)
    .filter(([, field]) => field.private && !field.optional && field.default === undefined)
    .map(([name]) =>
      appFindings.FIELD_PRIVATE(
        `${place}/fields/${name}`,
        'it is required and no client may give it, so the create route could make no row',
      ),
    )
}
