import type { ResourceManifest } from '../../../app/manifest.ts'
import type { Position } from '../../../core/bookmark.ts'
import { durationMs } from '../../../core/duration.ts'
import { BanyanError } from '../../../core/errors.ts'
import { dataErrors } from '../../errors.ts'
import { migrateAtStart } from '../../migration/migrate.ts'
import type { StoredModel } from '../../migration/stored.ts'
import type {
  BatchContext,
  Commit,
  CountResult,
  Explanation,
  Get,
  GetResult,
  OpenStore,
  Outcome,
  ResultOf,
  Search,
  SearchResult,
  StoreDriver,
  StoreOperation,
} from '../store.ts'
import { stored } from './column.ts'
import { committer } from './commit.ts'
import type { Connection } from './connection.ts'
import { type Connections, connectionsTo } from './connections.ts'
import { countStatement, estimateStatement } from './count.ts'
import { openingError, postgresError } from './errors.ts'
import { postgresGives, postgresOptions } from './gives.ts'
import { openMigrator, postgresMigration, schemaOf } from './migration/migration.ts'
import { rowsOf, scanStatement, singly } from './scan.ts'
import { dropSchema, scratchOptions } from './scratch.ts'
import { searchStatement } from './search.ts'
import type { Statement } from './statement.ts'
import type { Table } from './table.ts'
import { tablesOf } from './tables.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly primary: string
  /** The schema that holds the tables; `public` without it. */
  readonly schema?: string
  /** The most connections that this process has; 10 without it. */
  readonly connections?: number
  /** After which the server ends a statement, a duration; `5s` without it. */
  readonly statementTimeout?: string
}

/** PostgreSQL, shared by many processes. Reads of one turn travel together; a commit is one transaction. */
export const postgres: StoreDriver<PostgresOptions> = {
  name: 'postgres',
  options: postgresOptions,
  peer: { package: 'pg', range: '^8.23.0' },
  gives: postgresGives,
  errorOf: postgresError,
  migration: postgresMigration,
  async open(
    { resources, backfills = new Map(), mayMigrate = true, isScratch = false, onMigration, ...given },
    deps,
  ): Promise<OpenStore> {
    const options = isScratch ? scratchOptions(given) : given
    const migrator = await openMigrator(options, deps)
    let model: StoredModel
    try {
      const progress = onMigration === undefined ? {} : { onProgress: onMigration }
      const wanted = { resources, backfills, derived: postgresMigration.derived }
      model = await migrateAtStart(migrator, wanted, { ...deps, ...progress, mayMigrate })
    } finally {
      await migrator[Symbol.asyncDispose]()
    }
    const store = await storeOn(options, resources, model)
    return isScratch ? dropping(store, options) : store
  },
}

/** Takes the data along when it is disposed of, which may happen twice. */
function dropping(store: OpenStore, options: PostgresOptions): OpenStore {
  let dropped: Promise<void> | undefined
  return {
    ...store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      dropped ??= dropSchema(options)
      await dropped
    },
  }
}

