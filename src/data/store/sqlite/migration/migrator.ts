import type { DatabaseSync } from 'node:sqlite'
import type { Value } from '../../../../app/row.ts'
import type { Clock } from '../../../../core/clock.ts'
import { migrationErrors } from '../../../migration/errors.ts'
import { systemColumns } from '../../../migration/fill.ts'
import type { FilledRow, LackingRow, Migrator } from '../../../migration/migrator.ts'
import type { Fill, Step } from '../../../migration/step.ts'
import { placementOf, type StoredModel } from '../../../migration/stored.ts'
import { takenValue } from '../../../migration/taken.ts'
import { columnCode, quoteName } from '../column.ts'
import { constraintUnique, isSqliteFailure, sqliteError } from '../errors.ts'
import { wordIndex, wordsKind } from '../word-index.ts'
import { sqliteFacts } from './facts.ts'
import { createSystemTables, readModel, writeModel } from './remembered.ts'
import { takeSnapshot } from './snapshot.ts'
import { statements } from './statements.ts'

export interface SqliteMigrator extends Migrator {
  /** As it is remembered now. */
  model(): StoredModel
}

/** Schema work on a database that this process alone has open. Disposing of it closes nothing. */
export function sqliteMigrator(database: DatabaseSync, path: string, clock: Clock): SqliteMigrator {
  createSystemTables(database)
  const record = database.prepare('insert into _banyan_migrations (appliedAt, step) values (?, ?)')
  let remembered = readModel(database)

  const commit = (result: StoredModel, work: () => void): void => {
    database.exec('begin immediate')
    try {
      work()
      writeModel(database, remembered, result)
      database.exec('commit')
      remembered = result
    } catch (error) {
      if (database.isTransaction) database.exec('rollback')
      throw sqliteError(error) ?? error
    }
  }

  return {
    model: () => remembered,
    stored: async () => remembered,
    facts: sqliteFacts((question) => question(database)),
    history: async () => readHistory(database),
    async run(step, name, result) {
      commit(result, () => {
        for (const sql of statements(step, remembered, result)) runStatement(database, sql, step, name)
        if (step.kind === 'makeDerived' && step.derived.kind === wordsKind)
          wordIndex(
            database,
            step.resource,
            placementOf(() => result, step.resource),
          ).fill()
        record.run(clock.now(), name)
      })
    },
    async remember(model) {
      commit(model, () => {})
    },
    lacking: async (fill, after, limit) => lackingRows(database, fill, after, limit),
    async fill(fill, rows, model) {
      commit(model, () => fillRows(database, fill, rows))
    },
    async missing(table, ids) {
      const there = database.prepare(`select 1 from ${quoteName(table)} where "id" = ?`)
      return ids.filter((id) => there.get(id) === undefined)
    },
    snapshot: async () => takeSnapshot(database, path, clock),
  }
}

export function readHistory(database: DatabaseSync): readonly { readonly appliedAt: string; readonly step: string }[] {
  return database
    .prepare('select appliedAt, step from _banyan_migrations order by number')
    .all()
    .map(({ appliedAt, step }) => ({ appliedAt: String(appliedAt), step: String(step) }))
}

function runStatement(database: DatabaseSync, sql: string, step: Step, name: string): void {
  try {
    database.exec(sql)
  } catch (cause) {
    if (step.kind !== 'createIndex' || !isSqliteFailure(cause) || cause.errcode !== constraintUnique) throw cause
    throw migrationErrors.SCHEMA_REFUSED(`${name}: rows that are there have the same value`, { cause })
  }
}

function lackingRows(
  database: DatabaseSync,
  { table, targets }: Fill,
  after: string | null,
  limit: number,
): readonly LackingRow[] {
  const read = [
    ...systemColumns,
    ...targets.flatMap(({ reads }) => reads.map(({ column: { name, field } }) => ({ name, field }))),
  ].map((column) => columnCode(column))
  const lacks = targets.map(({ column }) => `${quoteName(column)} is null`)
  const statement = database.prepare(
    `select ${[...read.map(({ selected }) => selected), ...lacks].join(', ')} from ${quoteName(table)}
     where ${after === null ? '' : '"id" > ? and '}(${lacks.join(' or ')}) order by "id" limit ${limit}`,
  )
  statement.setReturnArrays(true)
  const rows = statement.all(...(after === null ? [] : [after])) as unknown as Value[][]
  return rows.map((stored) => ({
    id: stored[0] as string,
    row: read.map(({ decode }, at) =>
      decode === undefined || stored[at] === null ? stored[at]! : decode(stored[at] as never),
    ),
    lacks: targets.map((_, at) => stored[read.length + at] === 1),
  }))
}

function fillRows(database: DatabaseSync, fill: Fill, rows: readonly FilledRow[]): void {
  const { table, targets } = fill
  const codes = targets.map(({ column, declaration }) => columnCode({ name: column, field: declaration }))
  const sets = codes.map(({ name }) => `${quoteName(name)} = coalesce(${quoteName(name)}, ?)`)
  const update = database.prepare(`update ${quoteName(table)} set ${sets.join(', ')} where "id" = ?`)
  for (const { id, values } of rows) {
    if (values.every((value) => value === null)) continue
    try {
      update.run(...(codes.map(({ encode }, at) => encode(values[at]!)) as never[]), id)
    } catch (cause) {
      if (!isSqliteFailure(cause) || cause.errcode !== constraintUnique) throw cause
      throw takenValue(fill, id, cause)
    }
  }
}
