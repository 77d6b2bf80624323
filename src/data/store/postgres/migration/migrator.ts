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
import { foreignKeyViolation, isServerFailure, notOfType, postgresError, uniqueViolation } from '../errors.ts'
import { literal, nameWithin, quoteName } from '../name.ts'
import { lockWaitMs } from '../session.ts'
import { createReference, hasWords, wordsIndexOf } from './derived.ts'
import { postgresFacts } from './facts.ts'
import { createSystemTables, readHistory, readModel, recordStep, writeModel } from './remembered.ts'
import { changeForm, codeIn, indexOf, statements } from './statements.ts'
import { createWordsColumns, fillWords } from './words.ts'

export interface PostgresMigrator extends Migrator {
  /** As it is remembered now. */
  model(): StoredModel
}

/** So long a start waits for another process that is at the schema. */
const turnWaitMs = 60_000
/** So long an index that is made beside writers waits for transactions that are under way. */
const besideWaitMs = 600_000

/**
 * Schema work over a connection of its own, which holds a lock that others who want to do such work wait for. Servers go on with
 * the data meanwhile. Disposing of it closes nothing.
 */
export async function postgresMigrator(
  connection: Connection,
  schema: string,
  { clock, telemetry }: { readonly clock: Clock; readonly telemetry: Telemetry },
): Promise<PostgresMigrator> {
  await takeTurn(connection, schema)
  let found = await readModel(connection)
  if (found === undefined) {
    await connection.execute(createSystemTables(schema))
    found = []
  }
  let remembered = found

  /** One transaction: the server makes one of statements that are sent together. */
  const commit = async (result: StoredModel, work: readonly string[]): Promise<void> => {
    const all = [...work, ...writeModel(remembered, result)]
    if (all.length > 0) await connection.execute(all.join(';\n'))
    remembered = result
  }
  /** The same with something in it that is more than statements. */
  const transaction = async (result: StoredModel, work: () => Promise<readonly string[]>): Promise<void> => {
    await connection.execute('begin')
    try {
      const last = await work()
      await connection.execute([...last, ...writeModel(remembered, result), 'commit'].join(';\n'))
    } catch (error) {
      await connection.execute('rollback').catch(() => {}) // Whoever lost the connection has rolled back.
      throw error
    }
    remembered = result
  }

  /** Makes an index of rows that are there while others go on to write them, which is a commit of its own. */
  const makeBeside = async (table: string, name: string, index: string): Promise<void> => {
    const drop = `drop index concurrently if exists ${quoteName(nameWithin(table, name))}`
    // It waits for transactions that began before it, and nobody waits for it.
    await connection.execute(`set lock_timeout = ${besideWaitMs}`)
    try {
      // One that was cut off has left something that is none.
      await connection.execute(drop)
      await connection.execute(`create ${index}`)
    } catch (error) {
      await connection.execute(drop).catch(() => {}) // The next one drops it.
      throw error
    } finally {
      await connection.execute(`set lock_timeout = ${lockWaitMs}`).catch(() => {}) // Whoever lost the connection sets it anew.
    }
  }

  const makeIndex = async (step: CreateIndex, result: StoredModel, record: string): Promise<void> => {
    const table = tableNamed(remembered, step.table)
    if (!(await hasRows(connection, step.table)))
      return commit(result, [...statements(step, remembered, result), record])
    await makeBeside(step.table, step.index.name, indexOf(table, step.index, remembered, 'concurrently'))
    await commit(result, [record])
  }

  const makeWords = async ({ table, derived }: MakeDerived, result: StoredModel, record: string): Promise<void> => {
    const { columns } = derived
    const words = { table, id: idIn(remembered, table), columns }
    // Servers go on while the rows that are there are entered; only the last of them keep writers waiting.
    await connection.execute(createWordsColumns(table, columns))
    await fillWords(connection, words)
    const isEmpty = !(await hasRows(connection, table))
    if (!isEmpty) await makeBeside(table, derived.name, wordsIndexOf(table, derived, 'concurrently'))
    await transaction(result, async () => {
      await connection.execute(`lock table ${quoteName(table)} in share row exclusive mode`)
      await fillWords(connection, words)
      return isEmpty ? [`create ${wordsIndexOf(table, derived)}`, record] : [record]
    })
  }

  const makeReference = async ({ table, derived }: MakeDerived, result: StoredModel, record: string): Promise<void> => {
    const [column] = derived.columns as [string]
    const code = codeIn(remembered, columnNamed(tableNamed(remembered, table), column))
    await commit(result, [changeForm(table, column, code), createReference(table, derived), record])
    try {
      // Beside writers: it holds for them already.
      await connection.execute(`alter table ${quoteName(table)} validate constraint ${quoteName(derived.name)}`)
    } catch (error) {
      if (!isServerFailure(error) || error.code !== foreignKeyViolation) throw error
      // As for every new rule.
      telemetry.log('warn', `${derived.name}: some rows refer to rows that are gone; it holds for what is written now`)
    }
  }

  return {
    model: () => remembered,
    stored: async () => remembered,
    facts: postgresFacts(connection),
    history: () => readHistory(connection),
    snapshot: undefined,
    async run(step, name, result) {
      const record = recordStep(clock.now(), name)
      try {
        if (step.kind === 'createIndex') await makeIndex(step, result, record)
        else if (step.kind !== 'makeDerived') await commit(result, [...statements(step, remembered, result), record])
        else await (hasWords(step.derived) ? makeWords : makeReference)(step, result, record)
      } catch (error) {
        throw stepError(error, step, name)
      }
    },
    async remember(model) {
      await known(commit(model, formsChanged(remembered, model)))
    },
    lacking: (fill, after, limit) => known(lackingRows(connection, remembered, { fill, after, limit })),
    async fill(fill, rows, model) {
      const whole = updateOf(remembered, fill, rows)
      try {
        await transaction(model, async () => {
          if (whole !== undefined) await connection.run(whole)
          return []
        })
      } catch (error) {
        if (!isServerFailure(error) || error.code !== uniqueViolation) throw postgresError(error) ?? error
        throw await refusedRow(connection, remembered, fill, rows)
      }
    },
    async missing(table, ids) {
      const id = idIn(remembered, table)
      const { rows } = await known(
        connection.run({
          text: `select n from unnest($1::${id.cast}[]) with ordinality as u(id, n) where not exists (select from ${quoteName(table)} as t where t."id" = u.id)`,
          values: [ids.map((one) => stored(id, one))],
        }),
      )
      return rows.map(([n]) => ids[Number(n) - 1]!)
    },
  }
}

