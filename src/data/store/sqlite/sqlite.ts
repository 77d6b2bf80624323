import type { DatabaseSync } from 'node:sqlite'
import type { ResourceManifest } from '../../../app/manifest.ts'
import type { Random } from '../../../core/random.ts'
import { dataErrors } from '../../errors.ts'
import { migrateAtStart } from '../../migration/migrate.ts'
import { placementOf } from '../../migration/stored.ts'
import type { BatchContext, OpenStore, Outcome, ResultOf, StoreDriver, StoreOperation } from '../store.ts'
import { type Committer, committer } from './commit.ts'
import { openDatabase } from './database.ts'
import { sqliteError } from './errors.ts'
import { sqliteGives, sqliteOptions } from './gives.ts'
import { loader } from './load.ts'
import { sqliteDerived } from './migration/derived.ts'
import { sqliteMigration } from './migration/migration.ts'
import { type SqliteMigrator, sqliteMigrator } from './migration/migrator.ts'
import { preparedPath, type SqliteOptions } from './path.ts'
import { type TableStatements, tableStatements } from './table.ts'

/** SQLite in this process: reads run at once, a batch of commits is one transaction with one `fsync`. One process owns the file. */
export const sqlite: StoreDriver<SqliteOptions> = {
  name: 'sqlite',
  options: sqliteOptions,
  gives: sqliteGives,
  errorOf: sqliteError,
  migration: sqliteMigration,
  async open(
    { resources, backfills = new Map(), mayMigrate = true, onMigration, ...options },
    deps,
  ): Promise<OpenStore> {
    const path = preparedPath(options, deps)
    const { database, durability } = openDatabase(path)
    try {
      const migrator = sqliteMigrator(database, path, deps.clock)
      const progress = onMigration === undefined ? {} : { onProgress: onMigration }
      const wanted = { resources, backfills, derived: sqliteDerived }
      await migrateAtStart(migrator, wanted, { ...deps, ...progress, mayMigrate })
      // Whoever looks at the file while this process has it open finds its schema there.
      database.exec('pragma wal_checkpoint(truncate)')
      return storeOn(database, durability, { resources, migrator, random: deps.random })
    } catch (error) {
      database.close()
      throw sqliteError(error) ?? error
    }
  },
}

/** The store of a database that has been brought to these resources. Disposing of it closes the database. */
export function storeOn(
  database: DatabaseSync,
  durability: string,
  {
    resources,
    migrator,
    random,
  }: { readonly resources: readonly ResourceManifest[]; readonly migrator: SqliteMigrator; readonly random: Random },
): OpenStore {
  const tables = new Map<string, TableStatements>(
    resources.map((resource) => [
      resource.name,
      tableStatements(database, resource, placementOf(migrator.model, resource)),
    ]),
  )
  const tableOf = (name: string): TableStatements => tables.get(name)!
  const commits: Committer = committer(database, resources, tableOf, random)
  const loads = loader(database, migrator, { resources })
  let closed = false

  const run = (operation: StoreOperation): Outcome<ResultOf<StoreOperation>> => {
    try {
      switch (operation.kind) {
        case 'get':
          return { ok: true, value: tableOf(operation.resource).get(operation.ids), position: commits.position }
        case 'scan':
          return {
            ok: true,
            value: { rows: tableOf(operation.resource).scan(operation) },
            position: commits.position,
          }
        case 'search':
          return { ok: true, value: tableOf(operation.resource).search(operation), position: commits.position }
        case 'count':
          return { ok: true, value: tableOf(operation.resource).count(operation), position: commits.position }
        case 'commit':
          throw new TypeError('commits run as a batch')
      }
    } catch (error) {
      const known = sqliteError(error)
      if (known === undefined) throw error
      return { ok: false, error: known }
    }
  }

  const execute = async (operations: readonly StoreOperation[], _context: BatchContext) => {
    if (closed) {
      const error = dataErrors.STORE_CLOSED('the store has been closed')
      return operations.map(() => ({ ok: false, error }) as const)
    }
    const first = operations[0]
    if (first?.kind === 'commit') return commits.run(operations as readonly (typeof first)[])
    return operations.map(run)
  }

  return {
    durability,
    // Each operation gets an outcome of its own kind; the type of `run` cannot say so.
    execute: execute as OpenStore['execute'],
    async explain(operation) {
      if (operation.kind === 'commit') return commits.explain(operation)
      return tableOf(operation.resource).explain(operation)
    },
    beginLoad: (resource, rows) => loads.begin(tableOf(resource).placement.table, rows),
    finishLoads: (onStep) => loads.finish(onStep),
    async [Symbol.asyncDispose]() {
      if (closed) return
      closed = true
      database.close()
    },
  }
}
