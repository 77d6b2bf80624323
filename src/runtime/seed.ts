import { rowsBehind, type Seed, type SeedPart } from '../app/seed.ts'
import { Bookmark } from '../core/bookmark.ts'
import type { Context } from '../core/context.ts'
import { deadlineIn } from '../core/deadline.ts'
import type { Store, Write } from '../data/store/store.ts'
import { mainStore } from '../topology/topology.ts'
import type { Runtime } from './boot.ts'
import { runtimeErrors } from './errors.ts'
import { readSeedProgress } from './seed-progress.ts'
import { seedRowWriter } from './seed-row.ts'

export interface ImportOptions {
  readonly onProgress?: (progress: ImportProgress) => void
  /** Ends the import behind the commit under way. */
  readonly signal?: AbortSignal
}

export type ImportProgress =
  /** How far a part has come: told when it begins or goes on, and after each of its commits. */
  | {
      readonly kind: 'rows'
      readonly seed: string
      readonly resource: string
      readonly done: number
      readonly total: number
      /** How many were committed since it was told last. */
      readonly committed: number
    }
  /** What is now done with the rows that are in, which may take seconds. */
  | { readonly kind: 'step'; readonly step: string }

export interface Imported {
  /** The rows that it has committed; those that were in before are not among them. */
  readonly rows: number
  /** Whether everything is in now; else it was stopped. */
  readonly isComplete: boolean
}

/**
 * Imports what is not yet imported, and first what it comes after. One that was cut off, by whatever, goes on behind its last
 * commit. The rows of one commit are in memory, and no others.
 */
export async function importSeed(runtime: Runtime, seed: Seed, options: ImportOptions = {}): Promise<Imported> {
  const before = seed.after === undefined ? nothing : await importSeed(runtime, seed.after, options)
  if (!before.isComplete) return before
  const { rows, isComplete } = await importParts(runtime, seed, options)
  return { rows: before.rows + rows, isComplete }
}

const nothing: Imported = { rows: 0, isComplete: true }

async function importParts(runtime: Runtime, seed: Seed, options: ImportOptions): Promise<Imported> {
  const whole = await readSeedProgress(runtime, mainStore, seed.name, importContext(runtime))
  if (whole.isComplete) return nothing
  const startedAt = whole.startedAt ?? runtime.clock.now()
  if (whole.startedAt === undefined)
    await commit(runtime, whole.store, [whole.moved({ startedAt, done: 0, isComplete: false })], seed.name)
  const resources = new Set<string>()
  let rows = 0
  for await (const part of seed.parts({ startedAt })) {
    if (resources.has(part.resource))
      throw runtimeErrors.SEED_INVALID(
        `the seed ${seed.name} has two parts for ${part.resource}; one part has all its rows`,
      )
    resources.add(part.resource)
    const imported = await importPart(runtime, seed, part, startedAt, options)
    rows += imported.rows
    if (!imported.isComplete) return { rows, isComplete: false }
  }
  if (!(await finishLoads(runtime, options))) return { rows, isComplete: false }
  await commit(runtime, whole.store, [whole.moved({ startedAt, done: 0, isComplete: true })], seed.name)
  return { rows, isComplete: true }
}

/** False if it was stopped. */
async function finishLoads(runtime: Runtime, { onProgress, signal }: ImportOptions): Promise<boolean> {
  const onStep = async (step: string) => {
    await turn(runtime)
    signal?.throwIfAborted()
    onProgress?.({ kind: 'step', step })
    await turn(runtime)
  }
  try {
    for (const { engine } of runtime.stores.values()) await engine.finishLoads(onStep)
    return true
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return false
    throw error
  }
}

/** A commit ends with so many rows, or with so many characters: rows may be large. */
const rowsMax = 5_000
const charactersMax = 4_000_000

async function importPart(
  runtime: Runtime,
  seed: Seed,
  { resource, total, rows }: SeedPart,
  startedAt: string,
  { onProgress, signal }: ImportOptions,
): Promise<Imported> {
  const model = runtime.models.get(resource)
  if (model === undefined)
    throw runtimeErrors.SEED_INVALID(
      `the seed ${seed.name} names the resource ${resource}, which the app does not have`,
    )
  if (typeof rows !== 'function' && !isIterable(rows))
    throw runtimeErrors.SEED_INVALID(`the part ${resource} of the seed ${seed.name} gives no rows to go through`)
  if (!Number.isSafeInteger(total) || total < 0)
    throw runtimeErrors.SEED_INVALID(`the part ${resource} of the seed ${seed.name} says ${total} as its total of rows`)
  const { storeName, store } = model
  const progress = await readSeedProgress(runtime, storeName, `${seed.name}/${resource}`, importContext(runtime))
  if (progress.isComplete) return nothing
  const from = progress.done
  const tell = (committed: number) =>
    onProgress?.({ kind: 'rows', seed: seed.name, resource, done: progress.done, total, committed })
  tell(0)
  await runtime.stores.get(storeName)!.engine.beginLoad(resource, total - from)
  const writeOf = seedRowWriter(model, runtime)
  const writes = new Map<string, Write>()
  let at = from
  let characters = 0
  const flush = async (isComplete: boolean) => {
    const moved = progress.moved({ startedAt, done: at, isComplete })
    await commit(runtime, store, [...writes.values(), moved], resource)
    const { size } = writes
    writes.clear()
    characters = 0
    tell(size)
    await turn(runtime)
  }
  for await (const given of rowsBehind(rows, from)) {
    at++
    const write = writeOf(given, at)
    if (writes.has(write.id))
      throw runtimeErrors.SEED_INVALID(`row ${at} of ${resource}: /id ${write.id} is that of an earlier row`)
    writes.set(write.id, write)
    for (const value of write.row) if (typeof value === 'string') characters += value.length
    if (writes.size < rowsMax && characters < charactersMax) continue
    await flush(false)
    if (signal?.aborted) return { rows: at - from, isComplete: false }
  }
  await flush(true)
  return { rows: at - from, isComplete: true }
}

async function commit(runtime: Runtime, store: Store, writes: readonly Write[], what: string): Promise<void> {
  const [outcome] = await store.execute([{ kind: 'commit', writes, assertions: [] }], importContext(runtime))
  if (outcome!.ok) return
  const { error } = outcome!
  throw error.kind === 'unavailable' || error.kind === 'unknown'
    ? error
    : runtimeErrors.SEED_INVALID(`${what}: ${error.message}`, { cause: error })
}

function isIterable(rows: unknown): boolean {
  return typeof rows === 'object' && rows !== null && (Symbol.iterator in rows || Symbol.asyncIterator in rows)
}

/** Signals are heard, and a terminal is drawn on, between turns of the event loop only. */
function turn({ scheduler }: Runtime): Promise<void> {
  return new Promise((resolve) => scheduler.immediate(resolve))
}

function importContext({ scheduler }: Runtime): Context {
  return {
    requestId: 'seed',
    signal: new AbortController().signal,
    deadline: deadlineIn(60_000, scheduler),
    bookmark: new Bookmark(),
  }
}
