import type { ResourceManifest } from '../../../app/manifest.ts'
import type { Position } from '../../../core/bookmark.ts'
import { durationMs } from '../../../core/duration.ts'
import { dataErrors } from '../../errors.ts'
import { migrateAtStart } from '../../migration/migrate.ts'
import type { StoredModel } from '../../migration/stored.ts'
import type { BatchContext, Commit, Explanation, OpenStore, StoreDriver, StoreOperation } from '../store.ts'
import { committer } from './commit.ts'
import type { Connection } from './connection.ts'
import { type Connections, connectionsTo } from './connections.ts'
import { countStatement } from './count.ts'
import { openingError, postgresError } from './errors.ts'
import { getStatement } from './get.ts'
import { postgresGives, postgresOptions } from './gives.ts'
import { openMigrator, postgresMigration, schemaOf } from './migration/migration.ts'
import { nativeAccess } from './native.ts'
import { lsnOf, positionsFrom } from './position.ts'
import { type Read, reader } from './reads.ts'
import { isListed, scanShapes, scanStatement } from './scan.ts'
import { dropSchema, scratchOptions } from './scratch.ts'
import { searchStatement } from './search.ts'
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
  const { position, durability } = await begin(connections, options.primary)
  /** What many rows were put into, of which the planner knows nothing yet. */
  const loaded = new Set<string>()
  let closed = false

  const positions = positionsFrom(position)
  const reads = reader(connections, tables, positions)
  const commits = committer(connections, tables, positions)

  const explained = (operation: StoreOperation): Pick<Explanation, 'statement' | 'together'> => {
    if (operation.kind === 'commit') {
      const shape = commits.shapeOf(operation)
      return { statement: shape?.text ?? 'a transaction of its own, a statement after the other' }
    }
    const table = tables.of(operation.resource)
    switch (operation.kind) {
      case 'get': {
        const { text } = getStatement(table, operation.ids)
        return { statement: text, together: text }
      }
      case 'scan': {
        const statement = scanStatement(table, operation).text
        return isListed(operation) ? { statement } : { statement, together: scanShapes(table)(operation).many }
      }
      case 'search':
        return { statement: searchStatement(table, operation).text }
      case 'count':
        return { statement: countStatement(table, operation.of, operation.exactMax).text }
    }
  }

  const execute = async (operations: readonly StoreOperation[], context: BatchContext) => {
    if (closed) {
      const error = dataErrors.STORE_CLOSED('the store has been closed')
      return operations.map(() => ({ ok: false, error }) as const)
    }
    const [first] = operations
    if (first?.kind === 'commit') return commits.run(operations as readonly Commit[], context)
    return reads(operations as readonly Read[], context)
  }

  return {
    durability,
    native: nativeAccess(connections, tables, positions),
    // Each operation gets an outcome of its own kind; the type of `read` cannot say so.
    execute: execute as OpenStore['execute'],
    explain: (operation): Explanation => ({ ...explained(operation), plan: [], excess: [] }),
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
async function lookAt(connection: Connection): Promise<{ readonly position: Position; readonly durability: string }> {
  const { rows } = await connection.run({
    text: `select s.system_identifier, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), pg_current_wal_insert_lsn(), current_setting('server_version'),
      current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes') from pg_control_system() as s`,
    values: [],
  })
  const [system, timeline, lsn, version, fsync, synchronousCommit, fullPageWrites] = rows[0] as string[]
  return {
    position: { epoch: `${system}/${timeline}`, position: lsnOf(lsn!) },
    durability: `PostgreSQL ${version}: fsync ${fsync}, synchronous_commit ${synchronousCommit}, full_page_writes ${fullPageWrites}`,
  }
}
