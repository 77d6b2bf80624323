import type { Value } from '../../../../app/row.ts'
import type { Clock } from '../../../../core/clock.ts'
import type { Telemetry } from '../../../../core/telemetry.ts'
import { dataErrors } from '../../../errors.ts'
import { migrationErrors } from '../../../migration/errors.ts'
import { systemColumns } from '../../../migration/fill.ts'
import type { FilledRow, LackingRow, Migrator } from '../../../migration/migrator.ts'
import type { Fill, Step } from '../../../migration/step.ts'
import { columnNamed, type StoredModel, tableNamed } from '../../../migration/stored.ts'
import { takenValue } from '../../../migration/taken.ts'
import { type ColumnCode, stored } from '../column.ts'
import type { Connection } from '../connection.ts'
import { duplicateEntry, isServerFailure, lockWaitTimeout, mysqlError, tooLongRow } from '../errors.ts'
import { engineName, literal, quoteName } from '../name.ts'
import { listTable, listValue, type Statement } from '../statement.ts'
import { hasWords } from './derived.ts'
import { mysqlFacts } from './facts.ts'
import { codeIn } from './form.ts'
import { createSystemTables, readHistory, readModel, recordStep, writeModel } from './remembered.ts'
import { builderOn, rowStatements } from './steps.ts'
import { fillWords } from './words.ts'

export interface MysqlMigrator extends Migrator {
  /** As it is remembered now. */
  model(): StoredModel
}

/** So long a start waits for another process that is at the schema. */
const turnWaitS = 60

/**
 * Schema work over a connection of its own, which holds a lock that others who want to do such work wait for. Servers go on with
 * the data meanwhile. What changes tables is a commit of its own to this server, so a step is remembered when it is done, and done
 * again where it was cut off. Disposing of it closes nothing.
 */
export async function mysqlMigrator(
  connection: Connection,
  { clock, telemetry }: { readonly clock: Clock; readonly telemetry: Telemetry },
): Promise<MysqlMigrator> {
  await takeTurn(connection)
  let found = await readModel(connection)
  if (found === undefined) {
    for (const text of createSystemTables(connection)) await connection.run({ text, values: [] })
    found = []
  }
  let remembered = found
  const builder = builderOn(connection, (index, columns) =>
    telemetry.log(
      'warn',
      `schema: ${index} has room for the beginning of ${columns.join(' and ')} only, so lists in this order are sorted each time; a maxLength of 255 or less has room`,
    ),
  )

  /** One transaction. */
  const commit = async (result: StoredModel, work: readonly Statement[]): Promise<void> => {
    const all = [...work, ...writeModel(remembered, result).map(plain)]
    if (all.length > 0) await transaction(connection, all)
    remembered = result
  }

  return {
    model: () => remembered,
    stored: async () => remembered,
    facts: mysqlFacts(connection, () => remembered),
    history: () => readHistory(connection),
    snapshot: undefined,
    async run(step, name, result) {
      try {
        await builder.build(step, remembered, result)
        if (step.kind === 'makeDerived' && hasWords(step.derived))
          await fillWords(connection, {
            table: step.table,
            id: idIn(remembered, step.table),
            columns: step.derived.columns,
          })
        await commit(result, [...rowStatements(step), recordStep(clock.now(), name)].map(plain))
      } catch (error) {
        throw stepError(error, step, name)
      }
    },
    async remember(model) {
      await known(builder.reform(remembered, model))
      await known(commit(model, []))
    },
    lacking: (fill, after, limit) => known(lackingRows(connection, remembered, { fill, after, limit })),
    async fill(fill, rows, model) {
      const whole = updateOf(remembered, fill, rows)
      try {
        await commit(model, whole === undefined ? [] : [whole])
      } catch (error) {
        if (!isServerFailure(error) || error.errno !== duplicateEntry) throw mysqlError(error) ?? error
        throw await refusedRow(connection, remembered, fill, rows)
      }
    },
    async missing(table, ids) {
      if (ids.length === 0) return []
      const id = idIn(remembered, table)
      const { rows } = await known(
        connection.run({
          text: `select i.c1 from ${listTable([id.listed])} where not exists (select 1 from ${quoteName(table)} as t where t."id" = i.c1)`,
          values: [listValue(ids.map((one) => [stored(id, one)]))],
        }),
      )
      const gone = new Set(rows.map(([one]) => one))
      return ids.filter((one) => gone.has(stored(id, one)))
    },
  }
}

function plain(text: string): Statement {
  return { text, values: [] }
}

