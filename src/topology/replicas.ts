import type { Json } from '../core/json.ts'
import type { StoreTopology } from './topology.ts'

/** Whether a store has servers that follow its primary. Every driver that knows some calls them `replicas`. */
export function hasReplicas({ options: { replicas } }: StoreTopology): boolean {
  return replicas !== undefined && !(Array.isArray(replicas) && replicas.length === 0)
}

/** Whether another server may take the place of the primary: a replica, or one of several that are named for it. */
export function hasFailover(store: StoreTopology): boolean {
  const { primary } = store.options
  return hasReplicas(store) || Array.isArray(primary) || (isObject(primary) && primary.list === true)
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
