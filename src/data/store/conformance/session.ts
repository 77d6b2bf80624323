import assert from 'node:assert/strict'
import { Bookmark } from '../../../core/bookmark.ts'
import { slotOfValue } from '../../../core/slot.ts'
import type {
  Assertion,
  BatchContext,
  Commit,
  CommitResult,
  Count,
  GetResult,
  Outcome,
  ResultOf,
  Row,
  Scan,
  Search,
  Store,
  StoreOperation,
  Value,
  Write,
} from '../store.ts'
import { sampleOf } from './samples.ts'

type Values = Readonly<Record<string, Value>>

export const someTime = '2030-01-01T08:00:00.000Z'
export const laterTime = '2030-01-02T00:00:00.000Z'

/** What the suite gives with a batch: nobody waits, nothing was seen before. */
export const batchContext: BatchContext = {
  deadline: { atMs: Number.POSITIVE_INFINITY, remainingMs: () => Number.POSITIVE_INFINITY },
  bookmark: new Bookmark(),
}

/** A store in the words of the examples. */
export class Session {
  readonly store: Store

  constructor(store: Store) {
    this.store = store
  }

  execute<Operation extends StoreOperation>(
    ...operations: readonly Operation[]
  ): Promise<readonly Outcome<ResultOf<Operation>>[]> {
    return this.store.execute(operations, batchContext)
  }

  async one<Operation extends StoreOperation>(operation: Operation): Promise<ResultOf<Operation>> {
    const [outcome] = await this.execute(operation)
    if (!outcome!.ok) throw outcome!.error
    return outcome!.value
  }

  async get(resource: string, ...ids: readonly string[]): Promise<GetResult> {
    return this.one({ kind: 'get', resource, ids })
  }

  /** One row by the names of its columns. */
  async row(resource: string, id: string): Promise<Values | null> {
    const { rows } = await this.get(resource, id)
    return rows[0] === null ? null : valuesOf(resource, rows[0]!)
  }

  async scan(scan: ScanWords): Promise<readonly Row[]> {
    return (await this.one(scanOf(scan))).rows
  }

  /** Of the rows found, one column. */
  async found(scan: ScanWords, column = 'id'): Promise<readonly Value[]> {
    return (await this.scan(scan)).map((row) => valuesOf(scan.resource, row)[column]!)
  }

  /** Of the rows that a search finds, one column, in their order. */
  async searched(search: SearchWords, column = 'id'): Promise<readonly Value[]> {
    const { rows } = await this.one(searchOf(search))
    return rows.map((row) => valuesOf(search.resource, row)[column]!)
  }

  async tryCommit(writes: readonly Write[], assertions: readonly Assertion[] = []): Promise<Outcome<CommitResult>> {
    const [outcome] = await this.execute<Commit>(commitOf(writes, assertions))
    return outcome!
  }

  async commit(writes: readonly Write[], assertions: readonly Assertion[] = []): Promise<void> {
    const outcome = await this.tryCommit(writes, assertions)
    if (!outcome.ok) throw outcome.error
  }

  async insert(resource: string, id: string, values: Values = {}): Promise<void> {
    await this.commit([insertOf(resource, id, values)])
  }

  /** The commit must be refused with this code, for one of its own rows, and at this field if one is named. */
  async refused(
    code: string,
    writes: readonly Write[],
    { assertions = [], field }: { assertions?: readonly Assertion[]; field?: string } = {},
  ): Promise<void> {
    const outcome = await this.tryCommit(writes, assertions)
    assert.equal(outcome.ok ? 'committed' : outcome.error.code, code)
    if (!outcome.ok && code !== 'STORE_SCAN_CONFLICT') {
      const { row } = outcome.error.facts
      const rows = [...writes, ...assertions.filter((assertion) => assertion.kind === 'row')]
      const isOwn = rows.some(({ resource, id }) => row?.resource === resource && row.id === id)
      assert.ok(isOwn, `${code} names ${JSON.stringify(row)}, which is no row of the commit`)
    }
    if (field !== undefined && !outcome.ok) {
      assert.deepEqual(
        outcome.error.facts.issues?.map(({ pointer }) => pointer),
        [`/${field}`],
      )
    }
  }
}

/** A scan with what is usual left out. The path is given without the id that ends it. */
export interface ScanWords extends Partial<Omit<Scan, 'kind' | 'path'>> {
  readonly resource: string
  readonly path?: readonly string[]
}

export function scanOf({ path = [], equal = [], descending = false, limit = 100, ...rest }: ScanWords): Scan {
  return { kind: 'scan', path: [...path, 'id'], equal, descending, limit, ...rest }
}

/** A search with what is usual left out. `fran*` is a prefix. */
export interface SearchWords extends Partial<Omit<Search, 'kind' | 'terms'>> {
  readonly resource: string
  readonly words: readonly string[]
}

export function searchOf({ words, equal = {}, limit = 100, ...rest }: SearchWords): Search {
  const terms = words.map((word) => ({ word: word.replace(/\*$/, ''), isPrefix: word.endsWith('*') }))
  return { kind: 'search', terms, equal, limit, ...rest }
}

/** The count of what a scan or a search finds. */
export function countOf(of: Scan | Search, exactMax?: number): Count {
  const { resource } = of
  const filter: Count['of'] =
    of.kind === 'search'
      ? { kind: 'search', terms: of.terms, equal: of.equal }
      : { kind: 'scan', path: of.path, equal: of.equal, ...(of.range === undefined ? {} : { range: of.range }) }
  return { kind: 'count', resource, of: filter, ...(exactMax === undefined ? {} : { exactMax }) }
}

export function commitOf(writes: readonly Write[], assertions: readonly Assertion[] = []): Commit {
  return { kind: 'commit', writes, assertions }
}

/** Required fields that are not named get a value of no interest. */
export function insertOf(resource: string, id: string, values: Values = {}): Write {
  const sample = sampleOf(resource)
  const all: Values = { id, createdAt: someTime, updatedAt: someTime, version: 1, ...values }
  const row = sample.columns.map(({ name, field }) => {
    const given = all[name]
    if (given !== undefined) return given
    if (field.optional) return null
    return field.kind === 'integer' ? 0 : field.kind === 'decimal' ? '0.00' : field.kind === 'bigint' ? '0' : ''
  })
  const partition = row[sample.columns.findIndex(({ name }) => name === sample.partitionBy)]
  return { kind: 'insert', resource, id, slot: slotOfValue(String(partition)), row }
}

type UpdateWords = Partial<Omit<Extract<Write, { kind: 'update' }>, 'kind' | 'resource' | 'id'>>

export function updateOf(resource: string, id: string, words: UpdateWords): Write {
  return { kind: 'update', resource, id, set: {}, add: {}, guards: [], updatedAt: laterTime, ...words }
}

export function deleteOf(resource: string, id: string, words: { readonly version?: number } = {}): Write {
  return { kind: 'delete', resource, id, deletedAt: laterTime, ...words }
}

export function valuesOf(resource: string, row: Row): Values {
  return Object.fromEntries(sampleOf(resource).columns.map(({ name }, at) => [name, row[at]!]))
}

/** A generated id: a UUIDv7 that a test can recognise. */
export function idOf(number: number): string {
  return `01900000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`
}
