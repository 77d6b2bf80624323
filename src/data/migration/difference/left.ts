import type { Change } from '../step.ts'
import { type StoredModel, tableKnownAs } from '../stored.ts'
import { placed, type Wanted } from './wanted.ts'

/** What the app no longer declares: it is kept, and older versions go on with it. */
export function left(model: StoredModel, wanted: Wanted): readonly Change[] {
  const used = new Set(wanted.resources.map(({ name }) => tableKnownAs(model, name)))
  return [
    ...model.flatMap((table): readonly Change[] =>
      table.isUsed && !used.has(table) ? [{ kind: 'leaveTable', table: table.name }] : [],
    ),
    ...placed(model, wanted).flatMap(({ resource, table }) =>
      table.columns.flatMap(({ name, state, fills, knownAs }): readonly Change[] => {
        const isWanted = resource.columns.some((column) => knownAs.includes(column.name))
        const isLeft = state === 'used' || (state === 'unfinished' && fills?.by !== '')
        return isLeft && !isWanted ? [{ kind: 'leaveColumn', table: table.name, column: name }] : []
      }),
    ),
  ]
}
