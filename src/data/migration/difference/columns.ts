import type { Column, ResourceManifest } from '../../../app/manifest.ts'
import { storedValue } from '../../../app/row.ts'
import { asideName } from '../after.ts'
import { conversion, kindText } from '../conversion.ts'
import type { Change, Refusal } from '../step.ts'
import {
  columnKnownAs,
  freeName,
  type StoredColumn,
  type StoredModel,
  type StoredTable,
  unfinishedOf,
} from '../stored.ts'
import { type FieldSource, sourceOf } from './source.ts'
import { isSameTable, newColumn, placed, type Wanted } from './wanted.ts'

/** Columns that are new, and those of another kind: their values are made anew beside the old ones, which stay. */
export function columns(model: StoredModel, wanted: Wanted): readonly Change[] {
  return placed(model, wanted).flatMap(({ resource, table }) =>
    resource.columns.flatMap((column) =>
      changes({ table, resource, column, source: sourceOf(wanted, resource, column, table) }, model),
    ),
  )
}

function changes(at: Place, model: StoredModel): readonly Change[] {
  const { table, column } = at
  const known = columnKnownAs(table, column.name)
  const unfinished = unfinishedOf(table, column.name)
  if (known === undefined) return [...formerly(at), ...added(at, unfinished)]
  const needed = conversion(known.field, column.field, known.name, isSameTable(model))
  switch (needed.kind) {
    case 'none':
      return dropped(at, unfinished)
    case 'check': {
      const some = converted(at, known, unfinished, `{rows} ${needed.which}`)
      return [{ kind: 'when', table: table.name, condition: needed.condition, some, none: [] }]
    }
    case 'new':
      return anew(at, known, unfinished)
  }
}

interface Place {
  readonly table: StoredTable
  readonly resource: ResourceManifest
  readonly column: Column
  readonly source: FieldSource
}

function added(at: Place, unfinished: StoredColumn | undefined): readonly Change[] {
  const { table, column, source } = at
  const { name, field } = column
  const any = { kind: 'when', table: table.name, condition: { kind: 'any' } } as const
  switch (source.kind) {
    case 'backfill':
      if (unfinished !== undefined) return begun(at, unfinished, source.by)
      return [
        {
          ...any,
          some: [...source.refusals, add(at, unfinishedColumn(at, source.by, freeName(name, table.columns)))],
          none: [add(at, newColumn(column, freeName(name, table.columns)))],
        },
      ]
    case 'default':
      return [...dropped(at, unfinished), add(at, newColumn(column, freeName(name, table.columns)))]
    case 'none': {
      const plain = add(at, newColumn(column, freeName(name, table.columns)))
      if (field.optional) return [...dropped(at, unfinished), plain]
      const reason = 'it is new and required, and {rows} have no value for it'
      return [...dropped(at, unfinished), { ...any, some: [withoutValue(at, reason), plain], none: [plain] }]
    }
  }
}

/** What is kept of it is of another kind. */
function anew(at: Place, known: StoredColumn, unfinished: StoredColumn | undefined): readonly Change[] {
  const { table, column, source } = at
  const when = { kind: 'when', table: table.name } as const
  const drop = { kind: 'dropColumn', table: table.name, column: known.name } as const
  if (source.kind === 'backfill') {
    const plain = add(at, newColumn(column, freeName(column.name, otherThan(table, known))))
    const none = [...dropped(at, unfinished), drop, plain]
    return [{ ...when, condition: { kind: 'any' }, some: converted(at, known, unfinished, ''), none }]
  }
  const others = { ...at, table: { ...table, columns: otherThan(table, known) } }
  const aside = { ...drop, kind: 'setAsideColumn', aside: asideName(table, known) } as const
  // No version that may still come back reads it under this name.
  if (known.state === 'unused') return [aside, ...added(others, unfinished)]
  const reason = `it was ${kindText(known.field)} and is ${kindText(column.field)}: the values of {rows} have to be made anew`
  const isReplaced = source.kind === 'default' || column.field.optional
  return [
    {
      ...when,
      condition: { kind: 'value', column: known.name },
      some: isReplaced ? [aside, ...added(others, unfinished)] : [withoutValue(at, reason)],
      none: [drop, ...added(others, unfinished)],
    },
  ]
}

function otherThan({ columns }: StoredTable, known: StoredColumn): readonly StoredColumn[] {
  return columns.filter((column) => column !== known)
}

/** The values are made anew in a column beside the old one, and take its name when all are there. */
function converted(
  at: Place,
  known: StoredColumn,
  unfinished: StoredColumn | undefined,
  reason: string,
): readonly Change[] {
  const { table, column, source } = at
  if (source.kind !== 'backfill') return [withoutValue(at, reason)]
  if (unfinished !== undefined) return begun(at, unfinished, source.by)
  const name = freeName(`${known.name} as ${kindText(column.field)} to be`, table.columns)
  return [...source.refusals, add(at, unfinishedColumn(at, source.by, name))]
}

/** A fill goes on only with the function that it was begun with: otherwise rows of one column would be made by two. */
function begun(at: Place, unfinished: StoredColumn, by: string): readonly Change[] {
  if (unfinished.fills?.by === by) return []
  return [drop(at, unfinished), add(at, unfinishedColumn(at, by, unfinished.name))]
}

function unfinishedColumn({ column }: Place, by: string, name: string): StoredColumn {
  return { ...newColumn(column, name), state: 'unfinished', fills: { field: column.name, by } }
}

function add({ table, column: { field }, source }: Place, column: StoredColumn): Change {
  const step = { kind: 'addColumn', table: table.name, column } as const
  // A value that each row must have for itself cannot be given to all of them.
  if (source.kind === 'backfill' || field.default === undefined || field.unique) return step
  return { ...step, default: storedValue(field, field.default) }
}

function dropped(at: Place, unfinished: StoredColumn | undefined): readonly Change[] {
  return unfinished === undefined ? [] : [drop(at, unfinished)]
}

function drop({ table }: Place, { name }: StoredColumn): Change {
  return { kind: 'dropColumn', table: table.name, column: name }
}

/** A version that knows a column by a name that was given up would begin anew beside its values. */
function formerly({ table, resource, column }: Place): readonly Change[] {
  const former = table.columns.find(
    ({ formerNames, knownAs }) =>
      formerNames.includes(column.name) &&
      knownAs.length > 0 &&
      !resource.columns.some(({ name }) => knownAs.includes(name)),
  )
  if (former === undefined) return []
  const now = former.knownAs.at(-1)
  return [
    {
      kind: 'refusal',
      place: `${resource.name}.${column.name}`,
      reason: `its values are now known as ${now}, and the name ${column.name} was given up`,
      mend: `Start a version of the app that knows ${now}.`,
    },
  ]
}

export function withoutValue({ resource, column }: Pick<Place, 'resource' | 'column'>, reason: string): Refusal {
  const { name, field } = column
  const more = field.optional || field.default !== undefined ? '' : ' Or declare it optional, or with a default.'
  return {
    kind: 'refusal',
    place: `${resource.name}.${name}`,
    reason,
    mend: `Say what these rows get: .backfill('${name}', (row) => …).${more}`,
  }
}
