import { kindText } from './conversion.ts'
import type { Step } from './step.ts'
import {
  columnKnownAs,
  columnNamed,
  type Derived,
  freeName,
  type StoredColumn,
  type StoredModel,
  type StoredTable,
} from './stored.ts'

/** What a store remembers after a step. Tables that the step does not touch stay the same objects. */
export function after(model: StoredModel, step: Step): StoredModel {
  switch (step.kind) {
    case 'createTable':
      return [...model, step.table]
    case 'dropTable':
      return withoutTarget(model, step.table).filter(({ name }) => name !== step.table)
    case 'nameTable':
      return change(model, step.table, (table) => ({ ...table, knownAs: [...table.knownAs, step.name] }))
    case 'leaveTable':
      return change(model, step.table, (table) => ({ ...table, isUsed: false }))
    case 'setAsideTable':
      return change(withoutTarget(model, step.table), step.table, (table) => ({
        ...table,
        name: step.aside,
        knownAs: [],
        isUsed: false,
        derived: [],
        follows: [],
      }))
    case 'renameTable':
      return change(withTarget(model, step.table, step.to), step.table, (table) => renamed(table, step.to))
    case 'addColumn':
      return change(model, step.table, (table) => ({ ...table, columns: [...table.columns, step.column] }))
    case 'nameColumn':
      return changeColumn(model, step.table, step.column, (column) => ({
        ...column,
        knownAs: [...column.knownAs, step.name],
      }))
    case 'leaveColumn':
      return changeColumn(model, step.table, step.column, left)
    case 'setAsideColumn':
      return change(model, step.table, (table) => setAside(table, step.column, step.aside))
    case 'renameColumn':
      return change(model, step.table, (table) =>
        renameColumn(table, step.column, (column) => renamed(column, step.to)),
      )
    case 'dropColumn':
      return change(model, step.table, (table) => ({
        ...table,
        columns: table.columns.filter(({ name }) => name !== step.column),
        indexes: table.indexes.filter(({ columns }) => !columns.includes(step.column)),
        derived: table.derived.filter(({ columns }) => !columns.includes(step.column)),
        follows: table.follows.filter(
          ({ sources, target }) => target !== step.column && !sources.includes(step.column),
        ),
      }))
    case 'fill':
      return change(model, step.table, ({ filling: _, ...table }) =>
        step.targets.reduce<StoredTable>((filled, { column }) => finished(withStale(filled, column), column), table),
      )
    case 'createIndex':
      return change(model, step.table, (table) => ({ ...table, indexes: [...table.indexes, step.index] }))
    case 'dropIndex':
      return change(model, step.table, (table) => ({
        ...table,
        indexes: table.indexes.filter(({ name }) => name !== step.index),
      }))
    case 'beginLoad':
      return change(model, step.table, (table) => ({ ...table, isLoading: true }))
    case 'endLoad':
      return change(model, step.table, ({ isLoading: _, ...table }) => table)
    case 'makeDerived':
      return change(model, step.table, (table) => ({ ...table, derived: [...table.derived, step.derived] }))
    case 'dropDerived':
      return change(model, step.table, (table) => ({
        ...table,
        derived: table.derived.filter(({ name }) => name !== step.derived.name),
      }))
    case 'follow':
      return change(model, step.table, (table) => ({ ...table, follows: [...table.follows, step.follow] }))
    case 'unfollow':
      return change(model, step.table, (table) => ({
        ...table,
        follows: table.follows.filter(({ target }) => target !== step.target),
      }))
  }
}

/** An unfinished column that is full takes its field's place; what was there before is set aside. */
export interface Swap {
  readonly column: string
  readonly name: string
  readonly knownAs: readonly string[]
  readonly old?: { readonly column: string; readonly aside: string }
}

/** What happens to the names of columns at the end of a fill. */
export function swapsOf(table: StoredTable, columns: readonly string[]): readonly Swap[] {
  return columns.flatMap((name): readonly Swap[] => {
    const { state, fills, knownAs } = columnNamed(table, name)
    if (state !== 'unfinished' || fills === undefined) return []
    const old = columnKnownAs(table, fills.field)
    if (old === undefined) return [{ column: name, name, knownAs }]
    const aside = asideName(table, old)
    return [{ column: name, name: old.name, knownAs: old.knownAs, old: { column: old.name, aside } }]
  })
}

