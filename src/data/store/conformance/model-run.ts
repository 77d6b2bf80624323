import type { StoreCapabilities } from '../../../core/driver.ts'
import type { Outcome, Store, StoreOperation } from '../store.ts'
import { diceOf } from './dice.ts'
import { contentsDifference, outcomesDifference } from './difference.ts'
import type { Open } from './example.ts'
import { drawBatch } from './operation-generator.ts'
import { worldOf } from './sample-values.ts'
import { samplesFor } from './samples.ts'
import { Session } from './session.ts'
import { shrink } from './shrink.ts'

export interface ModelRunOptions {
  /** The store that is tested, and the one that is right. */
  readonly open: Open
  readonly openReference: Open
  readonly gives: StoreCapabilities
  readonly seed: number
  /** How many operations, at least. */
  readonly operations: number
  /** The largest batch. */
  readonly batchMax: number
  /** How many batches are in flight at once. They work on rows of their own, so that their order does not matter. */
  readonly inFlight: number
  /** How long to look for a shorter way to a difference; 10 s without it. */
  readonly shrinkMs?: number
}

export type Verdict =
  | ({ readonly kind: 'same' } & Readonly<Tally>)
  | { readonly kind: 'different'; readonly difference: string; readonly reproduction: Batches }

/** Batches one after another. */
export type Batches = readonly (readonly StoreOperation[])[]

/** Runs the same random operations on both stores and compares every outcome and, now and then, all that is stored. */
export async function modelRun(options: ModelRunOptions): Promise<Verdict> {
  const { open, openReference, gives, seed, operations, batchMax, inFlight, shrinkMs = 10_000 } = options
  const resources = samplesFor(gives)
  await using store = await open(resources)
  await using referenceStore = await openReference(resources)
  const reference = new Session(referenceStore)
  const dice = diceOf(seed)
  const worlds = Array.from({ length: inFlight * (gives.ordered ? 1 : batchMax) }, (_, number) => worldOf(number))
  const drawing = { dice, reference, gives, isAlone: worlds.length === 1 }
  const tally: Tally = { committed: 0, refused: {}, rowsRead: 0, rowsCounted: 0 }
  const done: (readonly StoreOperation[])[] = []
  let rounds = 0

  for (let count = 0; count < operations; rounds++) {
    const batches: (readonly StoreOperation[])[] = []
    for (let lane = 0; lane < inFlight; lane++) {
      const size = 1 + dice.below(batchMax)
      // Where the order within a batch is open, its members work on rows of their own as well.
      const at = (member: number) => worlds[gives.ordered ? lane : lane * batchMax + member]!
      const members = Array.from({ length: size }, (_, member) => at(member))
      batches.push(await drawBatch(drawing, members))
      count += size
    }
    done.push(...batches)
    const difference = await roundDifference(store, reference, batches, tally)
    const isCheckpoint = rounds % 100 === 99 || count >= operations
    const found =
      difference ?? (isCheckpoint ? await contentsDifference(new Session(store), reference, worlds) : undefined)
    if (found !== undefined) {
      const fails = (batches: Batches) => replayDifference(options, batches)
      return { kind: 'different', ...(await shrink(done, found, fails, shrinkMs)) }
    }
  }
  return { kind: 'same', ...tally }
}

async function roundDifference(
  store: Store,
  reference: Session,
  batches: Batches,
  tally?: Tally,
): Promise<string | undefined> {
  const session = new Session(store)
  const running = batches.map((batch) => session.execute(...batch).catch((error: unknown) => error as Error))
  const results = await Promise.all(running)
  for (const [at, batch] of batches.entries()) {
    const expected = await reference.execute(...batch)
    if (tally !== undefined) count(tally, expected)
    const difference = outcomesDifference(batch, results[at]!, expected)
    if (difference !== undefined) return difference
  }
  return undefined
}

/** What the reference did, to be printed: a run in which nearly all is refused would prove little. */
interface Tally {
  committed: number
  refused: Record<string, number>
  rowsRead: number
  rowsCounted: number
}

function count(tally: Tally, outcomes: readonly Outcome<unknown>[]): void {
  for (const outcome of outcomes) {
    if (!outcome.ok) tally.refused[outcome.error.code] = (tally.refused[outcome.error.code] ?? 0) + 1
    else if ('rows' in (outcome.value as object))
      tally.rowsRead += (outcome.value as { rows: readonly unknown[] }).rows.length
    else if ('committed' in (outcome.value as object)) tally.committed++
    else tally.rowsCounted += (outcome.value as { count: number }).count
  }
}

/** The same batches on fresh stores, one after another. */
async function replayDifference(
  { open, openReference, gives, inFlight, batchMax }: ModelRunOptions,
  batches: Batches,
): Promise<string | undefined> {
  const resources = samplesFor(gives)
  await using store = await open(resources)
  await using referenceStore = await openReference(resources)
  const reference = new Session(referenceStore)
  for (const batch of batches) {
    const difference = await roundDifference(store, reference, [batch])
    if (difference !== undefined) return difference
  }
  const worlds = Array.from({ length: inFlight * (gives.ordered ? 1 : batchMax) }, (_, number) => worldOf(number))
  // Awaited here, because the stores are closed on return.
  return await contentsDifference(new Session(store), reference, worlds)
}
