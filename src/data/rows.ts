import type { Comparison, Filter, ListQuery } from '../app/handle.ts'
import { type Row, storedValue, type Value } from '../app/row.ts'
import { type Sort, sortOf } from '../app/sort.ts'
import type { Clock } from '../core/clock.ts'
import type { Context } from '../core/context.ts'
import { coreErrors } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import { newRow, storedFields, validate } from './change.ts'
import type { Signer } from './cursor.ts'
import { dataErrors } from './errors.ts'
import { type ListRequest, planList, readPage } from './list.ts'
import type { Models, ResourceModel } from './model.ts'
import type { GetResult, Guard, Outcome, Range } from './store/store.ts'
import { batchContext, type OpenTransaction, runTransaction, type TransactionNeeds } from './transaction.ts'

export interface DataDependencies {
  readonly models: Models
  readonly clock: Clock
  readonly random: Random
  readonly signer: Signer
}

type Given = Readonly<Record<string, unknown>>
type AddOptions = { readonly guard?: Readonly<Record<string, Comparison<unknown>>>; readonly otherwise?: string }

export interface DataOptions {
  /** The resources that this handler may reach. */
  readonly resources: readonly string[]
  readonly needs: TransactionNeeds
  /** Sees what a transaction returned, before it commits. Called at most once a commit. */
  readonly finish?: ((tx: OpenTransaction, result: unknown) => void) | undefined
}

/** The `data` of a handler: its resources by name, and `transaction`. Acts with the service's authority: no access rules. */
export function dataFor(
  deps: DataDependencies,
  context: Context,
  { resources, needs, finish }: DataOptions,
): Record<string, unknown> {
  const transaction = (body: (tx: Record<string, unknown>) => unknown) =>
    runTransaction(
      context,
      needs,
      (tx) => {
        const rows: Record<string, unknown> = {}
        for (const name of resources) rows[name] = transactionRows(deps, deps.models.get(name)!, tx, context)
        return body(rows)
      },
      finish,
    )
  const data: Record<string, unknown> = { transaction }
  for (const name of resources) data[name] = plainRows(deps, deps.models.get(name)!, context)
  return data
}

/** One resource outside a transaction. */
function plainRows(deps: DataDependencies, model: ResourceModel, context: Context) {
  const alone = <Result>(
    body: (rows: ReturnType<typeof transactionRows>) => Result | Promise<Result>,
  ): Promise<Result> =>
    runTransaction(context, { scans: false, slots: 'one' }, (tx) => body(transactionRows(deps, model, tx, context)))
  return {
    get: async (id: string) => {
      const row = await readRow(model, id, context)
      return row === null ? null : model.format.toObject(row)
    },
    list: async (query: ListQuery<unknown> = {}) => {
      const page = await readPage(planList(model, listRequest(model, query), deps.signer), deps.signer, context)
      return { data: page.rows.map(model.format.toObject), next: page.next }
    },
    insert: (given: Given) => alone((rows) => rows.insert(given)),
    update: (id: string, change: Given, options?: { readonly version?: number }) =>
      alone((rows) => rows.update(id, change, options)),
    add: (id: string, amounts: Given, options?: AddOptions) => alone((rows) => rows.add(id, amounts, options)),
    delete: (id: string, options?: { readonly version?: number }) => alone((rows) => rows.delete(id, options)),
  }
}

/** One resource inside a transaction. */
function transactionRows(deps: DataDependencies, model: ResourceModel, tx: OpenTransaction, _context: Context) {
  const { clock } = deps
  return {
    get: async (id: string) => {
      const row = await tx.get(model, id)
      return row === null ? null : model.format.toObject(row)
    },
    list: async (query: ListQuery<unknown> = {}) => {
      const plan = planList(model, listRequest(model, query), deps.signer)
      const rows = await tx.scan(model, plan.scan)
      return { data: rows.map(model.format.toObject), next: null }
    },
    insert: async (given: Given) => {
      validate(model, model.validateNew, given)
      return model.format.toObject(await insertRow(deps, model, tx, given))
    },
    update: (id: string, change: Given, { version }: { readonly version?: number } = {}) => {
      validate(model, model.validateChange, change)
      tx.update(model, id, { set: storedFields(model, change), version, updatedAt: clock.now() })
    },
    add: (id: string, amounts: Given, { guard = {}, otherwise = 'GUARD_FAILED' }: AddOptions = {}) => {
      const add = storedFields(model, amounts) as Record<string, number | string>
      for (const name in add) checkAmount(model, name, amounts[name])
      tx.update(model, id, { add, guards: guardsOf(model, guard, otherwise), updatedAt: clock.now() })
    },
    delete: (id: string, { version }: { readonly version?: number } = {}) => {
      tx.delete(model, id, version, clock.now())
    },
  }
}

