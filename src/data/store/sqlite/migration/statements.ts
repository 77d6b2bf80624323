import { storedValue, type Value } from '../../../../app/row.ts'
import { swapsOf } from '../../../migration/after.ts'
import { followersAround } from '../../../migration/followers.ts'
import type { Step } from '../../../migration/step.ts'
import { type StoredColumn, type StoredModel, type StoredTable, tableNamed } from '../../../migration/stored.ts'
import { columnCode, quoteName, type Stored } from '../column.ts'
import { createDerived, dropDerived } from './derived.ts'

/** What SQLite runs for a step; `result` is what is remembered after it. Nothing, where only that changes. */
export function statements(step: Step, before: StoredModel, result: StoredModel): readonly string[] {
  const { removed, made } = followersAround(step, before, result)
  return [
    ...removed.map(({ table, follow }) => `drop trigger ${triggerName(table, follow.target)}`),
    ...ownStatements(step, before),
    ...made.map(({ table, follow: { sources, target } }) => createTrigger(table, sources, target)),
  ]
}

function ownStatements(step: Step, before: StoredModel): readonly string[] {
  switch (step.kind) {
    case 'createTable':
      return [createTable(step.table)]
    case 'setAsideTable':
      return [...tableNamed(before, step.table).derived.map(dropDerived), ...renameTable(step.table, step.aside)]
    case 'renameTable':
      return step.table === step.to ? [] : renameTable(step.table, step.to)
    case 'dropTable':
      return [
        ...tableNamed(before, step.table).derived.map(dropDerived),
        `drop table ${quoteName(step.table)}`,
        `delete from _banyan_tombstones where resource = ${literal(step.table)}`,
      ]
    case 'addColumn': {
      const { table, column, default: value } = step
      return [`alter table ${quoteName(table)} add column ${columnDefinition(column, value)}`]
    }
    case 'setAsideColumn':
      return [renameColumn(step.table, step.column, step.aside)]
    case 'renameColumn':
      return step.column === step.to ? [] : [renameColumn(step.table, step.column, step.to)]
    case 'dropColumn': {
      const { indexes, derived } = tableNamed(before, step.table)
      const needsIt = ({ columns }: { readonly columns: readonly string[] }) => columns.includes(step.column)
      return [
        // SQLite drops no column that an index needs.
        ...indexes.filter(needsIt).map(({ name }) => `drop index ${quoteName(name)}`),
        ...derived.filter(needsIt).map(dropDerived),
        `alter table ${quoteName(step.table)} drop column ${quoteName(step.column)}`,
      ]
    }
    case 'fill':
      return swapsOf(
        tableNamed(before, step.table),
        step.targets.map(({ column }) => column),
      ).flatMap(({ column, name, old }) => [
        ...(old === undefined ? [] : [renameColumn(step.table, old.column, old.aside)]),
        ...(column === name ? [] : [renameColumn(step.table, column, name)]),
      ])
    case 'createIndex': {
      const { name, columns, isUnique } = step.index
      // The primary key stands at the end of every index by itself.
      return [
        `create ${isUnique ? 'unique ' : ''}index ${quoteName(name)} on ${quoteName(step.table)} (${columns.map(quoteName).join(', ')})`,
      ]
    }
    case 'dropIndex':
      return [`drop index ${quoteName(step.index)}`]
    case 'makeDerived':
      return [createDerived(step.table, step.derived)]
    case 'dropDerived':
      return [dropDerived(step.derived)]
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

function createTable({ name, columns }: StoredTable): string {
  const definitions = columns.map((column) => {
    const { field } = column
    const value = field.default === undefined || field.unique ? undefined : storedValue(field, field.default)
    return `${columnDefinition(column, value)}${systemColumns.has(column.name) ? ' not null' : ''}`
  })
  return `create table ${quoteName(name)} (${definitions.join(', ')}, "slot" integer not null, primary key ("id")) strict, without rowid`
}

/** Only what every version writes can be required by the engine: another version may know nothing of the rest. */
const systemColumns: ReadonlySet<string> = new Set(['id', 'createdAt', 'updatedAt', 'version'])

function columnDefinition({ name, field }: StoredColumn, value: Value | undefined): string {
  const code = columnCode({ name, field })
  return `${quoteName(name)} ${code.type}${value === undefined || value === null ? '' : ` default ${literal(code.encode(value))}`}`
}

function renameTable(from: string, to: string): readonly string[] {
  return [
    `alter table ${quoteName(from)} rename to ${quoteName(to)}`,
    `update _banyan_tombstones set resource = ${literal(to)} where resource = ${literal(from)}`,
  ]
}

function renameColumn(table: string, from: string, to: string): string {
  return `alter table ${quoteName(table)} rename column ${quoteName(from)} to ${quoteName(to)}`
}

function createTrigger(table: string, sources: readonly string[], target: string): string {
  const columns = sources.map(quoteName)
  const isChanged = columns.map((column) => `new.${column} is not old.${column}`).join(' or ')
  return `create trigger ${triggerName(table, target)} after update of ${columns.join(', ')} on ${quoteName(table)} when ${isChanged} begin update ${quoteName(table)} set ${quoteName(target)} = null where "id" = new."id"; end`
}

function triggerName(table: string, target: string): string {
  return quoteName(`${table}.${target} follows`)
}

function literal(value: Stored): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`
  return String(value)
}
