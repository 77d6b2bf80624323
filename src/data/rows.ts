import type { Comparison, Page } from '../app/handle.ts'
import { type Row, storedValue } from '../app/row.ts'
import type { Total } from '../app/total.ts'
import type { Clock } from '../core/clock.ts'
import type { Context } from '../core/context.ts'
import { coreErrors } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import { newRow, storedFields, validate } from './change.ts'
import type { Signer } from './cursor.ts'
import { dataErrors } from './errors.ts'
import { isInside, runInside } from './inside.ts'
import { pageOf, planList } from './list.ts'
import type { Models, ResourceModel } from './model.ts'
import { type AnyQuery, answerable, listRequest } from './query.ts'
import { readList } from './read-list.ts'
import type { GetResult, Guard, Outcome } from './store/store.ts'
import { batchContext, type OpenTransaction, runTransaction, type TransactionNeeds } from './transaction.ts'

export interface DataDependencies {
  readonly models: Models
  readonly clock: Clock
  readonly random: Random
  readonly signer: Signer
}

export interface HandleDependencies extends DataDependencies {
  /** The engine of a store itself, for one request. */
  native(store: string, context: Context): object
}

type Given = Readonly<Record<string, unknown>>
type AddOptions = { readonly guard?: Readonly<Record<string, Comparison<unknown>>>; readonly otherwise?: string }

export interface DataOptions {
  readonly id: string
  /** The resources that this handler may reach. */
  readonly resources: readonly string[]
  readonly needs: TransactionNeeds
  /** The engine that it declares to speak to itself. */
  readonly native: string | null
}

/** The `data` of one request. */
export type DataHandle = Readonly<Record<string, unknown>>
type Body = (tx: Readonly<Record<string, unknown>>) => unknown
type Finish = (tx: OpenTransaction, result: unknown) => void

/**
 * Makes the `data` of a handler: its resources by name, and `transaction`. It acts with the service's authority, so no access
 * rules are asked. What a request does not touch is not made for it.
 *
 * `around` runs each transaction; `finish` sees what its body returned, before it commits.
 */
export function dataHandle(
  deps: HandleDependencies,
  { id, resources, needs, native: engine }: DataOptions,
): (context: Context, around: (run: () => Promise<unknown>) => Promise<unknown>, finish?: Finish) => DataHandle {
  const models = resources.map((name) => deps.models.get(name)!)
  const Tx = handleClass(models, (model, tx: OpenTransaction) => new TransactionRows(deps, model, tx))
  const Data = handleClass(models, (model, context: Context) => new PlainRows(deps, model, context))
  return (context, around, finish) => {
    const transaction = (body: Body) => {
      if (isInside(context))
        throw dataErrors.TRANSACTION_MISUSE(
          'data.transaction was called inside a transaction, and would commit by itself; write with the tx of the one that runs',
        )
      return around(() => runTransaction(context, needs, (tx) => runInside(context, body, new Tx(tx)), finish))
    }
    const native = (store: string) => {
      if (engine === null)
        throw dataErrors.TRANSACTION_MISUSE(
          `${id} called data.native, and does not declare it; write native: 'postgres'`,
        )
      if (isInside(context))
        throw dataErrors.TRANSACTION_MISUSE(
          `${id} called data.native inside a transaction, and what it does would take no part in it; do it before or behind`,
        )
      return deps.native(store, context)
    }
    return Object.assign(new Data(context), { transaction, native })
  }
}