type CreateIndex = Extract<Step, { kind: 'createIndex' }>
type MakeDerived = Extract<Step, { kind: 'makeDerived' }>

/** Holds until the connection ends. */
async function takeTurn(connection: Connection, schema: string): Promise<void> {
  const turn = `select pg_try_advisory_lock(hashtext('banyan'), hashtext(${literal(schema)}))`
  for (const end = performance.now() + turnWaitMs; ; ) {
    const { rows } = await connection.run({ text: turn, values: [] })
    if (rows[0]![0] === 't') return
    if (performance.now() > end)
      throw dataErrors.STORE_IN_USE(`another process has been migrating the data of schema ${schema} for a minute`)
    // A statement that waited for the lock would be a transaction for whose end an index waits that is made beside writers.
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 50))
  }
}

async function hasRows(connection: Connection, table: string): Promise<boolean> {
  const { rows } = await connection.run({ text: `select exists (select from ${quoteName(table)})`, values: [] })
  return rows[0]![0] === 't'
}

const lockNotAvailable = '55P03'

async function known<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw postgresError(error) ?? error
  }
}

function stepError(error: unknown, step: Step, name: string): unknown {
  if (!isServerFailure(error)) return postgresError(error) ?? error
  const facts = { cause: error }
  if (error.code === lockNotAvailable)
    return dataErrors.STORE_UNAVAILABLE(
      `${name}: others have held on to its table for ${lockWaitMs / 1000} s, and everybody would wait behind it`,
      facts,
    )
  if (step.kind === 'createIndex' && error.code === uniqueViolation)
    return migrationErrors.SCHEMA_REFUSED(`${name}: rows that are there have the same value`, facts)
  if (step.kind === 'makeDerived' && error.code === notOfType)
    return migrationErrors.SCHEMA_REFUSED(`${name}: rows that are there have values that are no ids of it`, facts)
  return postgresError(error) ?? error
}

/** A reference that becomes a text has the same values, and another form. */
function formsChanged(before: StoredModel, after: StoredModel): readonly string[] {
  return after.flatMap((table) =>
    table.columns.flatMap((column) => {
      const was = before.find(({ name }) => name === table.name)?.columns.find(({ name }) => name === column.name)
      if (was?.field.kind !== 'ref' || column.field.kind === 'ref') return []
      return [changeForm(table.name, column.name, codeIn(after, column))]
    }),
  )
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
      where ${after === null ? '' : `"id" > $1::${id.cast} and `}(${lacks.join(' or ')}) order by "id" limit ${limit}`,
    values: after === null ? [] : [stored(id, after)],
  })
  return rows.map((texts) => {
    const row = read.map(({ decode }, at): Value => {
      const text = texts[at]!
      return text === null || decode === undefined ? text : decode(text)
    })
    return { id: row[0] as string, row, lacks: targets.map((_, at) => texts[read.length + at] === 't') }
  })
}

/** Writes values where there are none; undefined where there is nothing to write. */
function updateOf(model: StoredModel, { table, targets }: Fill, rows: readonly FilledRow[]) {
  const written = rows.filter(({ values }) => values.some((value) => value !== null))
  if (written.length === 0) return undefined
  const id = idIn(model, table)
  const codes = targets.map(({ column, declaration }) => codeIn(model, { name: column, field: declaration }))
  const arrays = [id, ...codes].map(({ cast }, at) => `$${at + 1}::${cast}[]`)
  const sets = codes.map(({ quoted }, at) => `${quoted} = coalesce(t.${quoted}, v.c${at})`)
  return {
    text: `update ${quoteName(table)} as t set ${sets.join(', ')}
      from unnest(${arrays.join(', ')}) as v(id${codes.map((_, at) => `, c${at}`).join('')}) where t."id" = v.id`,
    values: [
      written.map((row) => stored(id, row.id)),
      ...codes.map((code, at) => written.map(({ values }) => stored(code, values[at]!))),
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
  await connection.execute('begin')
  try {
    for (const row of rows) {
      const update = updateOf(model, fill, [row])
      try {
        if (update !== undefined) await connection.run(update)
      } catch (cause) {
        if (!isServerFailure(cause) || cause.code !== uniqueViolation) throw postgresError(cause) ?? cause
        return takenValue(fill, row.id, cause)
      }
    }
    return dataErrors.STORE_UNAVAILABLE('other writers stood in the way')
  } finally {
    await connection.execute('rollback').catch(() => {})
  }
}
