import { singly } from '../listed-filter.ts'
import type { BatchContext, Commit, CountResult, Get, Outcome, ResultOf, StoreOperation } from '../store.ts'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import { countStatement, estimateStatements } from './count.ts'
import { failure } from './errors.ts'
import { readGets } from './get.ts'
import type { Positions } from './position.ts'
import { rowsOf, scanStatement } from './scan.ts'
import { searchStatement } from './search.ts'
import type { Statement } from './statement.ts'
import type { Table, Tables } from './table.ts'

export type Read = Exclude<StoreOperation, Commit>

/** Runs reads of one kind, of many callers: those of one resource by id in one statement, the others beside each other. */
export function reader(connections: Connections, tables: Tables, positions: Positions) {
  const read = async (
    connection: Connection,
    group: readonly [Read, ...Read[]],
  ): Promise<readonly ResultOf<StoreOperation>[]> => {
    const [operation] = group
    const table = tables.of(operation.resource)
    switch (operation.kind) {
      case 'get':
        return readGets(connection, table, group as readonly Get[])
      case 'scan': {
        // None of no values.
        if (singly(operation).length === 0) return [{ rows: [] }]
        const { rows } = await connection.run(scanStatement(table, operation))
        return [{ rows: rowsOf(table, rows) }]
      }
      case 'search': {
        const { rows } = await connection.run(searchStatement(table, operation))
        const places = rows.map((row) => row.splice(-2).map(Number))
        const found = rowsOf(table, rows)
        return [{ rows: found, places: places.map((place, at) => [...place, found[at]![0]!]) }]
      }
      case 'count':
        return [await readCount(connection, table, operation)]
    }
  }

  return async (
    operations: readonly Read[],
    { deadline, bookmark }: BatchContext,
  ): Promise<readonly Outcome<ResultOf<StoreOperation>>[]> => {
    const outcomes = new Map<Read, Outcome<ResultOf<StoreOperation>>>()
    const groups = Map.groupBy(operations, (one) => (one.kind === 'get' ? one.resource : one))
    await Promise.all(
      [...groups.values()].map(async (group) => {
        try {
          await connections.use(deadline, async (connection) => {
            const values = await read(connection, group as [Read, ...Read[]])
            // Whoever has seen nothing yet is told what is known: on one server every read is of the latest state.
            const position = bookmark.isEmpty ? positions.known : await positions.now(connection)
            group.forEach((one, at) => {
              // Only reads by id are many; anything else that stands twice is the same.
              outcomes.set(one, { ok: true, value: values[at] ?? values[0]!, position })
            })
          })
        } catch (error) {
          const failed = failure(error)
          for (const one of group) outcomes.set(one, failed)
        }
      }),
    )
    return operations.map((one) => outcomes.get(one)!)
  }
}

async function readCount(
  connection: Connection,
  table: Table,
  { of, exactMax }: Extract<Read, { kind: 'count' }>,
): Promise<CountResult> {
  if (of.kind === 'scan' && singly(of).length === 0) return { count: 0, kind: 'exact' }
  const isEstimated = exactMax !== undefined && table.resource.total === 'estimated'
  const { rows } = await connection.run(countStatement(table, of, isEstimated ? exactMax + 1 : undefined))
  const counted = Number(rows[0]![0])
  if (!isEstimated || counted <= exactMax) return { count: counted, kind: 'exact' }
  let least = Number.POSITIVE_INFINITY
  for (const statement of estimateStatements(table, of)) least = Math.min(least, await expected(connection, statement))
  return { count: Math.max(counted, least), kind: 'estimated' }
}

/** How many rows the server expects a statement to find. */
async function expected({ run }: Connection, statement: Statement): Promise<number> {
  const { rows } = await run(statement)
  const found = rows.map((row) => {
    const [read, share] = row.slice(-3) as [string | null, string | null]
    return (Number(read ?? 0) * Number(share ?? 100)) / 100
  })
  return Math.round(found.reduce((sum, one) => sum + one, 0))
}
