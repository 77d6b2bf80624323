import type { BanyanError } from '../../../core/errors.ts'
import { dataErrors } from '../../errors.ts'
import { exists, notUnique } from '../refusal.ts'
import type { Row, Value, Write } from '../store.ts'
import { fieldOf, scaled } from '../update.ts'
import { stored } from './column.ts'
import { duplicateEntry, isServerFailure, tooLongValue } from './errors.ts'
import { listTable, listValue, type Statement } from './statement.ts'
import type { Table } from './table.ts'

export type Insert = Extract<Write, { kind: 'insert' }>
export type Update = Extract<Write, { kind: 'update' }>
export type Delete = Extract<Write, { kind: 'delete' }>

/** Inserts rows into one table. One alone is bound value by value; many as a list, so that there is one text for any number. */
export function insertStatement(table: Table, writes: readonly Insert[]): Statement {
  const all = [...table.columns, slotColumn]
  const names = all.map(({ quoted }) => quoted).join(', ')
  const rows = writes.map(({ row, slot }) => [
    ...table.columns.map((column, at) => stored(column, row[at]!)),
    String(slot),
  ])
  const into = `insert into ${table.name} (${names})`
  if (rows.length === 1)
    return { text: `${into} values (${all.map(({ written }) => written('?')).join(', ')})`, values: rows[0]! }
  const selected = all.map(({ written }, at) => written(`i.c${at + 1}`)).join(', ')
  return {
    text: `${into} select ${selected} from ${listTable(all.map(({ listed }) => listed))}`,
    values: [listValue(rows)],
  }
}

const slotColumn = {
  quoted: '"slot"',
  listed: 'smallint',
  written: (parameter: string) => parameter,
} as const

/** What becomes of a row. */
export interface Change {
  readonly id: string
  /** By field; all changes that share a statement have the same. */
  readonly values: Readonly<Record<string, Value>>
}

/** What an update makes of a row that it may change, which nobody else may change meanwhile. */
export function changeOf(table: Table, { id, set, add, updatedAt }: Update, row: Row): Change {
  const sums = Object.entries(add).map(([name, amount]) => {
    const field = fieldOf(table, name)
    const sum = scaled(field, row[table.indexOf(name)]!) + scaled(field, amount)
    return [name, field.kind === 'decimal' ? decimalOf(sum, field.scale) : String(sum)] as const
  })
  const version = (row[table.indexOf('version')] as number) + 1
  return { id, values: { ...set, ...Object.fromEntries(sums), updatedAt, version } }
}

/** `-50` with two digits behind the point is `-0.50`. */
function decimalOf(value: bigint, scale: number): string {
  if (scale === 0) return String(value)
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** Changes rows of one table, the same fields of each. */
export function updateStatement(table: Table, changes: readonly Change[]): Statement {
  const columns = Object.keys(changes[0]!.values).map(table.columnOf)
  const id = table.columnOf('id')
  if (changes.length === 1) {
    const [{ id: one, values }] = changes as [Change]
    const sets = columns.map(({ quoted, written }) => `${quoted} = ${written('?')}`)
    return {
      text: `update ${table.name} set ${sets.join(', ')} where "id" = ?`,
      values: [...columns.map((column) => stored(column, values[column.name]!)), stored(id, one)],
    }
  }
  const sets = columns.map(({ quoted, written }, at) => `t.${quoted} = ${written(`i.c${at + 2}`)}`)
  return {
    text: `update ${table.name} as t join ${listTable([id, ...columns].map(({ listed }) => listed))} on t."id" = i.c1 set ${sets.join(', ')}`,
    values: [
      listValue(
        changes.map((change) => [
          stored(id, change.id),
          ...columns.map((column) => stored(column, change.values[column.name]!)),
        ]),
      ),
    ],
  }
}

export function deleteStatement(table: Table, ids: readonly string[]): Statement {
  const { text, values } = idsIn(table, ids)
  return { text: `delete from ${table.name} where ${text}`, values }
}

/** Remembers the last versions of rows that are gone. */
export function buryStatement(table: Table, gone: readonly (readonly [id: string, version: number])[]): Statement {
  return {
    text: `insert into _banyan_tombstones (resource, id, version) values ${gone.map(() => `(${table.key}, ?, ?)`).join(', ')} on duplicate key update version = values(version)`,
    values: gone.flatMap(([id, version]) => [stored(table.columnOf('id'), id), String(version)]),
  }
}

/** The condition that a row is one of these, in the order of their ids, in which the server then locks them. */
export function idsIn(table: Table, ids: readonly string[]): Statement {
  const id = table.columnOf('id')
  const values = ids.map((one) => stored(id, one)).sort()
  // So that there are few texts to prepare: one more of the last changes nothing.
  for (let count = 2 ** Math.ceil(Math.log2(values.length)); values.length < count; ) values.push(values.at(-1)!)
  return { text: `"id" in (${values.map(() => '?').join(', ')})`, values }
}

/** What a refusal of the server says about the row that was being written; undefined: nothing. */
export function constraintRefusal(table: Table, write: Insert | Update, error: unknown): BanyanError | undefined {
  if (!isServerFailure(error)) return undefined
  // Some characters take two in their place.
  if (error.errno === tooLongValue)
    return dataErrors.FIELD_LIMIT(`${write.resource}/${write.id}: a text has more characters than there is room for`, {
      row: { resource: write.resource, id: write.id },
      cause: error,
    })
  if (error.errno !== duplicateEntry) return undefined
  // "Duplicate entry 'x' for key 'PRIMARY'"; MySQL writes the table before it.
  const index = /for key '(?:[^']*\.)?([^']*)'$/.exec(error.message)?.[1]
  if (index === 'PRIMARY') return exists(write)
  // Another version may have declared it since.
  return notUnique(write, (index === undefined ? undefined : table.uniqueField(index)) ?? 'value', error)
}
