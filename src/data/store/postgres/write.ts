import { wordsOf } from '../../../app/words.ts'
import type { BanyanError } from '../../../core/errors.ts'
import { limitsOf } from '../guard.ts'
import { exists, notUnique } from '../refusal.ts'
import type { Value, Write } from '../store.ts'
import { fieldOf, scaled } from '../update.ts'
import { type Stored, stored } from './column.ts'
import { isServerFailure, uniqueViolation } from './errors.ts'
import { Parameters, type Statement } from './statement.ts'
import type { Table } from './table.ts'

export type Insert = Extract<Write, { kind: 'insert' }>
export type Update = Extract<Write, { kind: 'update' }>
export type Delete = Extract<Write, { kind: 'delete' }>

/** Inserts a row, if there is none of its id. */
export function insertStatement(table: Table, { row, slot }: Insert): Statement {
  const parameters = new Parameters()
  const columns = table.columns.flatMap((column, at) =>
    column.isGiven ? [{ name: column.quoted, value: parameters.bind(stored(column, row[at]!), column.cast) }] : [],
  )
  const words = table.resource.search.map((field) => ({
    name: table.wordsOf(field),
    value: wordsParameter(row[table.indexOf(field)]!, parameters),
  }))
  const slots = table.isAdopted ? [] : [{ name: '"slot"', value: parameters.bind(String(slot), 'int2') }]
  const all = [...columns, ...slots, ...words]
  const names = all.map(({ name }) => name).join(', ')
  const values = all.length === 0 ? 'default values' : `(${names}) values (${all.map(({ value }) => value).join(', ')})`
  return {
    text: `insert into ${table.name} as t ${values}${table.id.isGiven ? ` on conflict (${table.id.quoted}) do nothing` : ''}${returning(table)}`,
    values: parameters.values,
  }
}

/** Others have a say in what becomes of a row of theirs. */
export function returning(table: Table): string {
  return table.isAdopted ? ` returning ${table.selected('t.')}` : ''
}

/** Words have no spaces. */
export function wordsText(value: Value): string {
  return typeof value === 'string' ? wordsOf(value).join(' ') : ''
}

function wordsParameter(value: Value, parameters: Parameters): string {
  return `string_to_array(${parameters.bind(wordsText(value), 'text')}, ' ')`
}

/** Changes a row only if everything expected of it holds. */
export function updateStatement(table: Table, write: Update): Statement {
  const parameters = new Parameters()
  const bind = (name: string, value: Value) => {
    const column = table.columnOf(name)
    return parameters.bind(stored(column, value), column.cast)
  }
  const sets: string[] = []
  const conditions = [`${table.id.quoted} = ${bind('id', write.id)}`]
  for (const [name, value] of Object.entries(write.set)) {
    sets.push(`${table.columnOf(name).quoted} = ${bind(name, value)}`)
    if (table.resource.search.includes(name)) sets.push(`${table.wordsOf(name)} = ${wordsParameter(value, parameters)}`)
  }
  for (const [name, amount] of Object.entries(write.add)) {
    const { quoted } = table.columnOf(name)
    sets.push(`${quoted} = t.${quoted} + ${bind(name, amount)}`)
    conditions.push(limitCondition(table, name, amount, (value) => parameters.bind(value, 'numeric')))
  }
  for (const { field, operator, value } of write.guards) {
    const column = table.columnOf(field)
    // JSON is compared as it is written, and the bound of a number may lie beyond what its column can hold.
    const cast = column.cast === 'json' ? 'text' : column.cast === 'int8' ? 'numeric' : column.cast
    const left = column.cast === 'json' ? `${column.quoted}::text collate "C"` : column.quoted
    conditions.push(`${left} ${operators[operator]} ${parameters.bind(stored(column, value), cast)}`)
  }
  if (write.version !== undefined)
    conditions.push(`${table.version('t.')} = ${parameters.bind(String(write.version), 'int8')}`)
  const { isGiven, quoted } = table.columnOf('updatedAt')
  if (isGiven) sets.push(`${quoted} = ${bind('updatedAt', write.updatedAt)}`)
  if (table.counted !== undefined) sets.push(table.counted)
  return { text: updateText(table, sets, conditions), values: parameters.values }
}

/** A row of somebody else's of which nothing is to be changed is only looked at. */
function updateText(table: Table, sets: readonly string[], conditions: readonly string[]): string {
  const where = conditions.join(' and ')
  if (sets.length === 0) return `select ${table.selected('t.')} from ${table.from} where ${where} for update`
  return `update ${table.name} as t set ${sets.join(', ')} where ${where}${returning(table)}`
}

export const operators = { eq: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

/** That a sum stays within the limits of its field, written so that nothing overflows. */
function limitCondition(table: Table, name: string, amount: Value, bind: (value: Stored) => string): string {
  const { least, most } = limitsOf(fieldOf(table, name))
  const added = scaled(fieldOf(table, name), amount)
  const bound = added < 0n ? least - added : most - added
  return `${table.columnOf(name).quoted} ${added < 0n ? '>=' : '<='} ${bind(unscaled(table, name, bound))}`
}

export function unscaled(table: Table, name: string, value: bigint): string {
  const field = fieldOf(table, name)
  return field.kind === 'decimal' ? `${value}e-${field.scale}` : String(value)
}

/** What a refusal of the server says about the row that was being written; undefined: nothing. */
export function constraintRefusal(table: Table, write: Insert | Update, error: unknown): BanyanError | undefined {
  if (!isServerFailure(error) || error.code !== uniqueViolation) return undefined
  if (error.constraint === undefined || table.isKey(error.constraint)) return exists(write)
  // Another version may have declared it since.
  return notUnique(write, table.uniqueField(error.constraint) ?? 'value', error)
}
