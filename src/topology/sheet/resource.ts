import { type AccessRule, type Action, actions } from '../../app/access.ts'
import type { AppManifest, ResourceManifest } from '../../app/manifest.ts'
import { alternatives } from '../../app/review/access.ts'
import { listed } from '../../app/review/finding.ts'
import { searchFilters, searchTermsMax } from '../../app/search.ts'
import { exactTotalMax } from '../../app/total.ts'
import type { Registry } from '../registry.ts'
import type { ReadCost, ResourceSheet, StoreSheet } from '../sheet.ts'
import { isBatched, storeOf, type Topology } from '../topology.ts'
import { adoptionWords, pathWords } from './adoption.ts'
import { batchingWords, durationWords, freshnessWords, ruleWords } from './words.ts'

/** What a resource gets: from its store, from its own rules, and what it costs to read. */
export function resourceSheet(
  resource: ResourceManifest,
  manifest: AppManifest,
  topology: Topology,
  registry: Registry,
  stores: readonly StoreSheet[],
): ResourceSheet {
  const store = stores.find(({ name }) => name === storeOf(topology, resource.name))!
  const { orderedScans, readsTogether } = registry.stores[store.driver]!.gives
  const isShared = isBatched(topology, resource.name)
  return {
    name: resource.name,
    service: resource.service,
    store: store.name,
    atomicity: store.atomicity,
    isolation: store.isolation,
    durability: store.durability,
    adopted: adoptionWords(resource),
    ids: idsOf(resource),
    partition: {
      is: resource.partitionBy,
      says:
        resource.partitionBy === 'id'
          ? 'each row has a slot of its own id'
          : `rows with the same ${resource.partitionBy} share its slot`,
    },
    freshness: freshness(store, resource),
    unique: uniqueFields(resource),
    references: references(resource, manifest),
    access: access(resource),
    batching: { is: isShared, says: batchingWords(isShared, readsTogether) },
    writes: writes(resource),
    cost: cost(resource, orderedScans),
  }
}

function idsOf({ ids, adopted }: ResourceManifest): ResourceSheet['ids'] {
  if (ids === 'given') return { is: ids, says: 'the client gives the id' }
  if (adopted === undefined) return { is: ids, says: 'the id is generated and carries the slot' }
  return adopted.key === 'integer'
    ? { is: 'database', says: 'the database makes the id, a number' }
    : { is: ids, says: 'the id is generated, a UUID' }
}

function freshness(
  { staleness, replicas }: StoreSheet,
  { staleForMs: allowedMs }: ResourceManifest,
): ResourceSheet['freshness'] {
  const isFromReplicas = replicas !== undefined && allowedMs > 0
  const givenMs = isFromReplicas ? allowedMs : staleness.is
  const allowed = allowedMs === 0 ? 'the app asks for that' : `the app allows ${durationWords(allowedMs)}`
  const from = replicas === undefined ? '' : `; ${isFromReplicas ? fromReplicas : fromPrimary}`
  return { is: { givenMs, allowedMs }, says: `${freshnessWords(givenMs)}; ${allowed}${from}` }
}

const fromReplicas = 'from replicas, never less than the caller has seen'
const fromPrimary = "from the primary: .freshness({ staleFor: '2s' }) would let replicas answer"

function uniqueFields({ fields, partitionBy }: ResourceManifest): ResourceSheet['unique'] {
  return Object.entries(fields)
    .filter(([, field]) => field.unique)
    .map(([name]) => ({
      is: name,
      says:
        name === partitionBy || name === 'id'
          ? `${name}, in its slot and so everywhere`
          : `${name}, by an index of the store; over several shards it will take a reservation row`,
    }))
}

function references({ fields, adopted }: ResourceManifest, manifest: AppManifest): ResourceSheet['references'] {
  const theirs = {
    restrict: 'is refused',
    cascade: 'makes the database delete this row too',
    setNull: 'makes the database set this field to null',
  } as const
  const ours = {
    restrict: 'is refused',
    cascade: 'deletes this row too, and in the same commit all that refer to it',
    setNull: 'sets this field to null, in the same commit for all that refer to it',
  } as const
  return Object.entries(fields).flatMap(([name, field]) => {
    if (field.kind !== 'ref' || !manifest.resources.some((target) => target.name === field.target)) return []
    return [
      {
        is: { field: name, target: field.target, onDelete: field.onDelete },
        says: `${name} is checked against ${field.target} in the commit; deleting there ${(adopted === undefined ? ours : theirs)[field.onDelete]}`,
      },
    ]
  })
}

