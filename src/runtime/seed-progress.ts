import { t } from '../app/field.ts'
import { type ResourceManifest, resourceManifest } from '../app/manifest.ts'
import { resource } from '../app/resource.ts'
import { storedValue } from '../app/row.ts'
import type { Context } from '../core/context.ts'
import { newRow } from '../data/change.ts'
import { type ResourceModel, resourceModel } from '../data/model.ts'
import { readRow } from '../data/rows.ts'
import type { Store, Write } from '../data/store/store.ts'
import type { Runtime } from './boot.ts'

/** How far each seed and each part of it has come; written in the commits that write its rows. */
export const seedProgressResource: ResourceManifest = resourceManifest(
  'banyan',
  resource('_banyan_seed', {
    id: t.text({ maxLength: 300 }),
    startedAt: t.timestamp(),
    done: t.integer(),
    isComplete: t.boolean(),
  }).declaration,
)

/** The progress of a seed or of one of its parts. One import runs at a time, so that nobody else moves it. */
export interface SeedProgress {
  /** Where it is kept. */
  readonly store: Store
  /** Undefined before it has begun. */
  readonly startedAt: string | undefined
  /** The rows that are in. */
  readonly done: number
  readonly isComplete: boolean
  /** Moves it; gives the write that says so, to be committed with the rows. */
  moved(to: Moved): Write
}

interface Moved {
  readonly startedAt: string
  readonly done: number
  readonly isComplete: boolean
}

/** Reads how far the import of this id has come in a store. */
export async function readSeedProgress(
  runtime: Runtime,
  storeName: string,
  id: string,
  context: Context,
): Promise<SeedProgress> {
  const { name, store } = runtime.stores.get(storeName) ?? [...runtime.stores.values()][0]!
  const model = resourceModel(seedProgressResource, [], name, store)
  const row = await readRow(model, id, context)
  let now: Partial<Moved> & { readonly version: number } =
    row === null ? { version: 0 } : (model.format.toObject(row) as unknown as Moved & { readonly version: number })
  return {
    store,
    get startedAt() {
      return now.startedAt
    },
    get done() {
      return now.done ?? 0
    },
    get isComplete() {
      return now.isComplete ?? false
    },
    moved(to) {
      const { version } = now
      now = { ...to, version: version + 1 }
      return version === 0
        ? { kind: 'insert', resource: model.name, ...newRow(model, { id, ...to }, runtime) }
        : updateWrite(model, id, to, version, runtime)
    },
  }
}

function updateWrite(model: ResourceModel, id: string, to: Moved, version: number, { clock }: Runtime): Write {
  const { name, manifest } = model
  const set = Object.fromEntries(
    Object.entries(to).map(([field, value]) => [field, storedValue(manifest.fields[field]!, value)]),
  )
  return { kind: 'update', resource: name, id, set, add: {}, guards: [], version, updatedAt: clock.now() }
}
