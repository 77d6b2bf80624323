import type { AccessRule, Action } from '../app/access.ts'
import type { AppManifest, OlderManifest } from '../app/manifest.ts'
import { endInWords } from '../app/version/words.ts'
import type { StoreCapabilities } from '../core/driver.ts'
import type { Registry } from './registry.ts'
import { hasFailover, hasReplicas } from './replicas.ts'
import { externalSheet } from './sheet/external.ts'
import { operationSheets } from './sheet/operation.ts'
import { resourceSheet } from './sheet/resource.ts'
import {
  batchingWords,
  durabilityWords,
  failoverWords,
  freshnessWords,
  isolationWords,
  reachWords,
  replicaWords,
  ruleWords,
} from './sheet/words.ts'
import type { Topology } from './topology.ts'

export { sheetText } from './sheet/text.ts'

/** The guarantee sheet: what an app gets under a topology. Facts for programs, each with the words for people. */
export interface Sheet {
  readonly app: string
  readonly version: string
  /** The versions beside the current one. */
  readonly older: readonly Stated<OlderManifest>[]
  readonly identity: Stated<string | null>
  readonly stores: readonly StoreSheet[]
  readonly resources: readonly ResourceSheet[]
  readonly operations: readonly OperationSheet[]
  readonly mounts: readonly MountSheet[]
  readonly externals: readonly ExternalSheet[]
}

/** A service that is no part of the app, and what stands between it and a caller. */
export interface ExternalSheet {
  readonly name: string
  /** The address, or the variable that has it. */
  readonly address: Stated<string | null>
  readonly tries: Stated<number>
  readonly circuit: Stated<{ readonly failures: number; readonly openMs: number }>
}

/** An existing application: what stands around it is known, what it does is not. */
export interface MountSheet {
  readonly service: string
  readonly prefix: string
  readonly access: Stated<AccessRule | null>
  readonly promises: Stated<null>
}

/** A fact, and what it means. */
export interface Stated<Fact> {
  readonly is: Fact
  readonly says: string
}

/** What a store gives to all that lives in it. */
export interface StoreSheet {
  readonly name: string
  readonly driver: string
  readonly atomicity: Stated<StoreCapabilities['atomicity']>
  readonly isolation: Stated<StoreCapabilities['isolation']>
  /** In the words of the engine, where it has been opened. */
  readonly durability: Stated<StoreCapabilities['durability']>
  /** How it is reached, where it is a server of its own that has been asked. */
  readonly connection: Stated<string> | null
  readonly staleness: Stated<number>
  readonly batching: Stated<boolean>
  readonly processes: Stated<StoreCapabilities['processes']>
  /** Where there are some: what is read from them. */
  readonly replicas?: Stated<true>
  /** Where another server may become the primary: what that may lose, and what is answered meanwhile. */
  readonly failover?: Stated<'followed'>
}

export interface ResourceSheet extends Pick<StoreSheet, 'atomicity' | 'isolation' | 'durability'> {
  readonly name: string
  readonly service: string
  readonly store: string
  /** The table of others that it serves, and what that means: of its versions, its times, its order. */
  readonly adopted: readonly Stated<string>[]
  readonly ids: Stated<'generated' | 'given' | 'database'>
  readonly partition: Stated<string>
  /** How far a read may lag, in milliseconds, and how far the app allows it to. */
  readonly freshness: Stated<{ readonly givenMs: number; readonly allowedMs: number }>
  readonly unique: readonly Stated<string>[]
  readonly references: readonly Stated<{ readonly field: string; readonly target: string; readonly onDelete: string }>[]
  /** Actions with one rule; without a rule there is no route. */
  readonly access: readonly (Stated<AccessRule | null> & { readonly actions: readonly Action[] })[]
  /** Whether callers share what is run for them. */
  readonly batching: Stated<boolean>
  /** What a write of a generated route is. */
  readonly writes: Stated<{ readonly requireMatch: boolean } | null>
  readonly cost: readonly ReadCost[]
}

