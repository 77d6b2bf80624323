import { textOf } from '../../text.ts'
import type { ColumnCode } from '../column.ts'
import type { Connection } from '../connection.ts'
import { quoteName } from '../name.ts'
import { wordsColumn } from '../table.ts'
import { wordsText } from '../write.ts'

/** Rows whose words are entered at once. */
const batchRows = 500

/** Empty columns for the words of these, also where a making that was cut off has left some. */
export function createWordsColumns(table: string, columns: readonly string[]): string {
  const names = columns.map((column) => quoteName(wordsColumn(column)))
  const changes = [
    ...names.map((name) => `drop column if exists ${name}`),
    ...names.map((name) => `add column ${name} text[] collate "C"`),
  ]
  return `alter table ${quoteName(table)} ${changes.join(', ')}`
}

/** Enters the words of all rows that have none, some hundred at a time. A row that is changed meanwhile is left out. */
export async function fillWords(
  connection: Connection,
  {
    table: name,
    id,
    columns,
  }: { readonly table: string; readonly id: ColumnCode; readonly columns: readonly string[] },
): Promise<void> {
  const table = quoteName(name)
  const words = columns.map((column) => quoteName(wordsColumn(column)))
  const lacks = words.map((column) => `${column} is null`).join(' or ')
  const arrays = [`$1::${id.cast}[]`, '$2::int8[]', ...columns.map((_, at) => `$${at + 3}::text[]`)]
  const names = ['id', 'version', ...columns.map((_, at) => `w${at}`)]
  const sets = words.map((column, at) => `${column} = string_to_array(v.w${at}, ' ')`)
  for (let after: string | undefined; ; ) {
    const { rows } = await connection.run({
      text: `select "id", "version", ${columns.map(quoteName).join(', ')} from ${table}
        where ${after === undefined ? '' : `"id" > $1::${id.cast} and `}(${lacks}) order by "id" limit ${batchRows}`,
      values: after === undefined ? [] : [after],
    })
    if (rows.length === 0) return
    after = rows.at(-1)![0]!
    await connection.run({
      text: `update ${table} as t set ${sets.join(', ')} from unnest(${arrays.join(', ')}) as v(${names.join(', ')})
        where t."id" = v.id and t."version" = v.version`,
      values: [
        rows.map(([id]) => id!),
        rows.map(([, version]) => version!),
        ...columns.map((_, at) => rows.map((row) => wordsText(row[at + 2] === null ? null : textOf(row[at + 2]!)))),
      ],
    })
  }
}