export async function readRow(model: ResourceModel, id: string, context: Context): Promise<Row | null> {
  const [outcome] = (await model.store.execute(
    [{ kind: 'get', resource: model.name, ids: [id] }],
    batchContext(context),
  )) as readonly Outcome<GetResult>[]
  if (!outcome!.ok) throw outcome!.error
  context.bookmark.observe(model.storeName, outcome!.position)
  return outcome!.value.rows[0]!
}

/** Buffers a valid new row. A client-given id goes on from the version that a deleted row of this id had. */
export async function insertRow(
  deps: DataDependencies,
  model: ResourceModel,
  tx: OpenTransaction,
  given: Given,
): Promise<Row> {
  let version = 1
  if (model.manifest.ids === 'given') {
    const id = given.id as string
    if ((await tx.get(model, id)) !== null) throw dataErrors.STORE_EXISTS(`${model.name}/${id} exists already`)
    version = (await tx.lastVersion(model, id)) + 1
  }
  const made = newRow(model, given, deps, version)
  tx.insert(model, made.id, made.slot, made.row)
  return made.row
}

function checkAmount(model: ResourceModel, name: string, amount: unknown): void {
  const { field } = model.manifest.columns[model.indexOf(name)]!
  const isValid =
    field.kind === 'integer'
      ? Number.isSafeInteger(amount)
      : (field.kind === 'bigint' && /^-?\d{1,19}$/.test(String(amount))) ||
        (field.kind === 'decimal' && /^-?\d+(\.\d+)?$/.test(String(amount)))
  if (!isValid || field.writeOnce)
    throw coreErrors.BUG(`${model.name}.${name} cannot be added to by ${typeof amount} ${String(amount).slice(0, 40)}`)
}

function guardsOf(
  model: ResourceModel,
  guard: Readonly<Record<string, Comparison<unknown>>>,
  otherwise: string,
): readonly Guard[] {
  return Object.entries(guard).flatMap(([name, comparison]) =>
    Object.entries(comparison).map(([operator, value]) => ({
      field: name,
      operator: operator as Guard['operator'],
      value: storedValue(model.manifest.columns[model.indexOf(name)]!.field, value),
      otherwise,
    })),
  )
}

/** A handler's query in stored values. */
function listRequest(model: ResourceModel, { where = {}, sort, limit = 20, after }: ListQuery<unknown>): ListRequest {
  const equal: Record<string, Value | readonly Value[]> = {}
  let range: ListRequest['range']
  for (const [name, filter] of Object.entries(where as Readonly<Record<string, Filter<unknown>>>)) {
    const { field } = model.manifest.columns[model.indexOf(name)]!
    const stored = (value: unknown) => storedValue(field, value)
    if (typeof filter !== 'object' || filter === null) {
      equal[name] = stored(filter)
    } else if ('in' in filter) {
      equal[name] = [...new Set((filter.in as readonly unknown[]).map(stored))]
    } else {
      if (range !== undefined)
        throw dataErrors.LIST_UNSUPPORTED(`a list may have one range, here are ${range.field} and ${name}`)
      range = {
        field: name,
        bounds: Object.fromEntries(
          Object.entries(filter).map(([operator, value]) => [operator, stored(value)]),
        ) as Range,
      }
    }
  }
  const first = Array.isArray(sort) ? (sort as readonly string[]).join(',') : (sort as string | undefined)
  return {
    equal,
    ...(range === undefined ? {} : { range }),
    ...(first === undefined ? {} : { sort: sortFrom(first) }),
    limit,
    ...(after === undefined ? {} : { after }),
  }
}

function sortFrom(text: string): Sort {
  const sort = sortOf(text)
  if (sort === undefined)
    throw dataErrors.LIST_UNSUPPORTED('a path is followed as declared or exactly in reverse; the signs of sort differ')
  return sort
}
