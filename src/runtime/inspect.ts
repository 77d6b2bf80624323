import { systemClock } from '../core/clock.ts'
import { systemRandom } from '../core/random.ts'
import { systemScheduler } from '../core/scheduler.ts'
import { silentTelemetry } from '../core/telemetry.ts'
import type { Inspection } from '../data/store/store.ts'
import { withVariables } from '../topology/env.ts'
import { scratch } from './scratch.ts'
import { type Declared, openStores, storeDriverOf } from './stores.ts'

/**
 * What the engine of a store says of itself: a server is looked at, another is opened with the same options on empty data that are
 * gone afterwards. Changes no data of the app. Rejects where it is not reached.
 */
export async function inspectStore(declared: Declared, store: string): Promise<Inspection> {
  const driver = await storeDriverOf(declared.topology, store)
  const { options } = declared.topology.stores[store]!
  if (driver.inspect !== undefined) return driver.inspect(withVariables(options, process.env))
  using empty = scratch(declared.topology)
  await using stack = new AsyncDisposableStack()
  const topology = { ...empty.topology, stores: { [store]: empty.topology.stores[store]! } }
  const deps = {
    telemetry: silentTelemetry,
    clock: systemClock,
    random: systemRandom(),
    scheduler: systemScheduler,
    dataFolder: empty.dataFolder,
    variables: process.env,
    mayMigrate: true,
    isScratch: true,
  }
  const { durability } = (await openStores({ ...declared, topology }, deps, stack)).get(store)!.engine
  return { durability, problems: [] }
}