/** The store of data that have been brought to these resources. */
export async function storeOn(
  { connections: max = 10, statementTimeout = '5s', ...options }: PostgresOptions,
  resources: readonly ResourceManifest[],
  model: StoredModel,
): Promise<OpenStore> {
  const connections = connectionsTo(
    { url: options.primary, schema: schemaOf(options), statementTimeoutMs: durationMs(statementTimeout) },
    max,
  )
  const tables = tablesOf(resources, model)
  const { epoch, durability } = await begin(connections, options.primary)
  /** What many rows were put into, of which the planner knows nothing yet. */
  const loaded = new Set<string>()
  let closed = false

  const positionOf = async (connection: Connection): Promise<Position> => {
    const { rows } = await connection.run(positionNow)
    return { epoch, position: lsnOf(rows[0]![0]!) }
  }

  const get = async (connection: Connection, { resource, ids }: Get): Promise<GetResult> => {
    const table = tables.of(resource)
    const { rows } = await connection.run(getStatement(table, ids))
    const found = new Map(rowsOf(table, rows).map((row) => [row[0] as string, row]))
    const answer = ids.map((id) => found.get(id) ?? null)
    if (table.resource.ids === 'generated') return { rows: answer }
    const gone = ids.filter((_, at) => answer[at] === null)
    if (gone.length === 0) return { rows: answer, lastVersions: ids.map(() => 0) }
    const tombstones = await connection.run(tombstonesStatement(table, gone))
    const { decode } = table.columnOf('id')
    const last = new Map(tombstones.rows.map(([id, version]) => [decode?.(id!) ?? id!, Number(version)]))
    return { rows: answer, lastVersions: ids.map((id, at) => (answer[at] === null ? (last.get(id) ?? 0) : 0)) }
  }

  const search = async (connection: Connection, operation: Search): Promise<SearchResult> => {
    const table = tables.of(operation.resource)
    const { rows } = await connection.run(searchStatement(table, operation))
    const places = rows.map((row) => row.splice(-2).map(Number))
    const read = rowsOf(table, rows)
    return { rows: read, places: places.map((place, at) => [...place, read[at]![0]!]) }
  }

  const count = async (
    connection: Connection,
    table: Table,
    operation: Extract<StoreOperation, { kind: 'count' }>,
  ): Promise<CountResult> => {
    const { of, exactMax } = operation
    if (of.kind === 'scan' && singly(of).length === 0) return { count: 0, kind: 'exact' }
    const isEstimated = exactMax !== undefined && table.resource.total === 'estimated'
    const { rows } = await connection.run(countStatement(table, of, isEstimated ? exactMax + 1 : undefined))
    const counted = Number(rows[0]![0])
    if (!isEstimated || counted <= exactMax) return { count: counted, kind: 'exact' }
    const plan = await connection.run(estimateStatement(table, of))
    const [{ Plan }] = JSON.parse(plan.rows[0]![0]!) as [{ Plan: { 'Plan Rows': number } }]
    return { count: Math.max(counted, Plan['Plan Rows']), kind: 'estimated' }
  }

  const read = async (operation: Exclude<StoreOperation, Commit>): Promise<Outcome<ResultOf<StoreOperation>>> => {
    try {
      const connection = await connections.shared()
      const table = tables.of(operation.resource)
      const value = await (() => {
        switch (operation.kind) {
          case 'get':
            return get(connection, operation)
          case 'scan':
            // None of no values.
            if (singly(operation).length === 0) return { rows: [] }
            return connection.run(scanStatement(table, operation)).then(({ rows }) => ({ rows: rowsOf(table, rows) }))
          case 'search':
            return search(connection, operation)
          case 'count':
            return count(connection, table, operation)
        }
      })()
      return { ok: true, value, position: await positionOf(connection) }
    } catch (error) {
      return failed(error)
    }
  }

  const commits = committer(connections, tables, positionOf)

  const textOf = (operation: StoreOperation): string => {
    if (operation.kind === 'commit')
      return commits.shapeOf(operation)?.text ?? 'a transaction of its own, a statement after the other'
    const table = tables.of(operation.resource)
    switch (operation.kind) {
      case 'get':
        return getStatement(table, operation.ids).text
      case 'scan':
        return scanStatement(table, operation).text
      case 'search':
        return searchStatement(table, operation).text
      case 'count':
        return countStatement(table, operation.of, operation.exactMax).text
    }
  }

  const execute = async (operations: readonly StoreOperation[], context: BatchContext) => {
    if (closed) {
      const error = dataErrors.STORE_CLOSED('the store has been closed')
      return operations.map(() => ({ ok: false, error }) as const)
    }
    const [first] = operations
    if (first?.kind === 'commit') return commits.run(operations as readonly Commit[], context)
    return Promise.all((operations as readonly Exclude<StoreOperation, Commit>[]).map(read))
  }

  return {
    durability,
    // Each operation gets an outcome of its own kind; the type of `read` cannot say so.
    execute: execute as OpenStore['execute'],
    explain: (operation): Explanation => ({ statement: textOf(operation), plan: [], excess: [] }),
    // Others serve from the same tables meanwhile, and need their indexes.
    async beginLoad(resource) {
      loaded.add(resource)
    },
    async finishLoads(onStep) {
      for (const resource of loaded) {
        await onStep(`look at the values of ${resource}, by which statements are planned`)
        await (await connections.shared()).execute(`analyze ${tables.of(resource).name}`)
        loaded.delete(resource)
      }
    },
    async [Symbol.asyncDispose]() {
      if (closed) return
      closed = true
      await connections.close()
    },
  }
}

function failed(error: unknown): { readonly ok: false; readonly error: BanyanError } {
  const known = error instanceof BanyanError && error.kind !== 'bug' ? error : postgresError(error)
  if (known === undefined) throw error
  return { ok: false, error: known }
}

function getStatement(table: Table, ids: readonly string[]): Statement {
  const id = table.columnOf('id')
  return {
    text: `select ${table.selected} from ${table.name} where "id" = any($1::${id.cast}[])`,
    values: [ids.map((one) => stored(id, one))],
  }
}

function tombstonesStatement(table: Table, ids: readonly string[]): Statement {
  const id = table.columnOf('id')
  return {
    text: `select id, version from _banyan_tombstones where resource = ${table.key} and id = any($1::text[])`,
    values: [ids.map((one) => stored(id, one))],
  }
}

// Behind the commit: what is read inside of it stands before its record.
const positionNow: Statement = { text: 'select pg_current_wal_insert_lsn()', values: [] }

/** `0/16B3748` as a number; a server has to write 8 PB before one is too large. */
function lsnOf(text: string): number {
  const [high, low] = text.split('/') as [string, string]
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16)
}

/** Looks at the server; nothing stays open where that cannot be done. */
async function begin(connections: Connections, url: string) {
  try {
    return await lookAt(await connections.shared())
  } catch (error) {
    await connections.close()
    throw openingError(error, url) ?? postgresError(error) ?? error
  }
}

/** One history of one server: what it is called, and what it does to keep commits. */
async function lookAt(connection: Connection): Promise<{ readonly epoch: string; readonly durability: string }> {
  const { rows } = await connection.run({
    text: `select s.system_identifier, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), current_setting('server_version'),
      current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes') from pg_control_system() as s`,
    values: [],
  })
  const [system, timeline, version, fsync, synchronousCommit, fullPageWrites] = rows[0] as string[]
  return {
    epoch: `${system}/${timeline}`,
    durability: `PostgreSQL ${version}: fsync ${fsync}, synchronous_commit ${synchronousCommit}, full_page_writes ${fullPageWrites}`,
  }
}
