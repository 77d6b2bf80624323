import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '../../../../core/clock.ts'
import { systemRandom } from '../../../../core/random.ts'
import { migrationConformance } from '../../../migration/conformance.ts'
import { storeOn } from '../sqlite.ts'
import { sqliteDerived } from './derived.ts'
import { sqliteMigrator } from './migrator.ts'

migrationConformance('sqlite', async () => {
  const database = new DatabaseSync(':memory:')
  const migrator = sqliteMigrator(database, ':memory:', systemClock)
  return {
    // There is no file to be copied.
    migrator: { ...migrator, snapshot: undefined },
    derived: sqliteDerived,
    store: async (resources) => storeOn(database, '', { resources, migrator, random: systemRandom() }),
    schema: async () => schemaOf(database),
    async settle() {},
    [Symbol.asyncDispose]: async () => database.close(),
  }
})

/**
 * Defaults are left out: a new one is not given to a column that is there. So are the names of indexes, which say what was once,
 * and the tables of words, which the suite asks for what they find.
 */
function schemaOf(database: DatabaseSync): unknown {
  const tables = database
    .prepare("select name from sqlite_schema where type = 'table' and name not like '_banyan words %' order by name")
    .all()
  return tables.map(({ name }) => ({
    name,
    columns: database
      .prepare('select name, type, "notnull", pk from pragma_table_info(?) order by name')
      .all(name as string)
      .map((column) => ({ ...column })),
    indexes: database
      .prepare(
        `select l."unique" as isUnique, (select group_concat(i.name) from pragma_index_info(l.name) as i) as columns
         from pragma_index_list(?) as l where not l.partial order by columns, isUnique`,
      )
      .all(name as string)
      .map((index) => ({ ...index })),
    triggers: database
      .prepare("select sql from sqlite_schema where type = 'trigger' and tbl_name = ?")
      .all(name as string).length,
  }))
}
