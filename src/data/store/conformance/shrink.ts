import type { StoreOperation } from '../store.ts'
import type { Batches } from './model-run.ts'

/**
 * The shortest sequence found that still shows a difference: parts are left out, the largest first, as long as the rest fails
 * (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002). What fails only with batches in flight
 * beside each other is reported as it came.
 */
export async function shrink(
  batches: Batches,
  difference: string,
  fails: (batches: Batches) => Promise<string | undefined>,
  limitMs: number,
): Promise<{ readonly difference: string; readonly reproduction: Batches }> {
  let best = { difference, reproduction: batches }
  const endsMs = performance.now() + limitMs
  const isOver = () => performance.now() >= endsMs
  const attempt = async (candidate: Batches): Promise<boolean> => {
    if (candidate.length === 0 || isOver()) return false
    const found = await fails(candidate)
    if (found !== undefined) best = { difference: found, reproduction: candidate }
    return found !== undefined
  }
  if (!(await attempt(batches))) return best
  // Most reads change nothing, and the difference shows in the last batch or in what is stored.
  await attempt(batches.filter((batch, at) => batch[0]?.kind === 'commit' || at === batches.length - 1))
  for (let size = Math.ceil(batches.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = best.reproduction.length - size; at > -size; at -= size) {
      await attempt(best.reproduction.toSpliced(Math.max(at, 0), size))
    }
  }
  for (const lighter of [withoutOperation, withoutPart]) {
    for (let found = true; found && !isOver(); ) {
      found = false
      for (const candidate of lighter(best.reproduction)) {
        if (await attempt(candidate)) {
          found = true
          break
        }
      }
    }
  }
  return best
}

function* withoutOperation(batches: Batches): Generator<Batches> {
  for (const [at, batch] of batches.entries()) {
    if (batch.length === 1) continue
    for (const [member] of batch.entries()) yield batches.with(at, batch.toSpliced(member, 1))
  }
}

function* withoutPart(batches: Batches): Generator<Batches> {
  for (const [at, batch] of batches.entries()) {
    for (const [member, operation] of batch.entries()) {
      for (const lighter of lighterOperations(operation)) yield batches.with(at, batch.with(member, lighter))
    }
  }
}

function* lighterOperations(operation: StoreOperation): Generator<StoreOperation> {
  if (operation.kind !== 'commit') return
  const { writes, assertions } = operation
  for (const at of assertions.keys()) yield { ...operation, assertions: assertions.toSpliced(at, 1) }
  for (const at of writes.keys()) if (writes.length > 1) yield { ...operation, writes: writes.toSpliced(at, 1) }
}
