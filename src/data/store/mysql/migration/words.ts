import type { Row } from '../../../../app/row.ts'
import { textOf } from '../../text.ts'
import type { ColumnCode } from '../column.ts'
import type { Connection } from '../connection.ts'
import { quoteName } from '../name.ts'
import { wordsTable } from '../table.ts'
import { wordsStatements } from '../words.ts'

/** Rows whose words are entered at once. */
const batchRows = 500

/** Enters the words of all rows, some hundred at a time. Who changes one of these waits a moment. */
export async function fillWords(
  { run, dialect }: Connection,
  { table, id, columns }: { readonly table: string; readonly id: ColumnCode; readonly columns: readonly string[] },
): Promise<void> {
  const texts = columns.map(quoteName).join(', ')
  for (let after: string | undefined; ; ) {
    await run({ text: 'begin', values: [] })
    try {
      const { rows } = await run({
        text: `select "id", ${texts} from ${quoteName(table)}${after === undefined ? '' : ' where "id" > ?'} order by "id" limit ${batchRows} ${dialect.forShare}`,
        values: after === undefined ? [] : [after],
      })
      const read = rows.map((row): Row => row.map((value) => (value === null ? null : textOf(value as string))))
      for (const statement of wordsStatements(wordsTable(table), id, read)) await run(statement)
      await run({ text: 'commit', values: [] })
      if (read.length === 0) return
      after = rows.at(-1)![0] as string
    } catch (error) {
      await run({ text: 'rollback', values: [] }).catch(() => {})
      throw error
    }
  }
}
