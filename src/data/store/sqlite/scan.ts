import type { ResourceManifest } from '../../../app/manifest.ts'
import type { Placement } from '../../migration/stored.ts'
import type { Scan } from '../store.ts'
import { stretchesOf } from '../stretch.ts'
import { tablesAlong } from './along.ts'
import type { ColumnCode } from './column.ts'
import { filterSql } from './filter.ts'
import type { Compiled } from './plan.ts'

/**
 * Compiles scans of one table into SQL whose text depends on the shape of the scan only, never on its values. A scan may take
 * several statements, whose rows follow one another; most pages are full after the first. The limit is the last of the values.
 * Each names the index of its path: SQLite knows nothing of the data, and would rather take another one of which two bounds
 * are known than one with equality.
 */
export function scanSql(
  resource: ResourceManifest,
  placement: Placement,
  selected: string,
  columnOf: (name: string) => ColumnCode,
): (scan: Scan) => readonly Compiled[] {
  const tableAlong = tablesAlong(resource, placement)
  const stretches = stretchesOf(resource)
  return (scan) => {
    const { path, equal, descending, limit } = scan
    // With equality along the whole path there is one row at most.
    const order = path.slice(equal.length).map((name) => `${columnOf(name).quoted}${descending ? ' desc' : ''}`)
    const ordered = order.length === 0 ? '' : ` order by ${order.join(', ')}`
    return stretches(scan).map((stretch) => {
      const { conditions, values, comparisons } = filterSql(scan, stretch, columnOf)
      const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`
      const sql = `select ${selected} from ${tableAlong(path)}${where}${ordered} limit ?`
      return { sql, values: [...values, limit], comparisons }
    })
  }
}
