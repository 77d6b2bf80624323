import { listed } from '../../app/review/finding.ts'
import type { StoreCapabilities } from '../../core/driver.ts'
import type { Registry } from '../registry.ts'
import { type StoreTopology, storeOf, type Topology } from '../topology.ts'

/** Which store a resource lives in, and what that store gives. */
export interface Placement {
  /** Where this resource lives; undefined if the topology does not say it in words that mean something. */
  of(resource: string): Placed | undefined
  /** How to get what is missing: another driver, if there is one that gives it, else what the app can do without it. */
  mend(what: string, gives: (capabilities: StoreCapabilities) => boolean, otherwise: string): string
}

export interface Placed {
  readonly store: string
  readonly topology: StoreTopology
  readonly gives: StoreCapabilities
  /** How findings call it: `the store main (sqlite)`. */
  readonly called: string
}

export function placement(topology: Topology, registry: Registry): Placement {
  const placed = new Map<string, Placed>()
  for (const [store, declared] of Object.entries(topology.stores)) {
    const entry = Object.hasOwn(registry.stores, declared.driver) ? registry.stores[declared.driver] : undefined
    if (entry !== undefined) {
      placed.set(store, {
        store,
        topology: declared,
        gives: entry.gives,
        called: `the store ${store} (${declared.driver})`,
      })
    }
  }
  return {
    of: (resource) => placed.get(storeOf(topology, resource)),
    mend: (what, gives, otherwise) => {
      const drivers = Object.entries(registry.stores).flatMap(([name, entry]) => (gives(entry.gives) ? [name] : []))
      if (drivers.length > 0) return `Put ${what} on ${listed(drivers, 'or')}, or ${otherwise}.`
      return `${otherwise[0]!.toUpperCase()}${otherwise.slice(1)}.`
    },
  }
}
