import { storedValue, type Value } from '../../../../app/row.ts'
import { swapsOf } from '../../../migration/after.ts'
import { followersAround } from '../../../migration/followers.ts'
import type { Step } from '../../../migration/step.ts'
import {
  columnNamed,
  type StoredColumn,
  type StoredIndex,
  type StoredModel,
  type StoredTable,
  tableKnownAs,
  tableNamed,
} from '../../../migration/stored.ts'
import { type ColumnCode, columnCode, requiredColumns, stored } from '../column.ts'
import { engineName, literal, nameWithin, primaryKey, quoteName } from '../name.ts'
import { wordsColumn } from '../table.ts'
import { dropDerived, hasWords, indexOfDerived } from './derived.ts'
import { createFollower, dropFollower } from './follower.ts'

/** What PostgreSQL runs for a step; `result` is what is remembered after it. Nothing, where only that changes. */
export function statements(step: Step, before: StoredModel, result: StoredModel): readonly string[] {
  const { removed, made } = followersAround(step, before, result)
  return [
    ...removed.map(({ table, follow }) => dropFollower(table, follow.target)),
    ...ownStatements(step, before, result),
    ...made.map(({ table, follow }) => createFollower(table, follow)),
  ]
}

/** How a column is stored: a reference like the ids that it is of, where these are known. */
export function codeIn(model: StoredModel, { name, field }: Pick<StoredColumn, 'name' | 'field'>): ColumnCode {
  const idOf = (resource: string) =>
    tableKnownAs(model, resource)?.columns.find((column) => column.name === 'id')?.field
  return columnCode({ name, field }, name, idOf)
}

/** Brings a column to another form of the same values, if it does not have that. */
export function changeForm(table: string, column: string, { quoted, type, cast }: ColumnCode): string {
  const name = quoteName(table)
  const form = `select atttypid from pg_attribute where attrelid = ${literal(name)}::regclass and attname = ${literal(engineName(column))}`
  return `do $$ begin if (${form}) <> ${literal(cast)}::regtype then
      alter table ${name} alter column ${quoted} type ${type} using ${quoted}::${cast};
    end if; end $$`
}

function ownStatements(step: Step, before: StoredModel, result: StoredModel): readonly string[] {
  switch (step.kind) {
    case 'createTable':
      return [createTable(step.table, result)]
    case 'setAsideTable':
      return [
        ...withoutTarget(step.table, before),
        ...tableNamed(before, step.table).derived.map((derived) => dropDerived(step.table, derived)),
        ...renameTable({ ...tableNamed(before, step.table), derived: [] }, step.aside),
      ]
    case 'renameTable':
      return step.table === step.to ? [] : renameTable(tableNamed(before, step.table), step.to)
    case 'dropTable':
      return [
        ...withoutTarget(step.table, before),
        `drop table ${quoteName(step.table)}`,
        `delete from _banyan_tombstones where resource = ${literal(step.table)}`,
      ]
    case 'addColumn': {
      const { table, column, default: value } = step
      return [`alter table ${quoteName(table)} add column ${columnDefinition(column, value, result)}`]
    }
    case 'setAsideColumn':
      return renameColumn(tableNamed(before, step.table), step.column, step.aside)
    case 'renameColumn':
      return step.column === step.to ? [] : renameColumn(tableNamed(before, step.table), step.column, step.to)
    case 'dropColumn': {
      // Indexes and constraints go with their column.
      const words = tableNamed(before, step.table).derived.filter(
        (derived) => hasWords(derived) && derived.columns.includes(step.column),
      )
      return [
        ...words.map((derived) => dropDerived(step.table, derived)),
        `alter table ${quoteName(step.table)} drop column ${quoteName(step.column)}`,
      ]
    }
    case 'fill': {
      const table = tableNamed(before, step.table)
      const swaps = swapsOf(
        table,
        step.targets.map(({ column }) => column),
      )
      return swaps.flatMap(({ column, name, old }) => [
        ...(old === undefined ? [] : renameColumn(table, old.column, old.aside)),
        ...(column === name ? [] : renameColumn(table, column, name)),
      ])
    }
    case 'createIndex':
      return [`create ${indexOf(tableNamed(before, step.table), step.index, before)}`]
    case 'dropIndex':
      return [`drop index ${quoteName(nameWithin(step.table, step.index))}`]
    case 'dropDerived':
      return [dropDerived(step.table, step.derived)]
    // Made by the migrator, because rows come into it.
    case 'makeDerived':
    case 'beginLoad':
    case 'endLoad':
    case 'nameTable':
    case 'leaveTable':
    case 'nameColumn':
    case 'leaveColumn':
    case 'follow':
    case 'unfollow':
      return []
  }
}

