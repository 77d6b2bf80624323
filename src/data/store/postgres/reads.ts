import { isListed } from '../listed-filter.ts'
import type { BatchContext, Commit, Count, Get, Outcome, ResultOf, Scan, Search, StoreOperation } from '../store.ts'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import { readCount } from './count.ts'
import { failure } from './errors.ts'
import { readGets } from './get.ts'
import { groups } from './groups.ts'
import type { Positions } from './position.ts'
import { type AskedScan, readScans, rowsOf, type ScanShape, scanStatement, scansOf } from './scan.ts'
import { readSearch } from './search.ts'
import type { Table } from './table.ts'
import type { Tables } from './tables.ts'

export type Read = Exclude<StoreOperation, Commit>

/** Runs reads of one kind, of many callers: those of one resource by id, and those of one shape along a path, in one statement. */
export function reader(connections: Pick<Connections, 'shared'>, tables: Tables, positions: Positions) {
  const scans = new Map(tables.all.map((table) => [table.resource.name, scansOf(table)]))

  /** With what it can share a statement: those of a resource by id, and scans of one shape. */
  const prepared = (operation: Read): Prepared => {
    switch (operation.kind) {
      case 'get':
        return { kind: 'gets', operation, key: operation.resource }
      case 'scan': {
        if (isListed(operation)) return { kind: 'alone', operation, key: undefined }
        const of = scans.get(operation.resource)!
        const asked = of.asked(operation)
        return { kind: 'scans', operation, asked, key: of.shapeOf(asked) }
      }
      case 'search':
      case 'count':
        return { kind: 'alone', operation, key: undefined }
    }
  }

  const read = (connection: Connection, group: readonly Prepared[]): Promise<readonly ResultOf<StoreOperation>[]> => {
    const [first] = group as readonly [Prepared]
    const table = tables.of(first.operation.resource)
    switch (first.kind) {
      case 'gets':
        return readGets(
          connection,
          table,
          (group as readonly (typeof first)[]).map(({ operation }) => operation),
        )
      case 'scans':
        return readScans(
          connection,
          table,
          first.key,
          (group as readonly (typeof first)[]).map(({ asked }) => asked),
        )
      case 'alone':
        return readAlone(connection, table, first.operation).then((result) => [result])
    }
  }

  return async (
    operations: readonly Read[],
    context: BatchContext,
  ): Promise<readonly Outcome<ResultOf<StoreOperation>>[]> => {
    const outcomes = new Array<Outcome<ResultOf<StoreOperation>>>(operations.length)
    const all = operations.map(prepared)
    await Promise.all(
      groups(all.map(({ key }) => key)).map(async (places) => {
        let found: (at: number) => Outcome<ResultOf<StoreOperation>>
        try {
          const connection = await connections.shared()
          const reading = read(
            connection,
            places.map((at) => all[at]!),
          )
          // Whoever has seen nothing yet is told what is known: on one server every read is of the latest state.
          const known = context.bookmark.isEmpty ? positions.known : undefined
          const [values, position] = await Promise.all([reading, known ?? positions.now(connection)])
          found = (at) => ({ ok: true, value: values[at]!, position })
        } catch (error) {
          const failed = failure(error)
          found = () => failed
        }
        places.forEach((at, place) => {
          outcomes[at] = found(place)
        })
      }),
    )
    return outcomes
  }
}

/** A read, with what is known of it before it is sent; those of one key share a statement. */
type Prepared =
  | { readonly kind: 'gets'; readonly operation: Get; readonly key: string }
  | { readonly kind: 'scans'; readonly operation: Scan; readonly asked: AskedScan; readonly key: ScanShape }
  | { readonly kind: 'alone'; readonly operation: Scan | Search | Count; readonly key: undefined }

async function readAlone(
  connection: Connection,
  table: Table,
  operation: Scan | Search | Count,
): Promise<ResultOf<StoreOperation>> {
  switch (operation.kind) {
    case 'scan': {
      const statement = scanStatement(table, operation)
      // None of no values.
      if (statement === undefined) return { rows: [] }
      const { rows } = await connection.run(statement)
      return { rows: rowsOf(table, rows) }
    }
    case 'search':
      return readSearch(connection, table, operation)
    case 'count':
      return readCount(connection, table, operation)
  }
}
