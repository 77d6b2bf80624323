import type { App } from '../app/app.ts'
import { type AppManifest, declaredResources, type ResourceManifest } from '../app/manifest.ts'
import type { DriverDependencies, StoreCapabilities } from '../core/driver.ts'
import type { Scheduler } from '../core/scheduler.ts'
import { batching } from '../data/batching/batching.ts'
import type { Wanted } from '../data/migration/difference/wanted.ts'
import type { FillProgress } from '../data/migration/fill.ts'
import type { Counts } from '../data/router/counts.ts'
import { type ReplicatedStore, replicated } from '../data/router/replicas.ts'
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
  /** Where its reads went, if it has replicas. */
  readonly counts?: Counts | undefined
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
  for (const [name, { options, batching: isBatched = true }] of Object.entries(declared.topology.stores)) {
    const driver = await storeDriverOf(declared.topology, name)
    const progress = onMigration === undefined ? {} : { onMigration }
    const content = contentOf(declared, name)
    const engine = stack.use(
      await driver.open({ ...withVariables(options, variables), ...content, mayMigrate, isScratch, ...progress }, deps),
    )
    const { gives } = driver
    const isShared = (resource: string) => declared.topology.resources[resource]?.batching !== false
    const store = await stackOf(engine, { ...deps, name, gives, isBatched, isShared, resources: content.resources })
    if (store !== engine) stack.use(store)
    stores.set(name, { name, engine, store, counts: 'counts' in store ? store.counts : undefined })
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

interface StackOptions extends Pick<DriverDependencies, 'telemetry'> {
  readonly name: string
  readonly gives: StoreCapabilities
  readonly isBatched: boolean
  readonly isShared: (resource: string) => boolean
  readonly resources: readonly ResourceManifest[]
  readonly scheduler: Scheduler
}

/** What stands around an engine, outermost first. */
async function stackOf(engine: OpenStore, options: StackOptions): Promise<Store | ReplicatedStore> {
  const { name, gives, isBatched, isShared, resources, scheduler, telemetry } = options
  // One statement for the reads of many callers; one statement, and one fsync, for their commits.
  const batched = (server: Store) =>
    isBatched ? batching(server, { scheduler, ordered: gives.ordered, reads: gives.readsTogether, isShared }) : server
  const { replication } = engine
  if (replication === undefined) return batched(engine)
  const staleForMs = new Map(resources.map((resource) => [resource.name, resource.staleForMs]))
  // Outside of batching: a batch has the bookmarks of all its members, and each read is sent by its own.
  return replicated(
    { ...replication, store: batched(engine) },
    replication.replicas.map((replica) => ({ ...replica, store: batched(replica) })),
    await replication.progress(),
    {
      scheduler,
      telemetry,
      name,
      staleForMs: (resource) => staleForMs.get(resource)!,
      zone: replication.zone,
      waitForMs: replication.waitForMs,
    },
  )
}
