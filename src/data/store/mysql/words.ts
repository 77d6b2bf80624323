import { wordsOf } from '../../../app/words.ts'
import { closenessOf } from '../searched-words.ts'
import type { Row, Value } from '../store.ts'
import { type ColumnCode, stored } from './column.ts'
import { quoteName } from './name.ts'
import { listTable, listValue, type Statement } from './statement.ts'
import type { Table } from './table.ts'
import { idsIn } from './write.ts'

/**
 * The server's own search leaves out short words and frequent ones, so each word of a row stands in a table beside: with the
 * closeness of its row, by which pages are in order, and whether the first searched field lacks it.
 */
export function insertWords(table: Table, rows: readonly Row[]): readonly Statement[] {
  const at = table.resource.search.map(table.indexOf)
  const texts = rows.map((row) => [row[0]!, ...at.map((position) => row[position]!)])
  return wordsStatements(table.wordsTable, table.columnOf('id'), texts)
}

/** Of rows that are an id and the texts of the searched fields. */
export function wordsStatements(
  table: string,
  id: ColumnCode,
  rows: readonly (readonly Value[])[],
): readonly Statement[] {
  const entries = rows.flatMap(([one, ...texts]) => {
    const words = texts.map((text) => (typeof text === 'string' ? wordsOf(text) : []))
    const closeness = String(closenessOf(words))
    const first = new Set(words[0])
    return [...new Set(words.flat())].map((word) => [word, closeness, stored(id, one!), first.has(word) ? '0' : '1'])
  })
  const types = ['varchar(64)', 'integer', id.listed, 'boolean']
  return Array.from({ length: Math.ceil(entries.length / entriesMax) }, (_, at) => ({
    text: `insert into ${quoteName(table)} ("word", "closeness", "id", "isOther") select c1, c2, c3, c4 from ${listTable(types)}`,
    values: [listValue(entries.slice(at * entriesMax, (at + 1) * entriesMax))],
  }))
}

/** A value that is bound may have some megabytes. */
const entriesMax = 20_000

export function deleteWords(table: Table, ids: readonly string[]): Statement {
  const { text, values } = idsIn(table, ids)
  return { text: `delete from ${quoteName(table.wordsTable)} where ${text}`, values }
}

/** Whether what stands in the table follows from one of these fields. */
export function holdsWordsOf({ resource }: Table, fields: readonly string[]): boolean {
  return fields.some((field) => resource.search.includes(field))
}
