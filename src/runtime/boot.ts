import type { RestServer } from '../api/rest/server.ts'
import type { App } from '../app/app.ts'
import { type AppManifest, manifestOf } from '../app/manifest.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import type { Context } from '../core/context.ts'
import { type Random, systemRandom } from '../core/random.ts'
import { type Scheduler, systemScheduler } from '../core/scheduler.ts'
import { stack as stackOf } from '../core/service.ts'
import type { Telemetry } from '../core/telemetry.ts'
import { dataErrors } from '../data/errors.ts'
import type { FillProgress } from '../data/migration/fill.ts'
import { type Models, modelsOf, resourceModel } from '../data/model.ts'
import { kyselyOn } from '../data/native/kysely.ts'
import { hasKeys, type KeyRing, openKeyRing, volatileKeyRing } from '../keyring/keyring.ts'
import { idempotency, idempotencyResource } from '../service/idempotency.ts'
import type { Operation } from '../service/operation.ts'
import type { Variables } from '../topology/env.ts'
import { mainStore, storeOf, type Topology } from '../topology/topology.ts'
import { documents } from './documents.ts'
import { identityNamed } from './drivers.ts'
import { externalsOf } from './externals.ts'
import { housekeeping } from './housekeeping.ts'
import { operationLayers } from './layers.ts'
import { operationsOf } from './operations.ts'
import { type NamedStore, openStores } from './stores.ts'

export interface BootOptions {
  /** The folder of embedded data (`BANYAN_DATA`). */
  readonly dataFolder: string
  readonly production: boolean
  /** The folder of the built site, which is served in development only. */
  readonly guideFolder?: string | undefined
  readonly telemetry: Telemetry
  readonly clock?: Clock
  readonly random?: Random
  readonly scheduler?: Scheduler
  /** What the topology may name with `env`; those of the process without it. */
  readonly variables?: Variables
  /** The data are made for this, and are gone when the runtime is disposed of. */
  readonly isScratch?: boolean
  /** Called while rows get values that they were stored without. */
  readonly onMigration?: (progress: FillProgress) => void
}

/** An app that runs. Disposing of it is starting it in reverse: no more requests, those under way end, stores close. */
export interface Runtime extends AsyncDisposable {
  readonly manifest: AppManifest
  readonly models: Models
  readonly stores: ReadonlyMap<string, NamedStore>
  readonly operations: readonly Operation[]
  readonly clock: Clock
  readonly random: Random
  readonly scheduler: Scheduler
  /** Starts the HTTP server; port 0 takes a free one. Gives the URL. Throws PORT_BUSY. */
  listen(address: { readonly host: string; readonly port: number }): Promise<string>
  /** Gives what answers requests of this process: the same API, without a port. */
  inProcess(): Promise<(request: Request) => Promise<Response>>
}

const requestTimeoutMs = 30_000
const volatileDrivers = new Set(['memory'])

/** The one place where an app, a topology and the drivers become a running process. Expects what `check` has passed. */
export async function boot(app: App, topology: Topology, options: BootOptions): Promise<Runtime> {
  const {
    telemetry,
    production,
    dataFolder,
    onMigration,
    clock = systemClock,
    random = systemRandom(),
    scheduler = systemScheduler,
    variables = process.env,
    isScratch = false,
  } = options
  await using opening = new AsyncDisposableStack()
  const manifest = manifestOf(app)
  const progress = onMigration === undefined ? {} : { onMigration }
  // The keys are made behind the stores: where there are some, there have been data.
  const isFolderUsed = hasKeys(dataFolder)
  const deps = {
    telemetry,
    clock,
    random,
    dataFolder,
    isFolderUsed,
    scheduler,
    mayMigrate: !production,
    isScratch,
    variables,
    ...progress,
  }
  const stores = await openStores({ app, manifest, topology }, deps, opening)
  const keepsNothing = Object.values(topology.stores).every(({ driver }) => volatileDrivers.has(driver))
  const keys: KeyRing = keepsNothing ? volatileKeyRing() : openKeyRing(dataFolder)
  const signer = {
    sign: (text: string) => keys.sign('cursor', text),
    verify: (text: string, signature: string) => keys.verify('cursor', text, signature),
  }

  const models = modelsOf(app, manifest, (resource) => stores.get(storeOf(topology, resource))!)
  const keyModels = new Map(
    [...stores.values()].map(({ name, store }) => [name, resourceModel(idempotencyResource, [], name, store)]),
  )
  const keeper = idempotency(keyModels, { clock, random })
  const operations = operationsOf(app, manifest, {
    models,
    clock,
    random,
    signer,
    native: (store, context) => nativeOf(stores, store, context),
    scheduler,
    telemetry,
    idempotency: keeper,
    externals: externalsOf(manifest, topology, variables, { scheduler, random, telemetry }),
    defaultStore: stores.has(mainStore) ? mainStore : [...stores.keys()][0]!,
  })

  const invoke = stackOf(operationLayers(scheduler), ({ operation, input }, context) =>
    operation.run(input as never, context),
  )
  opening.use(housekeeping(keeper, [...stores.keys()], scheduler, telemetry))

  const guideFolder = production ? undefined : options.guideFolder
  let isReady = false
  let server: Promise<RestServer> | undefined
  const open = (): Promise<RestServer> => {
    server ??= serving()
    return server
  }
  const serving = async (): Promise<RestServer> => {
    // An import that was cut off may have left access paths behind; requests count on them.
    for (const { engine } of stores.values())
      await engine.finishLoads(async (step) => telemetry.log('info', `schema: ${step}`))
    // Loaded late, so that commands that serve nothing do not pay for it.
    const { restServer } = await import('../api/rest/server.ts')
    return restServer({
      operations,
      older: manifest.older,
      invoke,
      identity: identityNamed(topology.identity?.driver),
      scheduler,
      telemetry,
      mounts: app.services.flatMap((service) => service.mounts),
      pages: documents(manifest, { development: !production, guide: guideFolder !== undefined }),
      guideFolder,
      corsOrigins: topology.api?.cors?.origins ?? [],
      isReady: () => isReady,
      timeoutMs: requestTimeoutMs,
    })
  }

  const disposables = opening.move()
  return {
    manifest,
    models,
    stores,
    operations,
    clock,
    random,
    scheduler,
    async listen(address) {
      const url = await (await open()).listen(address)
      isReady = true
      return url
    },
    async inProcess() {
      const answer = await (await open()).inProcess()
      isReady = true
      return answer
    },
    async [Symbol.asyncDispose]() {
      isReady = false
      // Whoever opened it has been told if that failed.
      await server?.then(
        (opened) => opened[Symbol.asyncDispose](),
        () => {},
      )
      await disposables.disposeAsync()
    },
  }
}

/** The engine of a store itself, for one request. */
function nativeOf(stores: ReadonlyMap<string, NamedStore>, name: string, context: Context): object {
  const access = stores.get(name)?.engine.native
  if (access === undefined)
    throw dataErrors.NATIVE_UNAVAILABLE(
      `data.native(${JSON.stringify(name)}): there is no such store, or it lets nobody that far`,
    )
  return kyselyOn(access, name, context)
}