/** A class whose instances have a property for each resource, made when it is asked for. */
function handleClass<Source>(
  models: readonly ResourceModel[],
  make: (model: ResourceModel, source: Source) => object,
): new (
  source: Source,
) => DataHandle {
  class Handle {
    #source: Source
    constructor(source: Source) {
      this.#source = source
    }
    static rowsOf(handle: Handle, model: ResourceModel): object {
      return make(model, handle.#source)
    }
  }
  for (const model of models) {
    Object.defineProperty(Handle.prototype, model.name, {
      get(this: Handle) {
        return Handle.rowsOf(this, model)
      },
    })
  }
  return Handle as unknown as new (
    source: Source,
  ) => DataHandle // The properties are defined just above.
}

const oneSlot: TransactionNeeds = { scans: false, slots: 'one' }

/**
 * One resource outside a transaction: every write is a commit of its own. In the body of a transaction it is refused: a write
 * would be made whatever becomes of the transaction, and a read would neither see its writes nor be asserted.
 */
class PlainRows {
  #deps: DataDependencies
  #model: ResourceModel
  #context: Context

  constructor(deps: DataDependencies, model: ResourceModel, context: Context) {
    this.#deps = deps
    this.#model = model
    this.#context = context
  }

  async get(id: string): Promise<object | null> {
    this.#checkOutside('get')
    const row = await readRow(this.#model, id, this.#context)
    return row === null ? null : this.#model.format.toObject(row)
  }

  async list(query: AnyQuery = {}): Promise<Page<object> & { readonly total?: Total }> {
    this.#checkOutside('list')
    const model = this.#model
    const { rows, ...page } = await answerable(() =>
      readList(model, listRequest(model, query), this.#deps.signer, this.#context),
    )
    return { data: rows.map(model.format.toObject), ...page }
  }

  insert(given: Given): Promise<object> {
    return this.#alone('insert', (rows) => rows.insert(given))
  }

  update(id: string, change: Given, options?: VersionOptions): Promise<void> {
    return this.#alone('update', (rows) => rows.update(id, change, options))
  }

  add(id: string, amounts: Given, options?: AddOptions): Promise<void> {
    return this.#alone('add', (rows) => rows.add(id, amounts, options))
  }

  delete(id: string, options?: VersionOptions): Promise<void> {
    return this.#alone('delete', (rows) => rows.delete(id, options))
  }

  #alone<Result>(method: string, body: (rows: TransactionRows) => Result | Promise<Result>): Promise<Result> {
    this.#checkOutside(method)
    return runTransaction(this.#context, oneSlot, (tx) => body(new TransactionRows(this.#deps, this.#model, tx)))
  }

  /** Throws at once: a promise that nobody awaits would let the transaction commit without it. */
  #checkOutside(method: string): void {
    if (!isInside(this.#context)) return
    const { name } = this.#model
    throw dataErrors.TRANSACTION_MISUSE(
      `data.${name}.${method} was called inside a transaction, and would take no part in it; write tx.${name}.${method}(…)`,
    )
  }
}

type VersionOptions = { readonly version?: number }

/** One resource inside a transaction. */
class TransactionRows {
  #deps: DataDependencies
  #model: ResourceModel
  #tx: OpenTransaction

  constructor(deps: DataDependencies, model: ResourceModel, tx: OpenTransaction) {
    this.#deps = deps
    this.#model = model
    this.#tx = tx
  }

  async get(id: string): Promise<object | null> {
    const row = await this.#tx.get(this.#model, id)
    return row === null ? null : this.#shown(row)
  }

  async list(query: AnyQuery = {}): Promise<Page<object>> {
    const model = this.#model
    const { signer } = this.#deps
    if (query.search !== undefined || query.total !== undefined)
      throw dataErrors.TRANSACTION_MISUSE(
        `${model.name} was searched or counted in a transaction, which cannot see at its commit whether that is still so; do it before`,
      )
    const plan = await answerable(() => planList(model, listRequest(model, query), signer))
    const found = await this.#tx.scan(model, { ...plan.scan, limit: plan.scan.limit + 1 })
    const { rows, next } = pageOf(plan, found, signer)
    return { data: rows.map(model.format.toObject), next }
  }

  async insert(given: Given): Promise<object> {
    validate(this.#model, this.#model.validateNew, given)
    return this.#shown(await insertRow(this.#deps, this.#model, this.#tx, given))
  }

  #shown(row: Row): object {
    const model = this.#model
    const { toObject } = model.format
    const shown = toObject(row)
    this.#tx.whenMade(model, row[0] as string, (made) => Object.assign(shown, toObject(made)))
    return shown
  }

  update(id: string, change: Given, { version }: VersionOptions = {}): void {
    const model = this.#model
    validate(model, model.validateChange, change)
    this.#tx.update(model, id, { set: storedFields(model, change), version, updatedAt: this.#deps.clock.now() })
  }

  add(id: string, amounts: Given, { guard = {}, otherwise = 'GUARD_FAILED' }: AddOptions = {}): void {
    const model = this.#model
    const add = storedFields(model, amounts) as Record<string, number | string>
    for (const name in add) checkAmount(model, name, amounts[name])
    this.#tx.update(model, id, {
      add,
      guards: guardsOf(model, guard, otherwise),
      updatedAt: this.#deps.clock.now(),
    })
  }

  delete(id: string, { version }: VersionOptions = {}): void {
    this.#tx.delete(this.#model, id, version, this.#deps.clock.now())
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
