import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Column } from '../../app/manifest.ts'
import { rowFormat, storedValue, type Value } from '../../app/row.ts'
import { fieldSchema } from '../../app/schema.ts'
import { compileSchema } from '../../app/validator.ts'
import type { Clock } from '../../core/clock.ts'
import { assert, type BanyanError } from '../../core/errors.ts'
import { after, withStale } from './after.ts'
import { fingerprint } from './difference/source.ts'
import { rememberedField } from './difference/wanted.ts'
import { migrationErrors } from './errors.ts'
import type { FilledRow, LackingRow, Migrator } from './migrator.ts'
import type { Fill, FillTarget } from './step.ts'
import { columnNamed, type Filling, type StoredModel, tableKnownAs, tableNamed } from './stored.ts'

/** How far a fill has come, in rows. */
export interface FillProgress {
  /** The fields that are filled: `flights.seatClass`. */
  readonly part: string
  readonly done: number
  readonly total: number
}

/** Rows in one commit: few enough for the pause to be short, many enough for the fsync not to matter. */
const batchRows = 500

/**
 * Gives every row its values, batch by batch. Each commit says how far it has come, so what is cut off goes on behind it. If the
 * function fails, the columns are begun anew the next time: rows of one column are not made by two functions.
 */
export async function runFill(
  migrator: Migrator,
  stored: StoredModel,
  fill: Fill,
  { clock, onProgress }: { readonly clock: Clock; readonly onProgress: (done: number) => void },
): Promise<StoredModel> {
  const make = makerOf(fill)
  const by = fingerprint(fill.targets.map((target) => [target.column, target.by]))
  const begun = tableNamed(stored, fill.table).filling
  let filling: Filling = begun?.by === by ? begun : { by, after: null, done: 0, startedAt: clock.now() }
  let model = stored
  try {
    for (;;) {
      const rows = await migrator.lacking(fill, filling.after, batchRows)
      if (rows.length === 0) break
      const filled = rows.map(make)
      await checkReferences(migrator, model, fill, filled)
      filling = { ...filling, after: rows.at(-1)!.id, done: filling.done + rows.length }
      model = withFilling(model, fill, filling)
      await migrator.fill(fill, filled, model)
      onProgress(filling.done)
      // Signals are heard between two turns only.
      await nextTurn()
    }
  } catch (error) {
    if ((error as Partial<BanyanError>).code === 'BACKFILL_INVALID') await migrator.remember(begunAnew(model, fill))
    throw error
  }
  for (const { column, declaration } of fill.targets) {
    const without = declaration.optional ? 0 : await migrator.facts.count(fill.table, { kind: 'null', column })
    assert(without === 0, `${fill.table}.${column} has been filled, and ${without} rows have no value`)
  }
  return model
}

function makerOf({ resource, targets }: Fill): (row: LackingRow) => FilledRow {
  let at = systemColumns.length
  const makers = targets.map((target) => {
    const from = at
    at += target.reads.length
    return targetMaker(resource, target, from)
  })
  return ({ id, row, lacks }) => ({ id, values: makers.map((make, index) => (lacks[index] ? make(id, row) : null)) })
}

const system = { optional: false, unique: false, private: false, writeOnce: true } as const
/** What every backfill sees, in this order. */
export const systemColumns: readonly Column[] = [
  { name: 'id', field: { kind: 'text', maxLength: 128, ...system } },
  { name: 'createdAt', field: { kind: 'timestamp', ...system } },
  { name: 'updatedAt', field: { kind: 'timestamp', ...system } },
  { name: 'version', field: { kind: 'integer', ...system } },
]

function targetMaker(
  resource: string,
  { field, declaration, source, reads }: FillTarget,
  from: number,
): (id: string, row: readonly Value[]) => Value {
  if (source.kind === 'default') {
    const value = storedValue(declaration, declaration.default)
    return () => value
  }
  const format = rowFormat([...systemColumns, ...reads.map(({ name, column }) => ({ name, field: column.field }))])
  const { default: _, ...bare } = rememberedField(declaration)
  const validate = compileSchema(fieldSchema(bare as typeof declaration))
  const place = (id: string) => `${resource}/${id}: the backfill of ${field}`
  return (id, row) => {
    const given = format.toObject([...row.slice(0, systemColumns.length), ...row.slice(from, from + reads.length)])
    let value: unknown
    try {
      value = source.backfill.value(given)
    } catch (cause) {
      throw migrationErrors.BACKFILL_INVALID(`${place(id)} threw: ${(cause as Error | null)?.message ?? cause}`, {
        cause,
      })
    }
    if (typeof (value as { then?: unknown } | null | undefined)?.then === 'function')
      throw migrationErrors.BACKFILL_INVALID(`${place(id)} gave a promise; it has to be synchronous`)
    const [issue] = value === undefined ? [{ detail: 'must be a value, and is undefined' }] : validate(value)
    if (issue !== undefined)
      throw migrationErrors.BACKFILL_INVALID(`${place(id)} gave what the field refuses: ${issue.detail}`)
    return storedValue(declaration, value)
  }
}

async function checkReferences(
  migrator: Migrator,
  model: StoredModel,
  { resource, targets }: Fill,
  rows: readonly FilledRow[],
): Promise<void> {
  for (const [at, { field, declaration }] of targets.entries()) {
    if (declaration.kind !== 'ref') continue
    const ids = new Set(rows.flatMap(({ values }) => (values[at] === null ? [] : [values[at] as string])))
    const missing = await migrator.missing(tableKnownAs(model, declaration.target)!.name, [...ids])
    const row = rows.find(({ values }) => missing.includes(values[at] as string))
    if (row !== undefined)
      throw migrationErrors.BACKFILL_INVALID(
        `${resource}/${row.id}: the backfill of ${field} refers to a row of ${declaration.target} that does not exist`,
      )
  }
}

function withFilling(model: StoredModel, { table: name, targets }: Fill, filling: Filling): StoredModel {
  return model.map((table) =>
    table.name === name
      ? { ...targets.reduce((stale, { column }) => withStale(stale, column), table), filling }
      : table,
  )
}

function begunAnew(model: StoredModel, { table: name, targets }: Fill): StoredModel {
  const table = tableNamed(model, name)
  const unfinished = targets.filter(({ column }) => columnNamed(table, column).state === 'unfinished')
  return unfinished
    .reduce<StoredModel>((left, { column }) => after(left, { kind: 'leaveColumn', table: name, column }), model)
    .map((stored) => {
      const { filling: _, ...rest } = stored
      return stored.name === name ? rest : stored
    })
}
