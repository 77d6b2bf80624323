import { after, suite } from 'node:test'
import { engine } from '../../../../../test/engine.ts'
import { testServer } from '../../../../../test/postgres/server.ts'
import { systemClock } from '../../../../core/clock.ts'
import { systemRandom } from '../../../../core/random.ts'
import { silentTelemetry } from '../../../../core/telemetry.ts'
import { migrationConformance } from '../../../migration/conformance.ts'
import type { OpenStore } from '../../store.ts'
import type { Connection } from '../connection.ts'
import { quoteName } from '../name.ts'
import { storeOn } from '../postgres.ts'
import { serversOf } from '../servers.ts'
import { connectForWork } from '../session.ts'
import { postgresDerived } from './derived.ts'
import { openMigrator } from './migration.ts'

const { skip } = engine('initdb')

if (skip !== undefined) suite('postgres migrates', { skip }, () => {})
else {
  const server = await testServer()
  after(() => server[Symbol.asyncDispose]())
  const deps = { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: '' }
  const admin = await connectForWork({ ...server.options(), schema: 'public' })
  after(() => admin.end())

  migrationConformance(
    'postgres',
    async () => {
      const options = { ...server.options(), connections: 2, maxConnections: 80 }
      const migrator = await openMigrator(options, deps)
      const stores: OpenStore[] = []
      return {
        migrator,
        derived: postgresDerived,
        async store(resources) {
          const content = { ...deps, resources, model: migrator.model() }
          const store = await storeOn(await serversOf(options, deps), options, content)
          stores.push(store)
          return store
        },
        schema: () => schemaOf(admin, options.schema!),
        async settle() {
          const tables = migrator.model().map(({ name }) => `${quoteName(options.schema!)}.${quoteName(name)}`)
          await admin.execute(`analyze ${tables.join(', ')}`)
        },
        async [Symbol.asyncDispose]() {
          await Promise.all([...stores, migrator].map((each) => each[Symbol.asyncDispose]()))
        },
      }
    },
    { pairs: 8 },
  )
}

/** Defaults are left out: a new one is not given to a column that is there. So are the names of indexes, which say what was once. */
async function schemaOf({ run }: Connection, schema: string): Promise<unknown> {
  const { rows } = await run({
    text: `select t.relname,
      (select json_agg(json_build_array(attname, format_type(atttypid, atttypmod), attnotnull) order by attname collate "C")
        from pg_attribute where attrelid = t.oid and attnum > 0 and not attisdropped),
      (select json_agg(regexp_replace(pg_get_indexdef(indexrelid), 'INDEX .* USING', 'INDEX') order by regexp_replace(pg_get_indexdef(indexrelid), 'INDEX .* USING', 'INDEX') collate "C")
        from pg_index where indrelid = t.oid),
      (select json_agg(pg_get_constraintdef(oid) order by pg_get_constraintdef(oid)) from pg_constraint where conrelid = t.oid and contype <> 'n'),
      (select count(*) from pg_trigger where tgrelid = t.oid and not tgisinternal)
      from pg_class as t where relkind = 'r' and relnamespace = $1::regnamespace order by t.relname collate "C"`,
    values: [schema],
  })
  return rows
}
