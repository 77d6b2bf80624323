import type { ResourceManifest } from '../app/manifest.ts'
import type { DriverDependencies } from '../core/driver.ts'
import type { Scheduler } from '../core/scheduler.ts'
import { batching } from '../data/batching/batching.ts'
import { storeDrivers } from '../data/store/drivers.ts'
import type { OpenStore, Store, StoreDriver } from '../data/store/store.ts'
import { storeOf, type Topology } from '../topology/topology.ts'

export interface NamedStore {
  readonly name: string
  /** As the app uses it. */
  readonly store: Store
  /** The engine itself, for the sheet and for `explain`. */
  readonly engine: OpenStore
}

/** Opens the stores of a topology, each with the resources that live in it and those of the runtime. */
export async function openStores(
  topology: Topology,
  resources: readonly ResourceManifest[],
  own: readonly ResourceManifest[],
  deps: DriverDependencies & { readonly scheduler: Scheduler },
  stack: AsyncDisposableStack,
): Promise<ReadonlyMap<string, NamedStore>> {
  const stores = new Map<string, NamedStore>()
  for (const [name, { driver: driverName, options, batching: isBatched = true }] of Object.entries(topology.stores)) {
    const driver = (await storeDrivers[driverName as keyof typeof storeDrivers]()) as StoreDriver<object>
    const here = resources.filter((resource) => storeOf(topology, resource.name) === name)
    const engine = stack.use(await driver.open({ ...options, resources: [...here, ...own] }, deps))
    stores.set(name, { name, engine, store: isBatched ? stackOf(engine, driver, deps.scheduler) : engine })
  }
  return stores
}

/** What stands around an engine, outermost first. */
function stackOf(engine: OpenStore, { gives }: StoreDriver<object>, scheduler: Scheduler): Store {
  // One statement, and one fsync, for the commits of many callers.
  return batching(engine, { scheduler, ordered: gives.ordered })
}
