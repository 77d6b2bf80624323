import type { Outcome, Row, StoreOperation, Value } from '../store.ts'
import type { World } from './sample-values.ts'
import { samples } from './samples.ts'
import { type Session, scanOf } from './session.ts'

/** Where the outcomes of a batch differ from what is expected, as text for people; undefined where they are the same, byte for byte. */
export function outcomesDifference(
  batch: readonly StoreOperation[],
  actual: readonly Outcome<unknown>[] | Error,
  expected: readonly Outcome<unknown>[],
): string | undefined {
  if (actual instanceof Error) return `the batch was rejected: ${actual.stack}`
  if (actual.length !== expected.length) return `${expected.length} operations had ${actual.length} outcomes`
  for (const [at, operation] of batch.entries()) {
    const [is, should] = [textOf(actual[at]!), textOf(expected[at]!)]
    if (is === should) continue
    const failure = actual[at]!.ok ? '' : `\n  ${(actual[at] as { error: Error }).error.stack}`
    return `member ${at} of ${batch.length}: ${JSON.stringify(operation)}\n  expected ${should}\n  found    ${is}${failure}`
  }
  return undefined
}

/** What of an outcome must be the same on every store: everything but messages, causes and positions. */
function textOf(outcome: Outcome<unknown>): string {
  if (outcome.ok) {
    const { rows, lastVersions, committed } = outcome.value as Record<string, unknown>
    return JSON.stringify({ rows, lastVersions, committed })
  }
  const { code, kind, status, title, hint, facts } = outcome.error
  return JSON.stringify({ code, kind, status, title, hint, pointers: facts.issues?.map(({ pointer }) => pointer) })
}

/** Compares all rows, in pages by id, and the last versions of what was deleted. */
export async function contentsDifference(
  actual: Session,
  expected: Session,
  worlds: readonly World[],
): Promise<string | undefined> {
  for (const { name } of samples) {
    const [is, should] = [await allRows(actual, name), await allRows(expected, name)]
    if (is !== should) return `what is stored in ${name}\n  expected ${should}\n  found    ${is}`
    const ids = worlds.flatMap((world) => world.ids[name]!)
    const [last, lastExpected] = [await actual.get(name, ...ids), await expected.get(name, ...ids)].map((result) =>
      JSON.stringify(result.lastVersions),
    )
    if (last !== lastExpected)
      return `the last versions in ${name} of ${ids}\n  expected ${lastExpected}\n  found    ${last}`
  }
  return undefined
}

async function allRows(session: Session, resource: string): Promise<string> {
  const found: Row[] = []
  let after: readonly Value[] | undefined
  const limit = 50
  // A store that ignores the cursor would give pages for ever.
  for (let page = 0; page < 100; page++) {
    const { rows } = await session.one({ ...scanOf({ resource, limit }), ...(after === undefined ? {} : { after }) })
    found.push(...rows)
    if (rows.length < limit) break
    after = [rows.at(-1)![0]!]
  }
  return JSON.stringify(found)
}
