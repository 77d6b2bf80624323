import type { ResourceManifest } from '../../../app/manifest.ts'
import { compareValues } from '../guard.ts'
import type { Row, Scan } from '../store.ts'

/** Pages of several scans as one page, in the order of the members behind the equality prefix. */
export function mergeRows(
  pages: readonly (readonly Row[])[],
  scan: Scan,
  resource: ResourceManifest,
  indexOf: (name: string) => number,
): readonly Row[] {
  const rest = scan.path.slice(scan.equal.length)
  const keys = (rest.length === 0 ? ['id'] : rest).map((name) => {
    const at = indexOf(name)
    return { at, field: resource.columns[at]!.field }
  })
  const sign = scan.descending ? -1 : 1
  const compare = (left: Row, right: Row): number => {
    for (const { at, field } of keys) {
      const [one, other] = [left[at]!, right[at]!]
      if (one === other) continue
      if (one === null) return -sign
      if (other === null) return sign
      const order = compareValues(field, one, other)
      if (order !== 0) return order * sign
    }
    return 0
  }
  return pages.flat().sort(compare).slice(0, scan.limit)
}
