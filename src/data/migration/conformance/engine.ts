import assert from 'node:assert/strict'
import { type ResourceManifest, resourceManifest } from '../../../app/manifest.ts'
import type { Resource } from '../../../app/resource.ts'
import type { Row, Value } from '../../../app/row.ts'
import { Bookmark } from '../../../core/bookmark.ts'
import { clockFrom, systemClock } from '../../../core/clock.ts'
import { deadlineIn } from '../../../core/deadline.ts'
import { systemScheduler } from '../../../core/scheduler.ts'
import { silentTelemetry } from '../../../core/telemetry.ts'
import type { OpenStore, Write } from '../../store/store.ts'
import type { DerivedOf, Wanted } from '../difference/wanted.ts'
import { migrate, migrateAtStart } from '../migrate.ts'
import type { Migrator } from '../migrator.ts'
import { plannedOffers } from '../offers.ts'

/** One empty database of an engine. */
export interface Engine extends AsyncDisposable {
  readonly migrator: Migrator
  readonly derived: DerivedOf
  /** A store on it. Expects that it has been brought to these resources; does not close it. */
  store(resources: readonly ResourceManifest[]): Promise<OpenStore>
  /** Its tables as the engine itself tells them, in an order of their own. */
  schema(): Promise<unknown>
  /** Brings up to date what it estimates by and does not keep up with each write. */
  settle(): Promise<void>
}

export type Open = () => Promise<Engine>

export const atStart = { clock: systemClock, telemetry: silentTelemetry, mayMigrate: true }

export type Declared = Resource<string, any, any> // `any`: versions of a resource have different fields.

export function wantedBy({ derived }: Engine, { name, declaration, backfills }: Declared): Wanted {
  return { resources: [resourceManifest('s', declaration)], backfills: new Map([[name, backfills]]), derived }
}

/** A start of a version, and what it then reads and writes. */
export async function opened(engine: Engine, declared: Declared) {
  const wanted = wantedBy(engine, declared)
  await migrateAtStart(engine.migrator, wanted, atStart)
  return sessionOf(engine, wanted)
}

export const quiet = { clock: clockFrom(() => 1_700_000_000_000), onSnapshot: () => {} }

/** So often at most: what is contracted can leave something else to be contracted, once or twice. */
const roundsMax = 5

/** Takes away everything that only older versions need, by name. */
export async function contract({ migrator }: Engine, wanted: Wanted): Promise<void> {
  for (let round = 0; ; round++) {
    const result = await migrator.stored()
    const offers = await plannedOffers(result, { steps: [], refusals: [], result }, wanted, migrator.facts)
    const names = offers.map(({ name }) => name)
    if (names.length === 0) return
    assert.ok(round < roundsMax, `after ${round} rounds there still is: ${names.join(', ')}`)
    await migrate(migrator, wanted, { ...quiet, allow: names })
  }
}

export type Values = Readonly<Record<string, Value>>

/** Rows as objects of their stored values. */
export async function sessionOf(engine: Engine, { resources }: Wanted) {
  const store = await engine.store(resources)
  const context = () => ({ deadline: deadlineIn(10_000, systemScheduler), bookmark: new Bookmark() })
  const columnsOf = (name: string) => resources.find((resource) => resource.name === name)!.columns
  const object = (name: string, row: Row): Values =>
    Object.fromEntries(columnsOf(name).map((column, at) => [column.name, row[at]!]))
  const commit = async (writes: readonly Write[]): Promise<string | undefined> => {
    const [outcome] = await store.execute([{ kind: 'commit', writes, assertions: [] }], context())
    return outcome!.ok ? undefined : outcome!.error.code
  }
  return {
    async all(name: string): Promise<readonly Values[]> {
      const scan = { kind: 'scan', resource: name, path: ['id'], equal: [], descending: false, limit: 100 } as const
      const [outcome] = await store.execute([scan], context())
      assert.ok(outcome?.ok)
      return outcome.value.rows.map((row) => object(name, row))
    },
    async get(name: string, id: string): Promise<Values> {
      const [outcome] = await store.execute([{ kind: 'get', resource: name, ids: [id] }], context())
      assert.ok(outcome?.ok)
      return object(name, outcome.value.rows[0]!)
    },
    /** Ids of the rows with a word that begins so. */
    async search(name: string, word: string): Promise<readonly string[]> {
      const terms = [{ word, isPrefix: true }]
      const [outcome] = await store.execute(
        [{ kind: 'search', resource: name, terms, equal: {}, limit: 100 }],
        context(),
      )
      assert.ok(outcome?.ok)
      return outcome.value.rows.map((row) => row[0] as string).toSorted()
    },
    /** An estimate wherever there is one. */
    async count(name: string): Promise<number> {
      const of = { kind: 'scan', path: ['id'], equal: [] } as const
      const [outcome] = await store.execute([{ kind: 'count', resource: name, of, exactMax: 1 }], context())
      assert.ok(outcome?.ok)
      return outcome.value.count
    },
    /** The code of a refusal. */
    insert: (name: string, rows: readonly Values[]) =>
      commit(
        rows.map((row) => ({
          kind: 'insert',
          resource: name,
          id: row.id as string,
          slot: 0,
          row: columnsOf(name).map((column) => row[column.name]!),
        })),
      ),
    update: (name: string, id: string, set: Values) =>
      commit([{ kind: 'update', resource: name, id, set, add: {}, guards: [], updatedAt: systemClock.now() }]),
  }
}
