import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { t } from '../../../../app/field.ts'
import { resourceManifest } from '../../../../app/manifest.ts'
import { resource } from '../../../../app/resource.ts'
import { systemClock } from '../../../../core/clock.ts'
import { planOf } from '../../../migration/plan.ts'
import { sqliteDerived } from './derived.ts'
import { sqliteMigrator } from './migrator.ts'

test('data that remember their fields, but no names of columns, go on as they are', async () => {
  const Flight = resource('flights', { number: t.text(), gate: t.text({ optional: true }) }).index('number')
  const manifest = resourceManifest('s', Flight.declaration)
  using database = new DatabaseSync(':memory:')
  const fields = Object.fromEntries(manifest.columns.map(({ name, field }) => [name, field]))
  database.exec(`
    create table _banyan_schema (resource text primary key, declaration text not null) strict, without rowid;
    create table flights (id text not null primary key, number text, gate text, createdAt text not null, updatedAt text not null,
      version integer not null, slot integer not null) strict, without rowid;
    create index "flights(number)" on flights (number);
  `)
  const declaration = JSON.stringify({ ids: 'generated', partitionBy: 'id', fields })
  database.prepare('insert into _banyan_schema values (?, ?)').run('flights', declaration)

  const migrator = sqliteMigrator(database, ':memory:', systemClock)
  const wanted = { resources: [manifest], backfills: new Map(), derived: sqliteDerived }
  const plan = await planOf(await migrator.stored(), wanted, migrator.facts)
  assert.deepEqual([plan.steps, plan.refusals], [[], []])
  await migrator.remember(plan.result)
  assert.deepEqual(await sqliteMigrator(database, ':memory:', systemClock).stored(), plan.result)
})
