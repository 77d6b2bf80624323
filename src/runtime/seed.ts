import { t } from '../app/field.ts'
import { type ResourceManifest, resourceManifest } from '../app/manifest.ts'
import { resource } from '../app/resource.ts'
import { storedValue } from '../app/row.ts'
import type { Seed, SeedPart } from '../app/seed.ts'
import { Bookmark } from '../core/bookmark.ts'
import type { Context } from '../core/context.ts'
import { deadlineIn } from '../core/deadline.ts'
import { BanyanError, coreErrors } from '../core/errors.ts'
import { idPattern } from '../core/id.ts'
import { newRow, validate } from '../data/change.ts'
import { type ResourceModel, resourceModel } from '../data/model.ts'
import { readRow } from '../data/rows.ts'
import { checkRules } from '../data/rules.ts'
import type { Write } from '../data/store/store.ts'
import { mainStore } from '../topology/topology.ts'
import type { Runtime } from './boot.ts'
import { runtimeErrors } from './errors.ts'

/** How far each part of each seed has come; written in the commits that write its rows. */
export const seedProgressResource: ResourceManifest = resourceManifest(
  'banyan',
  resource('_banyan_seed', {
    id: t.text({ maxLength: 300 }),
    startedAt: t.timestamp(),
    done: t.integer(),
    isComplete: t.boolean(),
  }).declaration,
)

export interface SeedProgress {
  readonly resource: string
  readonly done: number
  readonly total: number
}

const chunkRows = 500

/** Imports what is not yet imported; true if there was anything. An import that was cut off goes on behind its last commit. */
export async function importSeed(
  runtime: Runtime,
  seed: Seed,
  onProgress: (progress: SeedProgress) => void,
): Promise<boolean> {
  const { clock } = runtime
  const main = progressModel(runtime, mainStore)
  const whole = await readProgress(runtime, main, seed.name)
  if (whole?.isComplete) return false
  const startedAt = whole?.startedAt ?? clock.now()
  if (whole === undefined)
    await commit(runtime, main, [
      progressWrite(runtime, main, seed.name, { startedAt, done: 0, isComplete: false }, undefined),
    ])
  for await (const part of seed.parts({ startedAt })) await importPart(runtime, seed, part, startedAt, onProgress)
  const before = await readProgress(runtime, main, seed.name)
  await commit(runtime, main, [
    progressWrite(runtime, main, seed.name, { startedAt, done: 0, isComplete: true }, before),
  ])
  return true
}

async function importPart(
  runtime: Runtime,
  seed: Seed,
  part: SeedPart,
  startedAt: string,
  onProgress: (progress: SeedProgress) => void,
): Promise<void> {
  const model = runtime.models.get(part.resource)
  if (model === undefined)
    throw runtimeErrors.SEED_INVALID(
      `the seed ${seed.name} names the resource ${part.resource}, which the app does not have`,
    )
  const progress = progressModel(runtime, model.storeName)
  const key = `${seed.name}/${part.resource}`
  let known = await readProgress(runtime, progress, key)
  if (known?.isComplete) return
  let seen = 0
  const writes = new Map<string, Write>()
  const flush = async (isComplete: boolean) => {
    await commit(runtime, model, [
      ...writes.values(),
      progressWrite(runtime, progress, key, { startedAt, done: seen, isComplete }, known),
    ])
    writes.clear()
    known = await readProgress(runtime, progress, key)
    onProgress({ resource: part.resource, done: seen, total: part.total })
  }
  const skip = known?.done ?? 0
  for await (const given of part.rows) {
    seen++
    if (seen <= skip) continue
    const write = await seedWrite(runtime, model, given as Readonly<Record<string, unknown>>, seen)
    if (writes.has(write.id))
      throw runtimeErrors.SEED_INVALID(`row ${seen} of ${model.name}: /id ${write.id} is that of an earlier row`)
    writes.set(write.id, write)
    if (writes.size >= chunkRows) await flush(false)
  }
  await flush(true)
}

async function seedWrite(
  runtime: Runtime,
  model: ResourceModel,
  given: Readonly<Record<string, unknown>>,
  at: number,
): Promise<Write> {
  const { id, ...fields } = given
  const isGenerated = model.manifest.ids === 'generated'
  try {
    validate(model, model.validateNew, isGenerated ? fields : given)
    const ownId = isGenerated ? (id as string | undefined) : undefined
    const made = newRow(model, isGenerated ? fields : given, runtime, 1, ownId)
    if (ownId !== undefined) refuseUnlessGenerated(model, ownId, made.slot)
    const write: Write = { kind: 'insert', resource: model.name, ...made }
    if (model.rules.length > 0) await checkRules(model, write, async () => null)
    return write
  } catch (error) {
    throw runtimeErrors.SEED_INVALID(`row ${at} of ${model.name}: ${(error as Error).message}`, { cause: error })
  }
}

const generatedId = new RegExp(idPattern)

/** An id that is given where ids are generated must be one that could have been generated for this row. */
function refuseUnlessGenerated({ manifest, slotOf }: ResourceModel, id: string, slot: number): void {
  if (!generatedId.test(id))
    throw coreErrors.INVALID(`/id ${JSON.stringify(id)} is not a UUIDv7; without one it gets one`)
  if (slotOf(id) === slot) return
  throw coreErrors.INVALID(
    `/id is of slot ${slotOf(id)} and its ${manifest.partitionBy} of slot ${slot}; without one it gets one that fits`,
  )
}

async function commit(runtime: Runtime, model: ResourceModel, writes: readonly Write[]): Promise<void> {
  const [outcome] = await model.store.execute([{ kind: 'commit', writes, assertions: [] }], importContext(runtime))
  if (outcome!.ok) return
  const { error } = outcome!
  throw error instanceof BanyanError && error.kind !== 'unavailable'
    ? runtimeErrors.SEED_INVALID(`${model.name}: ${error.message}`, { cause: error })
    : error
}

function progressModel(runtime: Runtime, store: string): ResourceModel {
  const { name, store: opened } = runtime.stores.get(store) ?? [...runtime.stores.values()][0]!
  return resourceModel(seedProgressResource, [], name, opened)
}

interface Progress {
  readonly startedAt: string
  readonly done: number
  readonly isComplete: boolean
}

async function readProgress(
  runtime: Runtime,
  model: ResourceModel,
  id: string,
): Promise<(Progress & { readonly version: number }) | undefined> {
  const row = await readRow(model, id, importContext(runtime))
  return row === null ? undefined : (model.format.toObject(row) as unknown as Progress & { readonly version: number })
}

function progressWrite(
  runtime: Runtime,
  model: ResourceModel,
  id: string,
  progress: Progress,
  known: { readonly version: number } | undefined,
): Write {
  if (known === undefined)
    return { kind: 'insert', resource: model.name, ...newRow(model, { id, ...progress }, runtime) }
  const set = Object.fromEntries(
    Object.entries(progress).map(([name, value]) => [name, storedValue(model.manifest.fields[name]!, value)]),
  )
  return {
    kind: 'update',
    resource: model.name,
    id,
    set,
    add: {},
    guards: [],
    version: known.version,
    updatedAt: runtime.clock.now(),
  }
}

function importContext({ scheduler }: Runtime): Context {
  return {
    requestId: 'seed',
    signal: new AbortController().signal,
    deadline: deadlineIn(60_000, scheduler),
    bookmark: new Bookmark(),
  }
}
