import type { DatabaseSync } from 'node:sqlite'
import type { Wanted } from '../../migration/difference/wanted.ts'
import { beginLoad, finishLoads } from '../../migration/load.ts'
import type { StoredTable } from '../../migration/stored.ts'
import { quoteName } from './column.ts'
import { readingCacheKb, setCache } from './database.ts'
import type { SqliteMigrator } from './migration/migrator.ts'

/** Loads of many rows: where it is cheaper, a table does without the indexes that only serve reads until the last row is in. */
export interface Loader {
  begin(table: string, rows: number): Promise<void>
  finish(onStep: (step: string) => Promise<void>): Promise<void>
}

/** Below this building indexes anew costs more than it saves. */
const rowsMin = 10_000

/** Rows that only come need few pages, and an import needs its memory for them. Sorting for an index takes as much again. */
const loadingCacheKb = 16_000

export function loader(database: DatabaseSync, migrator: SqliteMigrator, wanted: Pick<Wanted, 'resources'>): Loader {
  return {
    async begin(name, rows) {
      const table = migrator.model().find((other) => other.name === name)!
      // Where most of the rows are there already, keeping their indexes is cheaper than building them again.
      if (!table.isLoading && (rows < rowsMin || holdsMoreThan(database, table, rows))) return
      setCache(database, loadingCacheKb)
      await beginLoad(migrator, name)
    },
    async finish(onStep) {
      await finishLoads(migrator, wanted, onStep)
      setCache(database, readingCacheKb)
    },
  }
}

function holdsMoreThan(database: DatabaseSync, { name }: StoredTable, rows: number): boolean {
  return database.prepare(`select 1 from ${quoteName(name)} limit 1 offset ?`).get(rows) !== undefined
}
