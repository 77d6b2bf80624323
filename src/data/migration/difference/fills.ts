import type { Column, ResourceManifest } from '../../../app/manifest.ts'
import type { Change, Fill, FillTarget } from '../step.ts'
import { columnKnownAs, type StoredModel, type StoredTable, unfinishedOf } from '../stored.ts'
import { withoutValue } from './columns.ts'
import { sourceOf } from './source.ts'
import { backfillOf, placed, type Wanted } from './wanted.ts'

/**
 * Values for rows without them: of columns that are being made, and of required fields that were optional, or that another version
 * may not have known.
 */
export function fills(model: StoredModel, wanted: Wanted): readonly Change[] {
  return placed(model, wanted).flatMap(({ resource, table }) =>
    resource.columns.flatMap((column): readonly Change[] => {
      const unfinished = unfinishedOf(table, column.name)
      if (unfinished !== undefined) return fill(wanted, resource, table, column, unfinished.name)
      const known = columnKnownAs(table, column.name)
      if (known === undefined || column.field.optional) return []
      // A version without the field may make rows beside this one for as long as a backfill is declared.
      const isSure = !known.field.optional && known.state === 'used'
      if (isSure && backfillOf(wanted, resource, column.name) === undefined) return []
      const filled = fill(wanted, resource, table, column, known.name)
      const reason = 'it is required, and {rows} have no value for it'
      return [
        {
          kind: 'when',
          table: table.name,
          condition: { kind: 'null', column: known.name },
          some: filled.length === 0 ? [withoutValue({ resource, column }, reason)] : filled,
          none: [],
        },
      ]
    }),
  )
}

function fill(
  wanted: Wanted,
  resource: ResourceManifest,
  table: StoredTable,
  column: Column,
  into: string,
): readonly Change[] {
  const source = sourceOf(wanted, resource, column, table)
  if (source.kind === 'none') return []
  const target: FillTarget = {
    column: into,
    field: column.name,
    declaration: column.field,
    source: source.kind === 'default' ? { kind: 'default' } : { kind: 'backfill', backfill: source.backfill },
    reads: source.kind === 'default' ? [] : source.reads,
    by: source.by,
  }
  const step: Fill = { kind: 'fill', table: table.name, resource: resource.name, targets: [target] }
  return [...source.refusals, step]
}