/** Actions under one rule stand together, in the order of the actions. */
function access(resource: ResourceManifest): ResourceSheet['access'] {
  const groups = new Map<string, { readonly is: AccessRule | null; readonly actions: Action[] }>()
  for (const action of actions) {
    const rule = resource.actions[action] ?? null
    const key = JSON.stringify(rule)
    const group = groups.get(key) ?? { is: rule, actions: [] }
    groups.set(key, group)
    group.actions.push(action)
  }
  return [...groups.values()].map((group) => ({
    ...group,
    says: group.is === null ? 'no route' : ruleWords(group.is, 'row'),
  }))
}

function writes(resource: ResourceManifest): ResourceSheet['writes'] {
  const { create, update, replace, delete: deletion } = resource.actions
  if ((create ?? update ?? replace ?? deletion) === undefined) return { is: null, says: 'by operations only' }
  const match = resource.requireMatch ? 'If-Match is required, a stale one refused' : 'a stale If-Match is refused'
  return {
    is: { requireMatch: resource.requireMatch },
    says: `one commit each; ${match}; an Idempotency-Key has one effect for 24 h`,
  }
}

/** No list looks for more values of one field than this. */
const valuesMax = 50

function cost(resource: ResourceManifest, orderedScans: boolean): ResourceSheet['cost'] {
  const rowsMax = resource.pageLimit
  const { list } = resource.actions
  const rules = list === undefined ? [] : alternatives(list)
  // Who is let in by such a rule alone sees nothing but its rows, so their lists follow paths that begin with its field.
  const rule = rules.find((part) => part.kind === 'where')
  const isBound = rule !== undefined && rules.length === 1
  const paths = resource.paths.map((path): ReadCost => {
    const isServed = list !== undefined && (!isBound || path[0] === rule.field)
    const seeks = isServed && isBound && rule.operator === 'in' ? '1 seek a value of the rule' : '1 seek'
    const words = `${seeks} + n rows${orderedScans ? '' : ', equality on the whole path only'}${pathWords(resource, path)}`
    return {
      read: 'path',
      path,
      seeksMax: valuesMax,
      rowsMax,
      says: isServed ? words : `${words}; operations only`,
    }
  })
  const includes = Object.entries(resource.fields).flatMap(([name, field]): readonly ReadCost[] =>
    field.kind === 'ref'
      ? [{ read: 'include', path: [name], seeksMax: rowsMax, rowsMax, says: '1 keyed read a page' }]
      : [],
  )
  return [
    { read: 'id', path: ['id'], seeksMax: 1, rowsMax: 1, says: '1 keyed read' },
    ...(list === undefined ? [] : [unfiltered(resource, rule)]),
    ...paths,
    ...searches(resource),
    ...totals(resource),
    ...includes,
  ]
}

function searches(resource: ResourceManifest): ResourceSheet['cost'] {
  const { search, pageLimit, actions } = resource
  if (search.length === 0) return []
  const filters = searchFilters(resource)
  const narrowed = filters.length === 0 ? '' : `, narrowed by = on ${listed(filters, 'or')}`
  const words = `best first until n rows are found, at most through the entries of its rarest word${narrowed}`
  return [
    {
      read: 'search',
      path: search,
      seeksMax: searchTermsMax,
      rowsMax: pageLimit,
      says: actions.list === undefined ? `${words}; operations only` : words,
    },
  ]
}

function totals({ total }: ResourceManifest): ResourceSheet['cost'] {
  switch (total) {
    case undefined:
      return []
    case 'exact':
      return [
        {
          read: 'total',
          path: [],
          seeksMax: valuesMax,
          rowsMax: null,
          says: 'exact: counts every row that is found, however many',
        },
      ]
    case 'estimated':
      return [
        {
          read: 'total',
          path: [],
          seeksMax: valuesMax,
          rowsMax: exactTotalMax,
          says: `exact to ${exactTotalMax.toLocaleString('en')} rows; beyond, estimated at a bounded cost`,
        },
      ]
  }
}

/** A list without filters follows the id, or the first path that begins with the field of its rule. */
function unfiltered(
  { paths, pageLimit }: ResourceManifest,
  rule: (AccessRule & { readonly kind: 'where' }) | undefined,
): ReadCost {
  const path = paths.find(([first]) => first === rule?.field)
  const isIn = rule?.operator === 'in'
  const seeks = isIn ? '1 seek a value of the rule' : '1 seek'
  return {
    read: 'list',
    path: path ?? ['id'],
    seeksMax: isIn ? valuesMax : 1,
    rowsMax: pageLimit,
    says: `${seeks} + n rows, by ${(path ?? ['id']).join(', ')}`,
  }
}
