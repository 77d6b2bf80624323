import type { Connection } from '../connection.ts'
import { engineName } from '../name.ts'

/** What stands behind every table that is made here, so that one of somebody else's is never taken for a beginning of ours. */
export const tableComment = 'Banyan'

/** What there is. A step that was cut off has done some of its work, which its next try finds by this. */
export interface Structure {
  /** `other`: it was not made here. */
  table(name: string): Promise<'none' | 'own' | 'other'>
  hasColumn(table: string, column: string): Promise<boolean>
  hasIndex(table: string, index: string): Promise<boolean>
}

export function structureOf({ run }: Connection): Structure {
  const found = async (text: string, ...names: readonly string[]) =>
    (await run({ text, values: names.map(engineName) })).rows
  return {
    async table(name) {
      const [row] = await found(
        'select table_comment from information_schema.tables where table_schema = database() and table_name = ?',
        name,
      )
      return row === undefined ? 'none' : row[0] === tableComment ? 'own' : 'other'
    },
    async hasColumn(table, column) {
      const rows = await found(
        'select 1 from information_schema.columns where table_schema = database() and table_name = ? and column_name = ?',
        table,
        column,
      )
      return rows.length > 0
    },
    async hasIndex(table, index) {
      const rows = await found(
        'select 1 from information_schema.statistics where table_schema = database() and table_name = ? and index_name = ? limit 1',
        table,
        index,
      )
      return rows.length > 0
    },
  }
}
