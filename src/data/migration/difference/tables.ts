import type { ResourceManifest } from '../../../app/manifest.ts'
import { conversion } from '../conversion.ts'
import type { Change, Step } from '../step.ts'
import { columnKnownAs, freeName, namesOfNew, type StoredModel, type StoredTable, tableKnownAs } from '../stored.ts'
import { columnOf, isSameTable, newColumn, type Wanted } from './wanted.ts'

/** Tables that are new or have another name; those whose rows can no longer be found by their ids are replaced. */
export function tables(model: StoredModel, wanted: Wanted): readonly Change[] {
  return wanted.resources.flatMap((resource): readonly Change[] => {
    const { name, renamedFrom } = resource
    const known = tableKnownAs(model, name)
    const old = renamedFrom === undefined ? undefined : tableKnownAs(model, renamedFrom)
    const table = known ?? old
    if (table === undefined) return created(model, resource, wanted)
    if (known === undefined)
      return [{ kind: 'nameTable', table: table.name, name }, ...replaced(model, table, resource, wanted)]
    if (old !== undefined && old !== known) return renamedLate(known, old, resource)
    return [...shared(known, resource, wanted), ...replaced(model, known, resource, wanted)]
  })
}

/** A table as a resource declares it; its indexes come later. */
export function newTable(resource: ResourceManifest, name: string = resource.name): StoredTable {
  return {
    ...namesOfNew(resource, name),
    isUsed: true,
    ids: resource.ids,
    partitionBy: resource.partitionBy,
    columns: resource.columns.map((column) => newColumn(column)),
    indexes: [],
    derived: [],
    follows: [],
  }
}

function created(model: StoredModel, resource: ResourceManifest, { resources }: Wanted): readonly Change[] {
  const former = model.find(
    ({ formerNames, knownAs }) =>
      formerNames.includes(resource.name) &&
      knownAs.length > 0 &&
      !resources.some(({ name }) => knownAs.includes(name)),
  )
  if (former !== undefined) {
    const now = former.knownAs.at(-1)
    return [
      {
        kind: 'refusal',
        place: resource.name,
        reason: `its rows are now known as ${now}, and the name ${resource.name} was given up`,
        mend: `Start a version of the app that knows ${now}.`,
      },
    ]
  }
  return [{ kind: 'createTable', table: newTable(resource, freeName(resource.name, model)) }]
}

/** Two resources cannot share a table for longer than one of them is the other's old name. */
function shared({ name, knownAs }: StoredTable, resource: ResourceManifest, { resources }: Wanted): readonly Change[] {
  const claims = knownAs.filter((known) => resources.some((other) => other.name === known))
  return claims.length > 1 && claims.at(-1) === resource.name
    ? [{ kind: 'renameTable', table: name, to: resource.name }]
    : []
}

function renamedLate(known: StoredTable, old: StoredTable, resource: ResourceManifest): readonly Change[] {
  return [
    {
      kind: 'when',
      table: known.name,
      condition: { kind: 'any' },
      some: [
        {
          kind: 'refusal',
          place: resource.name,
          reason: `it is to be what ${resource.renamedFrom} was, but {rows} were made under the new name`,
          mend: `Take .renamedFrom('${resource.renamedFrom}') away again: the rows of ${resource.renamedFrom} are kept where they are.`,
        },
      ],
      none: [
        { kind: 'dropTable', table: known.name },
        { kind: 'nameTable', table: old.name, name: resource.name },
      ],
    },
  ]
}

function replaced(
  model: StoredModel,
  table: StoredTable,
  resource: ResourceManifest,
  wanted: Wanted,
): readonly Change[] {
  if (!isFoundOtherwise(model, table, resource)) return []
  const create: Step = {
    kind: 'createTable',
    table: { ...newTable(resource, table.name), knownAs: [...new Set([...table.knownAs, resource.name])] },
  }
  return [
    {
      kind: 'when',
      table: table.name,
      condition: { kind: 'any' },
      some: [
        ...referrers(model, resource, wanted),
        { kind: 'setAsideTable', table: table.name, aside: freeName(`${table.name} as it was`, model) },
        create,
      ],
      none: [{ kind: 'dropTable', table: table.name }, create],
    },
  ]
}

/** An id carries the slot of its row, so rows stay what they are only under the same kind of id and the same partition. */
function isFoundOtherwise(model: StoredModel, table: StoredTable, resource: ResourceManifest): boolean {
  const partition = resource.columns.find(({ name }) => name === resource.partitionBy)!
  const same = isSameTable(model)
  return (
    table.ids !== resource.ids ||
    columnOf(table, partition)?.name !== table.partitionBy ||
    [resource.columns[0]!, partition].some((column) => {
      const { name, field } = columnOf(table, column)!
      return conversion(field, column.field, name, same).kind === 'new'
    })
  )
}

function referrers(model: StoredModel, { name: target }: ResourceManifest, { resources }: Wanted): readonly Change[] {
  return resources.flatMap(({ name, columns }) => {
    const table = tableKnownAs(model, name)
    if (table === undefined || name === target) return []
    return columns.flatMap(({ name: field, field: declaration }): readonly Change[] => {
      const column = columnKnownAs(table, field)
      if (declaration.kind !== 'ref' || declaration.target !== target || column === undefined) return []
      const refusal = {
        kind: 'refusal',
        place: target,
        reason: `its rows cannot be found under other ids or slots, and {rows} of ${name} refer to them by ${field}`,
        mend: 'Declare it as before, and a new resource beside it.',
      } as const
      return [
        {
          kind: 'when',
          table: table.name,
          condition: { kind: 'value', column: column.name },
          some: [refusal],
          none: [],
        },
      ]
    })
  })
}
