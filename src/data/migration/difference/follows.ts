import type { Change } from '../step.ts'
import { columnKnownAs, type StoredModel } from '../stored.ts'
import { backfillOf, placed, type Wanted } from './wanted.ts'

/**
 * Required fields that are made from what only older versions still write: while these may come back, their changes must not
 * leave a value behind that no longer follows from them.
 */
export function follows(model: StoredModel, wanted: Wanted): readonly Change[] {
  return placed(model, wanted).flatMap(({ resource, table }) =>
    resource.columns.flatMap(({ name, field }): readonly Change[] => {
      const target = columnKnownAs(table, name)!
      const reads = field.optional ? [] : Object.keys(backfillOf(wanted, resource, name)?.from ?? {})
      const sources = reads.flatMap((read) => {
        const source = columnKnownAs(table, read)
        return source?.state === 'unused' ? [source.name] : []
      })
      const there = table.follows.find((follow) => follow.target === target.name)
      if (sources.join() === (there?.sources ?? []).join()) return []
      return [
        ...(there === undefined ? [] : [{ kind: 'unfollow', table: table.name, target: target.name } as const]),
        ...(sources.length === 0
          ? []
          : [{ kind: 'follow', table: table.name, follow: { sources, target: target.name } } as const]),
      ]
    }),
  )
}
