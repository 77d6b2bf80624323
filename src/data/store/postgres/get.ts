import type { Get, GetResult, Row } from '../store.ts'
import { stored } from './column.ts'
import type { Connection } from './connection.ts'
import type { Statement } from './statement.ts'
import { remembersDeleted, type Table } from './table.ts'

/** Reads the rows of many callers in one statement. */
export async function readGets(
  connection: Connection,
  table: Table,
  gets: readonly Get[],
): Promise<readonly GetResult[]> {
  const ids = gets.length === 1 ? gets[0]!.ids : [...new Set(gets.flatMap((get) => get.ids))]
  const { rows } = await connection.run(getStatement(table, ids))
  const found = new Map<string, Row>()
  for (const values of rows) {
    const row = table.read(values)
    found.set(row[0] as string, row)
  }
  const lastVersion = remembersDeleted(table) ? await lastVersions(connection, table, ids, found) : undefined
  return gets.map((get) => {
    const read = get.ids.map((id) => found.get(id) ?? null)
    return lastVersion === undefined
      ? { rows: read }
      : { rows: read, lastVersions: get.ids.map((id) => lastVersion.get(id) ?? 0) }
  })
}

export function getStatement(table: Table, ids: readonly string[]): Statement {
  const { id } = table
  const [one] = ids
  // The server would expect several.
  if (one !== undefined && ids.length === 1)
    return {
      text: `select ${table.selected('')} from ${table.from} where ${id.quoted} = $1::${id.cast}`,
      values: [stored(id, one)],
    }
  return {
    text: `select ${table.selected('')} from ${table.from} where ${id.quoted} = any($1::${id.cast}[])`,
    values: [ids.map((one) => stored(id, one))],
  }
}

/** Of the ids that have no row, the version that their last one had; nothing of those that never had one. */
async function lastVersions(
  connection: Connection,
  table: Table,
  ids: readonly string[],
  found: ReadonlyMap<string, Row>,
): Promise<ReadonlyMap<string, number>> {
  const gone = ids.filter((id) => !found.has(id))
  if (gone.length === 0) return new Map()
  const column = table.id
  const { rows } = await connection.run({
    text: `select id, version from _banyan_tombstones where resource = ${table.key} and id = any($1::text[])`,
    values: [gone.map((one) => stored(column, one))],
  })
  return new Map(rows.map(([id, version]) => [(column.decode?.(id!) as string) ?? id!, Number(version)]))
}
