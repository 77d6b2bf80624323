import { after, suite } from 'node:test'
import { engine } from '../../../../../test/engine.ts'
import { testServer } from '../../../../../test/mysql/server.ts'
import { systemClock } from '../../../../core/clock.ts'
import { systemRandom } from '../../../../core/random.ts'
import { silentTelemetry } from '../../../../core/telemetry.ts'
import { migrationConformance } from '../../../migration/conformance.ts'
import type { OpenStore } from '../../store.ts'
import { type Connection, connect } from '../connection.ts'
import { storeOn } from '../mysql.ts'
import { quoteName } from '../name.ts'
import { mysqlDerived } from './derived.ts'
import { openMigrator } from './migration.ts'

const { skip } = engine('mariadbd')

if (skip !== undefined) suite('mysql migrates', { skip }, () => {})
else {
  const server = await testServer()
  after(() => server[Symbol.asyncDispose]())
  const deps = { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: '' }

  migrationConformance(
    'mysql',
    async () => {
      const options = { ...(await server.options()), connections: 2 }
      const migrator = await openMigrator(options, deps)
      const admin = await connect({ url: options.primary, statementTimeoutMs: 10_000, onEnd() {} })
      const stores: OpenStore[] = []
      return {
        migrator,
        derived: mysqlDerived,
        async store(resources) {
          const store = await storeOn(options, resources, migrator.model())
          stores.push(store)
          return store
        },
        schema: () => schemaOf(admin),
        async settle() {
          const tables = migrator.model().map(({ name }) => quoteName(name))
          if (tables.length > 0) await admin.run({ text: `analyze table ${tables.join(', ')}`, values: [] })
        },
        async [Symbol.asyncDispose]() {
          await Promise.all([...stores, migrator].map((each) => each[Symbol.asyncDispose]()))
          await admin.end()
        },
      }
    },
    { pairs: 8 },
  )
}

/** Defaults are left out: a new one is not given to a column that is there. So are the names of indexes, which say what was once. */
async function schemaOf({ run }: Connection): Promise<unknown> {
  const found = async (text: string) => (await run({ text, values: [] })).rows
  return [
    await found(
      `select table_name, column_name, column_type, is_nullable, collation_name, generation_expression from information_schema.columns
        where table_schema = database() order by table_name, column_name`,
    ),
    (
      await found(
        `select table_name, non_unique, group_concat(column_name, coalesce(sub_part, '') order by seq_in_index)
          from information_schema.statistics where table_schema = database() group by table_name, index_name, non_unique`,
      )
    )
      .map((row) => row.join(' '))
      .toSorted(),
    await found(
      `select event_object_table, action_statement from information_schema.triggers where trigger_schema = database()
        order by event_object_table, action_statement`,
    ),
  ]
}