/** The name that a column gets when another one takes its place: it says what it was. */
export function asideName({ columns }: StoredTable, { name, field }: StoredColumn): string {
  return freeName(`${name} as ${kindText(field)}`, columns)
}

/** What follows from a column no longer fits once that is written to by a migration. */
export function withStale(table: StoredTable, column: string): StoredTable {
  const derived = table.derived.map((each) => (each.columns.includes(column) ? { ...each, definition: 'stale' } : each))
  return { ...table, derived }
}

/** What leads to a table goes on leading to it under its new name. */
function withTarget(model: StoredModel, target: string, to: string): StoredModel {
  return changeDerived(model, target, (derived) => ({ ...derived, target: to }))
}

function withoutTarget(model: StoredModel, target: string): StoredModel {
  return changeDerived(model, target, (derived) => ({ ...derived, definition: 'stale' }))
}

function changeDerived(model: StoredModel, target: string, change: (derived: Derived) => Derived): StoredModel {
  const leads = (derived: Derived) => derived.target === target
  return model.map((table) =>
    table.derived.some(leads)
      ? { ...table, derived: table.derived.map((each) => (leads(each) ? change(each) : each)) }
      : table,
  )
}

function finished(table: StoredTable, name: string): StoredTable {
  const [swap] = swapsOf(table, [name])
  if (swap === undefined)
    return { ...table, columns: table.columns.map((column) => (column.name === name ? used(column) : column)) }
  const without = swap.old === undefined ? table : setAside(table, swap.old.column, swap.old.aside)
  return renameColumn(without, name, (column) => ({ ...used(column), name: swap.name, knownAs: swap.knownAs }))
}

function used({ fills: _, ...column }: StoredColumn): StoredColumn {
  return { ...column, state: 'used' }
}

function left(column: StoredColumn): StoredColumn {
  // Whatever an older version writes meanwhile, the values of an unfinished column no longer follow from: it is begun anew.
  if (column.state === 'unfinished') return { ...column, fills: { ...column.fills!, by: '' } }
  return { ...column, state: 'unused' }
}

function setAside(table: StoredTable, name: string, aside: string): StoredTable {
  return renameColumn(table, name, (column) => ({ ...column, name: aside, knownAs: [], state: 'unused' }))
}

function renamed<Named extends StoredTable | StoredColumn>(named: Named, to: string): Named {
  const former = [...named.formerNames, ...named.knownAs].filter((old) => old !== to)
  return { ...named, name: to, knownAs: [to], formerNames: [...new Set(former)] }
}

/** Whatever names the column goes on naming it. */
function renameColumn(table: StoredTable, name: string, change: (column: StoredColumn) => StoredColumn): StoredTable {
  const columns = table.columns.map((column) => (column.name === name ? change(column) : column))
  const to = columns[table.columns.findIndex((column) => column.name === name)]!.name
  const now = (column: string) => (column === name ? to : column)
  return {
    ...table,
    columns,
    partitionBy: now(table.partitionBy),
    indexes: table.indexes.map((index) => ({ ...index, columns: index.columns.map(now) })),
    derived: table.derived.map((each) => ({ ...each, columns: each.columns.map(now) })),
    follows: table.follows.map(({ sources, target }) => ({ sources: sources.map(now), target: now(target) })),
  }
}

function change(model: StoredModel, name: string, change: (table: StoredTable) => StoredTable): StoredModel {
  return model.map((table) => (table.name === name ? change(table) : table))
}

function changeColumn(
  model: StoredModel,
  table: string,
  name: string,
  changed: (column: StoredColumn) => StoredColumn,
): StoredModel {
  return change(model, table, (stored) => ({
    ...stored,
    columns: stored.columns.map((column) => (column.name === name ? changed(column) : column)),
  }))
}