async function transaction({ run }: Connection, statements: readonly Statement[]): Promise<void> {
  await run(plain('begin'))
  try {
    for (const statement of statements) await run(statement)
    await run(plain('commit'))
  } catch (error) {
    await run(plain('rollback')).catch(() => {}) // Whoever lost the connection has rolled back.
    throw error
  }
}

/** Holds until the connection ends. */
async function takeTurn({ run }: Connection): Promise<void> {
  const { rows: named } = await run(plain('select database()'))
  const database = String(named[0]![0])
  const { rows } = await run(plain(`select get_lock(${literal(engineName(`banyan ${database}`))}, ${turnWaitS})`))
  if (Number(rows[0]![0]) !== 1)
    throw dataErrors.STORE_IN_USE(`another process has been migrating the data of ${database} for a minute`)
}

async function known<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw mysqlError(error) ?? error
  }
}

function stepError(error: unknown, step: Step, name: string): unknown {
  if (!isServerFailure(error)) return mysqlError(error) ?? error
  const facts = { cause: error }
  if (error.errno === lockWaitTimeout)
    return dataErrors.STORE_UNAVAILABLE(
      `${name}: others have held on to its table for seconds, and everybody would wait behind it`,
      facts,
    )
  if (step.kind === 'createIndex' && error.errno === duplicateEntry)
    return migrationErrors.SCHEMA_REFUSED(`${name}: rows that are there have the same value`, facts)
  if (error.errno === tooLongRow)
    return migrationErrors.SCHEMA_REFUSED(
      `${name}: a row has no room for so many short texts; those of a maxLength above 255 lie beside it`,
      facts,
    )
  return mysqlError(error) ?? error
}

function idIn(model: StoredModel, table: string): ColumnCode {
  return codeIn(model, columnNamed(tableNamed(model, table), 'id'))
}

async function lackingRows(
  { run }: Connection,
  model: StoredModel,
  { fill, after, limit }: { readonly fill: Fill; readonly after: string | null; readonly limit: number },
): Promise<readonly LackingRow[]> {
  const { table, targets } = fill
  const id = idIn(model, table)
  const read = [
    id,
    ...systemColumns.slice(1).map((column) => codeIn(model, column)),
    ...targets.flatMap(({ reads }) => reads.map(({ column }) => codeIn(model, column))),
  ]
  const lacks = targets.map(({ column }) => `${quoteName(column)} is null`)
  const { rows } = await run({
    text: `select ${[...read.map(({ quoted }) => quoted), ...lacks].join(', ')} from ${quoteName(table)}
      where ${after === null ? '' : '"id" > ? and '}(${lacks.join(' or ')}) order by "id" limit ${limit}`,
    values: after === null ? [] : [stored(id, after)],
  })
  return rows.map((values) => {
    const row = read.map(({ decode }, at): Value => {
      const value = values[at]!
      return value === null || decode === undefined ? (value as Value) : decode(value)
    })
    return { id: row[0] as string, row, lacks: targets.map((_, at) => Number(values[read.length + at]) === 1) }
  })
}

/** Writes values where there are none; undefined where there is nothing to write. */
function updateOf(model: StoredModel, { table, targets }: Fill, rows: readonly FilledRow[]): Statement | undefined {
  const written = rows.filter(({ values }) => values.some((value) => value !== null))
  if (written.length === 0) return undefined
  const id = idIn(model, table)
  const codes = targets.map(({ column, declaration }) => codeIn(model, { name: column, field: declaration }))
  const sets = codes.map((code, at) => `t.${code.quoted} = coalesce(t.${code.quoted}, ${code.written(`i.c${at + 2}`)})`)
  return {
    text: `update ${quoteName(table)} as t join ${listTable([id, ...codes].map(({ listed }) => listed))} on t."id" = i.c1 set ${sets.join(', ')}`,
    values: [
      listValue(written.map((row) => [stored(id, row.id), ...codes.map((code, at) => stored(code, row.values[at]!))])),
    ],
  }
}

/** Of rows that were refused together the first that is refused by itself. */
async function refusedRow(
  connection: Connection,
  model: StoredModel,
  fill: Fill,
  rows: readonly FilledRow[],
): Promise<unknown> {
  await connection.run(plain('begin'))
  try {
    for (const row of rows) {
      const update = updateOf(model, fill, [row])
      try {
        if (update !== undefined) await connection.run(update)
      } catch (cause) {
        if (!isServerFailure(cause) || cause.errno !== duplicateEntry) throw mysqlError(cause) ?? cause
        return takenValue(fill, row.id, cause)
      }
    }
    return dataErrors.STORE_UNAVAILABLE('other writers stood in the way')
  } finally {
    await connection.run(plain('rollback')).catch(() => {})
  }
}
