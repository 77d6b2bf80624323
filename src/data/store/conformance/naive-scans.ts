import { compareDecimals } from '../../../app/decimal.ts'
import type {
  BatchContext,
  Count,
  CountResult,
  Outcome,
  Row,
  Scan,
  ScanResult,
  Search,
  SearchResult,
  Store,
  StoreOperation,
  Value,
} from '../store.ts'
import type { Open } from './example.ts'
import { naiveSearch } from './naive-search.ts'
import { sampleOf } from './samples.ts'
import { Session } from './session.ts'

/**
 * The reference for the reference: scans, searches and counts by looking at every row and sorting what is wanted, without an
 * index to be wrong about. Everything else is the store's own.
 */
export function withNaiveScans(open: Open): Open {
  return async (resources) => {
    const store = await open(resources)
    const session = new Session(store)
    const allRows = async (resource: string) => {
      const all = { kind: 'scan', resource, path: ['id'], equal: [], descending: false, limit: 1_000_000 } as const
      const [outcome] = await session.execute<Scan>(all)
      return outcome!
    }
    const read = async (operation: Scan | Search | Count): Promise<Outcome<unknown>> => {
      const all = await allRows(operation.resource)
      return all.ok ? { ...all, value: naiveResult(operation, all.value.rows) } : all
    }
    const execute = (operations: readonly StoreOperation[], context: BatchContext) => {
      const kind = operations[0]?.kind
      return kind === 'scan' || kind === 'search' || kind === 'count'
        ? Promise.all((operations as readonly (Scan | Search | Count)[]).map(read))
        : store.execute(operations, context)
    }
    // Each operation gets an outcome of its own kind; the type of `execute` cannot follow the branch above.
    return { execute: execute as Store['execute'], [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
  }
}

function naiveResult(operation: Scan | Search | Count, rows: readonly Row[]): ScanResult | SearchResult | CountResult {
  const { resource } = operation
  switch (operation.kind) {
    case 'scan':
      return { rows: naiveScan(operation, rows) }
    case 'search':
      return naiveSearch(operation, rows)
    case 'count': {
      const { of } = operation
      const every = { resource, limit: Number.POSITIVE_INFINITY } as const
      const found =
        of.kind === 'scan'
          ? naiveScan({ ...of, ...every, descending: false }, rows)
          : naiveSearch({ ...of, ...every }, rows).rows
      return { count: found.length, kind: 'exact' }
    }
  }
}

function naiveScan(
  { resource, path, equal, range = {}, descending, limit, after }: Scan,
  rows: readonly Row[],
): readonly Row[] {
  const { columns } = sampleOf(resource)
  const cell = (row: Row, name: string) => row[columns.findIndex((column) => column.name === name)]!
  const compare = (name: string, left: Value, right: Value) => {
    const { kind } = columns.find((column) => column.name === name)!.field
    if (left === null || right === null) return Number(left !== null) - Number(right !== null)
    if (kind === 'bigint' || kind === 'decimal') return compareDecimals(left as string, right as string)
    if (typeof left === 'string') return Buffer.compare(Buffer.from(left), Buffer.from(right as string))
    return Number(left) - Number(right)
  }
  const rest = path.slice(equal.length)
  const order = (values: (name: string, at: number) => Value, row: Row) => {
    for (const [at, name] of rest.entries()) {
      const difference = compare(name, values(name, at), cell(row, name))
      if (difference !== 0) return descending ? -difference : difference
    }
    return 0
  }
  const ranged = rest[0]!
  const inRange = (row: Row) => {
    const bounds = Object.entries(range) as [keyof typeof range, Value][]
    const value = bounds.length === 0 ? null : cell(row, ranged)
    if (value === null) return bounds.length === 0
    return bounds.every(([operator, bound]) => {
      if (operator === 'prefix') return (value as string).startsWith(bound as string)
      const difference = compare(ranged, value, bound)
      return { gt: difference > 0, gte: difference >= 0, lt: difference < 0, lte: difference <= 0 }[operator]
    })
  }
  return rows
    .filter((row) => equal.every((wanted, at) => [wanted].flat().includes(cell(row, path[at]!))))
    .filter(inRange)
    .filter((row) => after === undefined || order((_, at) => after[at]!, row) < 0)
    .sort((left, right) => order((name) => cell(left, name), right))
    .slice(0, limit)
}