function createTable({ name, columns }: StoredTable, model: StoredModel): string {
  const definitions = columns.map((column) => {
    const { field } = column
    const value = field.default === undefined || field.unique ? undefined : storedValue(field, field.default)
    return columnDefinition(column, value, model)
  })
  const key = `constraint ${keyName(name)} primary key ("id")`
  return `create table ${quoteName(name)} (${[...definitions, '"slot" int2 not null', key].join(', ')})`
}

function keyName(table: string): string {
  return quoteName(`${primaryKey} of ${table}`)
}

function columnDefinition(column: StoredColumn, value: Value | undefined, model: StoredModel): string {
  const code = codeIn(model, column)
  const byDefault = value === undefined || value === null ? '' : ` default ${literal(stored(code, value))}`
  return `${code.quoted} ${code.type}${byDefault}${requiredColumns.has(column.name) ? ' not null' : ''}`
}

/** An index as it stands behind `create`; `concurrently`: beside whoever writes, which no transaction can do. */
export function indexOf(
  table: StoredTable,
  { name, columns, isUnique }: StoredIndex,
  model: StoredModel,
  concurrently = '',
): string {
  // In the order of lists, to the last member: PostgreSQL does not keep rows of one value in the order of their ids.
  const all = isUnique || columns.includes('id') ? columns : [...columns, 'id']
  const members = all.map((column) => {
    const { quoted, nullsFirst } = codeIn(model, columnNamed(table, column))
    return `${quoted}${nullsFirst ? ' nulls first' : ''}`
  })
  return `${isUnique ? 'unique ' : ''}index ${concurrently} ${quoteName(nameWithin(table.name, name))} on ${quoteName(table.name)} (${members.join(', ')})`
}

/** Their names share one space with those of all tables, so they follow the table's. */
function renameTable({ name, indexes, derived }: StoredTable, to: string): readonly string[] {
  const all = [...indexes.map((index) => index.name), ...derived.flatMap(indexOfDerived)]
  return [
    ...all.map(
      (index) => `alter index ${quoteName(nameWithin(name, index))} rename to ${quoteName(nameWithin(to, index))}`,
    ),
    `alter table ${quoteName(name)} rename constraint ${keyName(name)} to ${keyName(to)}`,
    `alter table ${quoteName(name)} rename to ${quoteName(to)}`,
    `update _banyan_tombstones set resource = ${literal(to)} where resource = ${literal(name)}`,
  ]
}

function renameColumn({ name, derived }: StoredTable, from: string, to: string): readonly string[] {
  const rename = (old: string, now: string) =>
    `alter table ${quoteName(name)} rename column ${quoteName(old)} to ${quoteName(now)}`
  const isSearched = derived.some((each) => hasWords(each) && each.columns.includes(from))
  return [rename(from, to), ...(isSearched ? [rename(wordsColumn(from), wordsColumn(to))] : [])]
}

/** Of what leads to a table nothing may hold it. */
function withoutTarget(target: string, model: StoredModel): readonly string[] {
  return model.flatMap(({ name, derived }) =>
    derived.filter((each) => each.target === target).map((each) => dropDerived(name, each)),
  )
}
