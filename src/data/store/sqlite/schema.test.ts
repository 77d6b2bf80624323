import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { test } from 'node:test'
import { systemClock } from '../../../core/clock.ts'
import { seededRandom } from '../../../core/random.ts'
import { silentTelemetry } from '../../../core/telemetry.ts'
import { samples } from '../conformance/samples.ts'
import { storeDrivers } from '../drivers.ts'
import type { StoreDriver } from '../store.ts'
import { planOf } from './plan.ts'

/** Opens the samples in a folder; gives every statement that was prepared or run for it. */
async function statementsOfOpening(dataFolder: string): Promise<readonly string[]> {
  const driver = (await storeDrivers.sqlite()) as StoreDriver<object>
  const { prepare, exec } = DatabaseSync.prototype
  const statements: string[] = []
  DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string, ...rest: never[]): StatementSync {
    statements.push(sql)
    return prepare.call(this, sql, ...rest)
  }
  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
    statements.push(sql)
    exec.call(this, sql)
  }
  try {
    const deps = { telemetry: silentTelemetry, clock: systemClock, random: seededRandom(1), dataFolder }
    await using _store = await driver.open({ resources: samples }, deps)
    return statements
  } finally {
    Object.assign(DatabaseSync.prototype, { prepare, exec })
  }
}

test('opening data whose schema has not changed takes no longer with more rows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-schema-'))
  try {
    await statementsOfOpening(folder)
    const statements = await statementsOfOpening(folder)
    using database = new DatabaseSync(join(folder, 'main.db'))
    const selects = statements.filter(
      (sql) => sql.startsWith('select') && samples.some(({ name }) => sql.includes(`"${name}"`)),
    )
    assert.ok(selects.length >= samples.length, `${selects.length} of ${statements.length}`)
    for (const sql of selects) {
      const scans = planOf(database, { sql, values: [] }).filter((line) => line.startsWith('SCAN'))
      // Whether there is a row at all is known by the first.
      if (!sql.endsWith(' limit 1')) assert.deepEqual(scans, [], sql)
    }
    assert.deepEqual(
      statements.filter((sql) => /^\s*(alter|create (unique )?index|drop|analyze|vacuum|reindex)/.test(sql)),
      [],
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
