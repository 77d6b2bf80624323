import type { CountResult, Outcome, Row, Search, SearchResult, StoreOperation, Value } from '../store.ts'
import { searchRank } from './naive-search.ts'
import type { World } from './sample-values.ts'
import { sampleOf, samples } from './samples.ts'
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
    const [is, should] = [textOf(actual[at]!, operation), textOf(expected[at]!, operation)]
    if (is === should || isGoodEstimate(operation, actual[at]!, expected[at]!)) continue
    const failure = actual[at]!.ok ? '' : `\n  ${(actual[at] as { error: Error }).error.stack}`
    return `member ${at} of ${batch.length}: ${JSON.stringify(operation)}\n  expected ${should}\n  found    ${is}${failure}`
  }
  return undefined
}

/** What of an outcome must be the same on every store: everything but messages, causes and positions, and places in searches. */
function textOf(outcome: Outcome<unknown>, operation: StoreOperation): string {
  if (outcome.ok && operation.kind === 'search') return JSON.stringify(ranked(operation, outcome.value as SearchResult))
  if (outcome.ok) {
    const { rows, lastVersions, committed, count, kind } = outcome.value as Record<string, unknown>
    return JSON.stringify({ rows, lastVersions, committed, count, kind })
  }
  const { code, kind, status, title, hint, facts } = outcome.error
  return JSON.stringify({
    code,
    kind,
    status,
    title,
    hint,
    pointers: facts.issues?.map(({ pointer }) => pointer),
    row: facts.row,
  })
}

/**
 * The rows of a search, those that are alike in rank by their ids, because each store has an order of its own for them. A full
 * page may end among such, so there only their ranks count.
 */
function ranked({ resource, terms, limit }: Search, { rows }: SearchResult) {
  const rankOf = searchRank(sampleOf(resource), terms)
  const ranks = rows.map(rankOf)
  const isWhole = rows.length < limit
  const sorted = rows.toSorted((left, right) => rankOf(left) - rankOf(right) || (left[0]! < right[0]! ? -1 : 1))
  return { ranks, rows: sorted.filter((row) => isWhole || rankOf(row) < ranks.at(-1)!) }
}

/** Beyond what must be exact a store may estimate. */
function isGoodEstimate(operation: StoreOperation, actual: Outcome<unknown>, expected: Outcome<unknown>): boolean {
  if (operation.kind !== 'count' || operation.exactMax === undefined || !actual.ok || !expected.ok) return false
  const [is, should] = [actual.value as CountResult, expected.value as CountResult]
  return is.kind === 'estimated' && is.count > operation.exactMax && should.count > operation.exactMax
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