/**
 * What it costs to read by id, without filters, along an access path, by words, or with the row that a field refers to, and to
 * tell how many rows there are.
 */
export interface ReadCost {
  readonly read: 'id' | 'list' | 'path' | 'search' | 'total' | 'include'
  /** The path that is followed; for `include` the field, for `search` the fields whose words count; none for a total. */
  readonly path: readonly string[]
  /** Seeks into an index: one, or one for each value of an `in`, or for each word. */
  readonly seeksMax: number
  /** Null: as many as there are. */
  readonly rowsMax: number | null
  readonly says: string
}

export interface OperationSheet {
  readonly service: string
  readonly name: string
  /** Its route, or null for a call of a contract, which only other services make. */
  readonly route: string | null
  readonly access: Stated<AccessRule | null>
  readonly transaction: Stated<'one' | 'any' | 'none'>
  readonly slots: Stated<'one' | 'many'>
  readonly scans: Stated<boolean>
  readonly isolation: Stated<StoreCapabilities['isolation'] | null>
  readonly idempotency: Stated<boolean>
  readonly calls: Stated<readonly string[]>
  /** The engine to which its code is bound. */
  readonly engine: Stated<string | null>
}

/** What engines report of themselves once they are open. */
export interface Reported {
  /** By the name of the store. */
  readonly durability?: Readonly<Record<string, string>>
  readonly connection?: Readonly<Record<string, string>>
}

/** The sheet of an app under a topology whose names `check` has found to mean something. */
export function sheetOf(manifest: AppManifest, topology: Topology, registry: Registry, reported: Reported = {}): Sheet {
  const stores = Object.entries(topology.stores).map(([name, store]): StoreSheet => {
    const { driver, batching = true } = store
    const { gives } = registry.stores[driver]!
    return {
      name,
      driver,
      atomicity: { is: gives.atomicity, says: reachWords(gives.atomicity) },
      isolation: { is: gives.isolation, says: isolationWords(gives.isolation) },
      durability: { is: gives.durability, says: reported.durability?.[name] ?? durabilityWords(gives.durability) },
      connection:
        reported.connection?.[name] === undefined
          ? null
          : { is: reported.connection[name], says: reported.connection[name] },
      staleness: { is: gives.staleForMs, says: freshnessWords(gives.staleForMs) },
      batching: {
        is: batching,
        says: batchingWords(batching, gives.readsTogether),
      },
      processes: {
        is: gives.processes,
        says: gives.processes === 'one' ? 'one process opens it' : 'several processes may open it',
      },
      ...(hasReplicas(store) ? { replicas: { is: true, says: replicaWords } } : {}),
      ...(hasFailover(store) ? { failover: { is: 'followed', says: failoverWords(hasReplicas(store)) } } : {}),
    }
  })
  return {
    app: manifest.name,
    version: manifest.version,
    older: manifest.older.map((older) => ({ is: older, says: endInWords(older) })),
    identity: {
      is: topology.identity?.driver ?? null,
      says:
        topology.identity === undefined
          ? 'nobody says who is calling: only what is open to anyone is reached'
          : `${topology.identity.driver} says who is calling`,
    },
    stores,
    resources: manifest.resources.map((resource) => resourceSheet(resource, manifest, topology, registry, stores)),
    operations: operationSheets(manifest, topology, stores),
    externals: manifest.externals.map(({ name }) => externalSheet(name, topology.externals?.[name])),
    mounts: manifest.services.flatMap(({ name, mounts }) =>
      mounts.map(
        ({ prefix, access }): MountSheet => ({
          service: name,
          prefix,
          access: { is: access ?? null, says: access === undefined ? 'nobody' : ruleWords(access, 'input') },
          promises: {
            is: null,
            says: 'its own: only identity, access, deadline, size of bodies and draining are those of the rest',
          },
        }),
      ),
    ),
  }
}
