import type { App } from '../app/app.ts'
import { type AppManifest, declaredResources } from '../app/manifest.ts'
import type { DriverDependencies } from '../core/driver.ts'
import type { Scheduler } from '../core/scheduler.ts'
import { batching } from '../data/batching/batching.ts'
import type { Wanted } from '../data/migration/difference/wanted.ts'
import type { FillProgress } from '../data/migration/fill.ts'
import { storeDrivers } from '../data/store/drivers.ts'
import type { OpenStore, Store, StoreDriver } from '../data/store/store.ts'
import { idempotencyResource } from '../service/idempotency.ts'
import { type Variables, withVariables } from '../topology/env.ts'
import { storeOf, type Topology } from '../topology/topology.ts'
import { seedProgressResource } from './seed-progress.ts'

export interface NamedStore {
  readonly name: string
  /** As the app uses it. */
  readonly store: Store
  /** The engine itself, for the sheet and for `explain`. */
  readonly engine: OpenStore
}

/** Opens the stores of a topology, each with what lives in it. */
export async function openStores(
  declared: Declared,
  {
    mayMigrate,
    isScratch,
    variables,
    onMigration,
    ...deps
  }: DriverDependencies & {
    readonly scheduler: Scheduler
    readonly mayMigrate: boolean
    readonly isScratch: boolean
    readonly variables: Variables
    readonly onMigration?: (progress: FillProgress) => void
  },
  stack: AsyncDisposableStack,
): Promise<ReadonlyMap<string, NamedStore>> {
  const stores = new Map<string, NamedStore>()
  for (const [name, { options, batching: ofStore = true }] of Object.entries(declared.topology.stores)) {
    const driver = await storeDriverOf(declared.topology, name)
    const progress = onMigration === undefined ? {} : { onMigration }
    const engine = stack.use(
      await driver.open(
        { ...withVariables(options, variables), ...contentOf(declared, name), mayMigrate, isScratch, ...progress },
        deps,
      ),
    )
    const isShared = (resource: string) => declared.topology.resources[resource]?.batching !== false
    stores.set(name, { name, engine, store: ofStore ? stackOf(engine, driver, deps.scheduler, isShared) : engine })
  }
  return stores
}

export interface Declared {
  readonly app: App
  readonly manifest: AppManifest
  readonly topology: Topology
}

export async function storeDriverOf(topology: Topology, store: string): Promise<StoreDriver<object>> {
  const { driver } = topology.stores[store]!
  return (await storeDrivers[driver as keyof typeof storeDrivers]()) as StoreDriver<object>
}

/** What lives in a store: the resources that the topology puts there, and those of the runtime. */
export function contentOf({ app, manifest, topology }: Declared, store: string): Omit<Wanted, 'derived'> {
  const here = manifest.resources.filter(({ name }) => storeOf(topology, name) === store)
  return {
    resources: [...here, idempotencyResource, seedProgressResource],
    backfills: new Map(declaredResources(app).map(({ name, backfills }) => [name, backfills])),
  }
}

/** What stands around an engine, outermost first. */
function stackOf(
  engine: OpenStore,
  { gives }: StoreDriver<object>,
  scheduler: Scheduler,
  isShared: (resource: string) => boolean,
): Store {
  // One statement for the reads of many callers; one statement, and one fsync, for their commits.
  return batching(engine, { scheduler, ordered: gives.ordered, reads: gives.readsTogether, isShared })
}
