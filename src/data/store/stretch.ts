import type { FieldDeclaration } from '../../app/field.ts'
import type { Column, ResourceManifest } from '../../app/manifest.ts'
import { compareValues } from './guard.ts'
import type { Range, Scan, Value } from './store.ts'
import { textAfterPrefix } from './text-prefix.ts'

/**
 * Neighbouring rows of an index, behind those that a scan's equality prefix has chosen: `equal` of its next members, then
 * those within the bounds, behind the values, or with any value but null. An index seeks such a stretch; it would read through
 * all that lies before one that is told in any other way.
 */
export interface Stretch {
  readonly equal: readonly Value[]
  readonly bounds?: readonly Bound[]
  /** Values of the members after the equal ones, in the order of the scan. */
  readonly behind?: readonly Value[]
  readonly isPresent?: true
}

export interface Bound {
  readonly operator: '>' | '>=' | '<' | '<='
  readonly value: Value
}

type Stretched = Pick<Scan, 'path' | 'equal' | 'range' | 'after'> & { readonly descending?: boolean }

/** The rows of a scan of a resource as stretches that follow one another. */
export function stretchesOf({ columns }: ResourceManifest): (scan: Stretched) => readonly Stretch[] {
  const byName = new Map(columns.map((column) => [column.name, column]))
  return (scan) =>
    stretches(
      scan,
      scan.path.slice(scan.equal.length).map((name) => byName.get(name)!),
    )
}

function stretches({ range, after, descending = false }: Stretched, rest: readonly Column[]): readonly Stretch[] {
  const field = rest[0]?.field
  const { low, high } = field === undefined ? noBounds : tightest(range ?? {}, field)
  const bounds = [low, high].flatMap((bound) => bound ?? [])
  if (after === undefined) return [{ equal: [], bounds }]
  const behind = stretchesBehind(rest, after, descending)
  if (bounds.length === 0) return behind
  const [near, far] = descending ? [high, low] : [low, high]
  // A null is in no range, and stands before all that are.
  const first = after[0]!
  const isBefore = first === null ? !descending : !holds(near, first, field!)
  if (isBefore) return [{ equal: [], bounds }]
  if (first === null || !holds(far, first, field!)) return []
  // The cursor is the nearer bound: told both, an index seeks only one of them, and it may be the farther.
  return behind.flatMap((stretch) => within(far, stretch))
}

/**
 * The nearest first: rows that share all values of the cursor but the last ones, then ever fewer. A new stretch begins at each
 * member whose order a comparison of values does not tell: ascending where the cursor has a null, behind which come all other
 * values; descending where a row may have one, which comes behind all others.
 */
function stretchesBehind(rest: readonly Column[], after: readonly Value[], descending: boolean): readonly Stretch[] {
  const stretches: Stretch[] = []
  let end = rest.length
  for (let at = rest.length - 1; at >= 0; at--) {
    const value = after[at]!
    if (descending ? !rest[at]!.field.optional : value !== null) continue
    const equal = after.slice(0, at)
    if (value !== null) {
      stretches.push({ equal, behind: after.slice(at, end) }, { equal: [...equal, null] })
    } else {
      if (at + 1 < end) stretches.push({ equal: [...equal, null], behind: after.slice(at + 1, end) })
      if (!descending) stretches.push({ equal, isPresent: true })
    }
    end = at
  }
  if (end > 0) stretches.push({ equal: [], behind: after.slice(0, end) })
  return stretches
}

/** The rows of a stretch whose first member is in a range, as the cursor's is. */
function within(far: Bound | undefined, stretch: Stretch): readonly Stretch[] {
  if (stretch.equal.length > 0) return stretch.equal[0] === null ? [] : [stretch]
  return far === undefined ? [stretch] : [{ ...stretch, bounds: [far] }]
}

interface Bounds {
  readonly low?: Bound
  readonly high?: Bound
}

const noBounds: Bounds = {}

/** At most one bound on each side. */
function tightest({ gt, gte, lt, lte, prefix }: Range, field: FieldDeclaration): Bounds {
  const bound = (operator: Bound['operator'], value: Value | undefined): readonly Bound[] =>
    value === undefined ? [] : [{ operator, value }]
  const lows = [...bound('>', gt), ...bound('>=', gte), ...bound('>=', prefix)]
  const highs = [
    ...bound('<', lt),
    ...bound('<=', lte),
    ...bound('<', prefix === undefined ? undefined : textAfterPrefix(prefix)),
  ]
  const tighter = (one: Bound, other: Bound) => (holds(other, one.value, field) ? one : other)
  return {
    ...(lows.length === 0 ? {} : { low: lows.reduce(tighter) }),
    ...(highs.length === 0 ? {} : { high: highs.reduce(tighter) }),
  }
}

function holds(bound: Bound | undefined, value: Value, field: FieldDeclaration): boolean {
  if (bound === undefined) return true
  const order = compareValues(field, value, bound.value)
  switch (bound.operator) {
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
  }
}
