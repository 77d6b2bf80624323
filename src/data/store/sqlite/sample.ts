import type { ResourceManifest } from '../../../app/manifest.ts'
import type { Placement } from '../../migration/stored.ts'
import type { CountResult } from '../store.ts'
import { quoteName } from './column.ts'

/**
 * One row of so many is in a sample. Which ones their slots say: those are spread evenly over ids and partition values, and
 * never change, so a sample of any filter is an index of its own.
 */
export const shares = [32, 1024] as const
export type Share = 1 | (typeof shares)[number]

/** No sample is counted further. */
const sampleMax = 10_000

/**
 * Counts to the limit, and of more the smallest sample that is small enough, times its share. With 10,000 rows a sample of one
 * in 32 has about 313, and its relative standard error is 1 / √313, about 6 %; with 320,000 that of one in 1,024 has as many.
 * Past ten million rows the number stays there.
 */
export function countOrEstimate(countTo: (limit: number, share: Share) => number, exactMax: number): CountResult {
  const count = countTo(exactMax + 1, 1)
  if (count <= exactMax) return { count, kind: 'exact' }
  const [small, smaller] = shares
  const sample = countTo(sampleMax + 1, small)
  const estimate = sample <= sampleMax ? sample * small : countTo(sampleMax, smaller) * smaller
  return { count: Math.max(exactMax + 1, estimate), kind: 'estimated' }
}

/** Whether a row is in the sample: a condition that the index of the sample has too, word for word. */
export function sampleCondition(share: Share): string {
  return `"slot" & ${share - 1} = 0`
}

/** The index of a sample. */
export function sampleOf(placement: Placement, path: readonly string[], share: Share): string {
  return placement.derived(sampleKind(share), declared(path).map(placement.columnOf))
}

export function sampleKind(share: Share): string {
  return `sample 1/${share}`
}

/** The paths along which a resource that estimates its totals has samples: its access paths, and the ids. */
export function samplePaths({ total, paths }: ResourceManifest): readonly (readonly string[])[] {
  return total === 'estimated' ? [['id'], ...paths.map(declared)] : []
}

/** With the slot in it the index answers alone. */
export function createSample(name: string, table: string, columns: readonly string[], share: Share): string {
  const indexed = [...columns, 'slot'].map(quoteName).join(', ')
  return `create index ${quoteName(name)} on ${quoteName(table)} (${indexed}) where ${sampleCondition(share)}`
}

/** A path as it is declared: the id at its end goes without saying. */
function declared(path: readonly string[]): readonly string[] {
  return path.length > 1 && path.at(-1) === 'id' ? path.slice(0, -1) : path
}
