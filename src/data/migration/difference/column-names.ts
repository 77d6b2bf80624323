import { asideName } from '../after.ts'
import type { Change } from '../step.ts'
import { columnKnownAs, type StoredModel } from '../stored.ts'
import { placed, type Wanted } from './wanted.ts'

/** Fields that say what they were called before: their column is known by one name more. */
export function columnNames(model: StoredModel, wanted: Wanted): readonly Change[] {
  return placed(model, wanted).flatMap(({ resource, table }) =>
    resource.columns.flatMap(({ name, field: { renamedFrom } }): readonly Change[] => {
      const known = columnKnownAs(table, name)
      const claims = known?.knownAs.filter((other) => resource.columns.some((column) => column.name === other)) ?? []
      // Two fields cannot share a column for longer than one of them is the other's old name.
      if (claims.length > 1 && claims.at(-1) === name)
        return [{ kind: 'renameColumn', table: table.name, column: known!.name, to: name }]
      const old = renamedFrom === undefined ? undefined : columnKnownAs(table, renamedFrom)
      if (old === undefined || old === known) return []
      const named = { kind: 'nameColumn', table: table.name, column: old.name, name } as const
      if (known === undefined) return [named]
      // It was started without its old name, and began anew beside its own values.
      return [
        {
          kind: 'when',
          table: table.name,
          condition: { kind: 'value', column: known.name },
          some: [
            { kind: 'setAsideColumn', table: table.name, column: known.name, aside: asideName(table, known) },
            named,
          ],
          none: [{ kind: 'dropColumn', table: table.name, column: known.name }, named],
        },
      ]
    }),
  )
}
