import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Telemetry } from '../../../core/telemetry.ts'
import { dataErrors } from '../../errors.ts'
import type { BatchContext, OpenStore, Outcome, ResultOf, StoreDriver, StoreOperation } from '../store.ts'
import { type Committer, committer } from './commit.ts'
import { openDatabase } from './database.ts'
import { sqliteError } from './errors.ts'
import { sqliteGives, sqliteOptions } from './gives.ts'
import { loader } from './load.ts'
import { bringSchema } from './schema.ts'
import { type TableStatements, tableStatements } from './table.ts'
import { bringWordIndexes } from './word-schema.ts'

export interface SqliteOptions {
  /** The database file, relative to the folder of embedded data; `main.db` without it. `:memory:` keeps nothing. */
  readonly file?: string
}

/** SQLite in this process: reads run at once, a batch of commits is one transaction with one `fsync`. One process owns the file. */
export const sqlite: StoreDriver<SqliteOptions> = {
  name: 'sqlite',
  options: sqliteOptions,
  gives: sqliteGives,
  errorOf: sqliteError,
  async open({ file = 'main.db', resources }, deps): Promise<OpenStore> {
    const { telemetry, clock, random, dataFolder, isFolderUsed = false } = deps
    const path = file === ':memory:' ? file : resolve(dataFolder, file)
    if (path !== ':memory:') makeFolder(dirname(path))
    if (path !== ':memory:' && isFolderUsed) checkLoss(path, telemetry)
    const { database, durability } = openDatabase(path)
    try {
      const steps = [...bringSchema(database, resources, clock), ...bringWordIndexes(database, resources)]
      for (const step of steps) telemetry.log('info', `schema: ${step}`)
    } catch (error) {
      database.close()
      throw sqliteError(error) ?? error
    }

    const tables = new Map<string, TableStatements>(
      resources.map((resource) => [resource.name, tableStatements(database, resource)]),
    )
    const tableOf = (name: string): TableStatements => tables.get(name)!
    const commits: Committer = committer(database, resources, tableOf, random)
    const loads = loader(database, clock)
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
      explain: (operation) => {
        if (operation.kind === 'commit') return commits.explain(operation)
        return tableOf(operation.resource).explain(operation)
      },
      beginLoad: (resource, rows) => loads.begin(tableOf(resource).resource, rows),
      finishLoads: (onStep) => loads.finish(resources, onStep),
      async [Symbol.asyncDispose]() {
        if (closed) return
        closed = true
        database.close()
      },
    }
  },
}

/**
 * Refuses an empty file where there have been data: a copy or a disk that failed leaves one behind, and SQLite would begin anew in
 * it. A missing file is only told, because somebody has removed it, or the topology has a new store.
 */
function checkLoss(path: string, telemetry: Telemetry): void {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size
  if (bytes === undefined)
    telemetry.log('warn', `${path} is made anew in a folder that has held data before; if rows are missing, restore it`)
  else if (bytes === 0) throw dataErrors.STORE_EMPTY(`${path} is empty, and its folder has held data before`)
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw dataErrors.STORE_CANNOT_OPEN(`the folder ${folder} cannot be made`, { cause })
  }
}
