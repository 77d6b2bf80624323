import type { MigrationDriver } from '../../../migration/migrator.ts'
import { openDatabase } from '../database.ts'
import { databasePath, preparedPath, type SqliteOptions } from '../path.ts'
import { sqliteDerived } from './derived.ts'
import { look } from './look.ts'
import { sqliteMigrator } from './migrator.ts'
import { restoreSnapshot } from './restore.ts'
import { snapshotsOf } from './snapshot.ts'

/** Schema work on one file, its copies in the folder `snapshots` beside it. */
export const sqliteMigration: MigrationDriver<SqliteOptions> = {
  derived: sqliteDerived,
  look: async (options, deps) => look(databasePath(options, deps)),
  async open(options, deps) {
    const path = preparedPath(options, deps)
    const { database } = openDatabase(path)
    try {
      const close = async () => database.close()
      return { ...sqliteMigrator(database, path, deps.clock), [Symbol.asyncDispose]: close }
    } catch (error) {
      database.close()
      throw error
    }
  },
  copies: {
    kind: 'snapshots',
    list: async (options, deps) => snapshotsOf(databasePath(options, deps)),
    restore: async (name, options, deps) => restoreSnapshot(databasePath(options, deps), name, deps),
  },
}
