import type { ResourceManifest } from '../../../app/manifest.ts'
import { durationMs } from '../../../core/duration.ts'
import { dataErrors } from '../../errors.ts'
import { migrateAtStart } from '../../migration/migrate.ts'
import type { StoredModel } from '../../migration/stored.ts'
import type { BatchContext, Commit, Explanation, OpenStore, StoreDriver, StoreOperation } from '../store.ts'
import { committer } from './commit.ts'
import { type Connections, connectionsTo } from './connections.ts'
import { mysqlError, openingError } from './errors.ts'
import { explained } from './explain.ts'
import { mysqlGives, mysqlOptions } from './gives.ts'
import { mysqlMigration, openMigrator } from './migration/migration.ts'
import { type Positions, positionsOf } from './position.ts'
import { type Read, reader } from './reads.ts'
import { dropDatabase, scratchDatabase } from './scratch.ts'
import { tablesOf } from './table.ts'

export interface MysqlOptions {
  /** `mysql://user:password@host:port/database`. */
  readonly primary: string
  /** The most connections that this process has; 10 without it. */
  readonly connections?: number
  /** After which the server ends a statement, a duration; `5s` without it. */
  readonly statementTimeout?: string
}

/** MySQL and MariaDB, shared by many processes. A read is one statement; commits of one turn are one transaction. */
export const mysql: StoreDriver<MysqlOptions> = {
  name: 'mysql',
  options: mysqlOptions,
  peer: { package: 'mysql2', range: '^3.24.0' },
  gives: mysqlGives,
  errorOf: mysqlError,
  migration: mysqlMigration,
  async open(
    { resources, backfills = new Map(), mayMigrate = true, isScratch = false, onMigration, ...given },
    deps,
  ): Promise<OpenStore> {
    const options = isScratch ? await scratchDatabase(given) : given
    const migrator = await openMigrator(options, deps)
    let model: StoredModel
    try {
      const progress = onMigration === undefined ? {} : { onProgress: onMigration }
      const wanted = { resources, backfills, derived: mysqlMigration.derived }
      model = await migrateAtStart(migrator, wanted, { ...deps, ...progress, mayMigrate })
    } finally {
      await migrator[Symbol.asyncDispose]()
    }
    const store = await storeOn(options, resources, model)
    return isScratch ? dropping(store, options) : store
  },
}

/** Takes the data along when it is disposed of, which may happen twice. */
function dropping(store: OpenStore, options: MysqlOptions): OpenStore {
  let dropped: Promise<void> | undefined
  return {
    ...store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      dropped ??= dropDatabase(options)
      await dropped
    },
  }
}

/** The store of data that have been brought to these resources. */
export async function storeOn(
  { primary, connections: max = 10, statementTimeout = '5s' }: MysqlOptions,
  resources: readonly ResourceManifest[],
  model: StoredModel,
): Promise<OpenStore> {
  const connections = connectionsTo({ url: primary, statementTimeoutMs: durationMs(statementTimeout) }, max)
  const tables = tablesOf(resources, model)
  const { positions, durability } = await begin(connections, primary)
  /** What many rows were put into, of which the server has no statistics yet. */
  const loaded = new Set<string>()
  let closed = false

  const reads = reader(connections, tables, positions)
  const commits = committer(connections, tables, positions)

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
    // Each operation gets an outcome of its own kind; the type of `read` cannot say so.
    execute: execute as OpenStore['execute'],
    explain: async (operation): Promise<Explanation> => ({ ...explained(operation, tables), plan: [], excess: [] }),
    // Others serve from the same tables meanwhile, and need their indexes.
    async beginLoad(resource) {
      loaded.add(resource)
    },
    async finishLoads(onStep) {
      for (const resource of loaded) {
        await onStep(`look at the values of ${resource}, by which statements are planned`)
        await connections.use(patient, ({ run }) =>
          run({ text: `analyze table ${tables.of(resource).name}`, values: [] }),
        )
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

/** Of who waits for nobody's answer. */
const patient = { atMs: Number.POSITIVE_INFINITY, remainingMs: () => Number.POSITIVE_INFINITY }

/** Looks at the server; nothing stays open where that cannot be done. */
async function begin(
  connections: Connections,
  url: string,
): Promise<{ readonly positions: Positions; readonly durability: string }> {
  try {
    return await connections.use(patient, async (connection) => {
      const { version, durability } = connection.dialect
      const { rows } = await connection.run({ text: durability, values: [] })
      const said = Array.from({ length: rows[0]!.length / 2 }, (_, at) => `${rows[0]![2 * at]} ${rows[0]![2 * at + 1]}`)
      return { positions: await positionsOf(connection), durability: `${version}: ${said.join(', ')}` }
    })
  } catch (error) {
    await connections.close()
    throw openingError(error, url) ?? mysqlError(error) ?? error
  }
}
