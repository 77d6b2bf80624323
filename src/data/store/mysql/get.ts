import type { Get, GetResult, Row } from '../store.ts'
import type { Connection } from './connection.ts'
import type { Statement } from './statement.ts'
import type { Table } from './table.ts'
import { idsIn } from './write.ts'

/** Reads the rows of many callers in one statement. */
export async function readGets({ run }: Connection, table: Table, gets: readonly Get[]): Promise<readonly GetResult[]> {
  const ids = [...new Set(gets.flatMap((get) => get.ids))]
  if (ids.length === 0) return gets.map(() => ({ rows: [] }))
  const found = new Map<string, Row>()
  for (const values of (await run(getStatement(table, ids))).rows) {
    const row = table.read(values)
    found.set(row[0] as string, row)
  }
  const last = new Map<string, number>()
  const gone = table.resource.ids === 'given' ? ids.filter((id) => !found.has(id)) : []
  if (gone.length > 0)
    for (const [id, version] of (await run(tombstonesStatement(table, gone))).rows)
      last.set(table.idOf(id), Number(version))
  return gets.map((get) => {
    const rows = get.ids.map((id) => found.get(id) ?? null)
    return table.resource.ids === 'generated'
      ? { rows }
      : { rows, lastVersions: get.ids.map((id) => last.get(id) ?? 0) }
  })
}

export function getStatement(table: Table, ids: readonly string[]): Statement {
  const { text, values } = idsIn(table, ids)
  return { text: `select ${table.selected} from ${table.name} where ${text}`, values }
}

/** The last versions of ids that have no row now. */
function tombstonesStatement(table: Table, ids: readonly string[]): Statement {
  const { text, values } = idsIn(table, ids)
  return { text: `select "id", version from _banyan_tombstones where resource = ${table.key} and ${text}`, values }
}
