import type { ResourceManifest } from '../../../app/manifest.ts'
import type { Placement } from '../../migration/stored.ts'
import { quoteName } from './column.ts'

/**
 * The table as a scan along a path names it: with the index of the path, where that is not the primary key. While a table is loaded
 * it has no such index.
 */
export function tablesAlong({ paths }: ResourceManifest, placement: Placement): (path: readonly string[]) => string {
  const table = quoteName(placement.table)
  const members = paths.map((path) => [endedById(path).join(), path.map(placement.columnOf).join()] as const)
  let known: ReturnType<Placement['indexes']> = []
  let hints = new Map<string, string>()
  return (path) => {
    const indexes = placement.indexes()
    if (indexes !== known) {
      known = indexes
      const named = members.flatMap(([along, columns]) =>
        indexes
          .filter((index) => !index.isUnique && index.columns.join() === columns)
          .map(({ name }) => [along, `${table} indexed by ${quoteName(name)}`] as const),
      )
      hints = new Map(named)
    }
    return hints.get(path.join()) ?? table
  }
}

/** A declared path as operations name it. */
function endedById(path: readonly string[]): readonly string[] {
  return path.includes('id') ? path.slice(0, path.indexOf('id') + 1) : [...path, 'id']
}
