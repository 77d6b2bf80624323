import type { BatchContext, Commit, Get, Outcome, ResultOf, Scan, StoreOperation } from '../store.ts'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import { readCount } from './count.ts'
import { failure } from './errors.ts'
import { readGets } from './get.ts'
import type { Positions } from './position.ts'
import { isListed, readScans, rowsOf, scanStatement, scansOf } from './scan.ts'
import { readSearch } from './search.ts'
import type { Tables } from './tables.ts'

export type Read = Exclude<StoreOperation, Commit>

/** Runs reads of one kind, of many callers: those of one resource by id, and those of one shape along a path, in one statement. */
export function reader(connections: Pick<Connections, 'shared'>, tables: Tables, positions: Positions) {
  const scans = new Map(tables.all.map((table) => [table.resource.name, scansOf(table)]))
  /** A scan whose filters are no lists. */
  const askedOf = (scan: Scan) => {
    const of = scans.get(scan.resource)!
    const asked = of.asked(scan)
    return { asked, shape: of.shapeOf(asked) }
  }

  const groupOf = (operation: Read): unknown => {
    switch (operation.kind) {
      case 'get':
        return operation.resource
      case 'scan':
        return isListed(operation) ? operation : askedOf(operation).shape
      case 'search':
      case 'count':
        return operation
    }
  }

  const readOne = async (connection: Connection, operation: Read): Promise<ResultOf<StoreOperation>> => {
    const table = tables.of(operation.resource)
    switch (operation.kind) {
      case 'get':
        return (await readGets(connection, table, [operation]))[0]!
      case 'scan': {
        if (!isListed(operation)) {
          const { asked, shape } = askedOf(operation)
          return (await readScans(connection, table, shape, [asked]))[0]!
        }
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

  const readAll = async (
    connection: Connection,
    group: readonly Read[],
  ): Promise<readonly ResultOf<StoreOperation>[]> => {
    const [first] = group as readonly [Read]
    if (group.length === 1) return [await readOne(connection, first)]
    const table = tables.of(first.resource)
    if (first.kind === 'get') return readGets(connection, table, group as readonly Get[])
    const all = (group as readonly Scan[]).map(askedOf)
    return readScans(
      connection,
      table,
      all[0]!.shape,
      all.map(({ asked }) => asked),
    )
  }

  return async (
    operations: readonly Read[],
    context: BatchContext,
  ): Promise<readonly Outcome<ResultOf<StoreOperation>>[]> => {
    const outcomes = new Array<Outcome<ResultOf<StoreOperation>>>(operations.length)
    await Promise.all(
      groups(operations, groupOf).map(async (places) => {
        let found: (at: number) => Outcome<ResultOf<StoreOperation>>
        try {
          const connection = await connections.shared()
          const reading = readAll(
            connection,
            places.map((at) => operations[at]!),
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

/** The places of what belongs together. */
function groups<Member>(
  members: readonly Member[],
  keyOf: (member: Member) => unknown,
): readonly (readonly number[])[] {
  if (members.length === 1) return [[0]]
  const found = new Map<unknown, number[]>()
  members.forEach((member, at) => {
    const key = keyOf(member)
    const places = found.get(key)
    if (places === undefined) found.set(key, [at])
    else places.push(at)
  })
  return [...found.values()]
}
