import type { App } from '../app/app.ts'
import { manifestOf } from '../app/manifest.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import { systemRandom } from '../core/random.ts'
import type { Telemetry } from '../core/telemetry.ts'
import type { FillProgress } from '../data/migration/fill.ts'
import { type Done, migrate } from '../data/migration/migrate.ts'
import type { Applied, MigrationDriver, Restored, Snapshot } from '../data/migration/migrator.ts'
import { plannedOffers } from '../data/migration/offers.ts'
import { heldBack, type Plan, type PlannedStep, planOf } from '../data/migration/plan.ts'
import type { StoredModel } from '../data/migration/stored.ts'
import { hasKeys } from '../keyring/keyring.ts'
import { type Variables, withVariables } from '../topology/env.ts'
import type { Topology } from '../topology/topology.ts'
import { contentOf, storeDriverOf } from './stores.ts'

/** Schema work on one store of a topology. */
export interface StoreMigration {
  /** The store's name in the topology. */
  readonly store: string
  readonly driver: string
  /** What would be done. Changes nothing, and a server may run. */
  look(): Promise<Looked>
  /** See `migrate`. Throws STORE_IN_USE while a server runs. */
  apply(options: {
    readonly allow: readonly string[]
    readonly onProgress: (progress: FillProgress) => void
    readonly onSnapshot: (snapshot: Snapshot) => void
  }): Promise<Done>
  readonly copies: StoreCopies
}

/** How its data are copied before a migration takes something away: by itself, or by whoever runs it with a tool of the engine. */
export type StoreCopies =
  | {
      readonly kind: 'snapshots'
      list(): Promise<readonly Snapshot[]>
      restore(snapshot: string): Promise<Restored>
    }
  | { readonly kind: 'tool'; readonly tool: string }

export interface Looked {
  /** A server has the data open, so rows are counted as they were some seconds ago. */
  readonly isInUse: boolean
  readonly stored: StoredModel
  readonly plan: Plan
  readonly offers: readonly PlannedStep[]
  readonly history: readonly Applied[]
}

export interface MigrationOptions {
  /** Starts change no data then, so a plan says of every step that it needs a command. */
  readonly production: boolean
  readonly dataFolder: string
  readonly telemetry: Telemetry
  readonly clock?: Clock
  /** What the topology may name with `env`; those of the process without it. */
  readonly variables?: Variables
}

/** The stores of a topology whose data outlive a process. */
export async function migrationsOf(
  app: App,
  topology: Topology,
  { clock = systemClock, production, variables = process.env, ...options }: MigrationOptions,
): Promise<readonly StoreMigration[]> {
  const deps = { ...options, clock, random: systemRandom(), isFolderUsed: hasKeys(options.dataFolder) }
  const manifest = manifestOf(app)
  const all = Object.entries(topology.stores).map(async ([store, { driver, options }]) => {
    const { migration } = await storeDriverOf(topology, store)
    if (migration === undefined) return []
    const work = migration as MigrationDriver<object>
    const found = withVariables(options, variables)
    const { copies } = work
    const { resources, ...content } = contentOf({ app, manifest, topology }, store)
    const own = resources.filter(({ adopted }) => adopted === undefined)
    const wanted = { ...content, resources: own, derived: work.derived }
    const one: StoreMigration = {
      store,
      driver,
      async look() {
        await using look = await work.look(found, deps)
        const stored = await look.stored()
        const all = await planOf(stored, wanted, look.facts)
        const plan = production ? heldBack(all, stored) : all
        const offers = plan.refusals.length > 0 ? [] : await plannedOffers(stored, plan, wanted, look.facts)
        return { isInUse: look.isInUse, stored, plan, offers, history: await look.history() }
      },
      async apply(asked) {
        await using migrator = await work.open(found, deps)
        return await migrate(migrator, wanted, { clock, ...asked })
      },
      copies:
        copies.kind === 'tool'
          ? copies
          : {
              kind: 'snapshots',
              list: () => copies.list(found, deps),
              restore: (snapshot) => copies.restore(snapshot, found, deps),
            },
    }
    return [one]
  })
  return (await Promise.all(all)).flat()
}
