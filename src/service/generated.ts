import { type Action, ruleFor } from '../app/access.ts'
import type { Row, Value } from '../app/row.ts'
import type { Context, Principal } from '../core/context.ts'
import { assert, BanyanError, coreErrors } from '../core/errors.ts'
import type { ResourceModel } from '../data/model.ts'
import { readList } from '../data/read-list.ts'
import { type DataDependencies, insertRow, readRow } from '../data/rows.ts'
import { missing } from '../data/store/refusal.ts'
import { type OpenTransaction, runTransaction } from '../data/transaction.ts'
import { type Admission, admission, passes } from '../identity/access.ts'
import { identityErrors } from '../identity/errors.ts'
import { serviceErrors } from './errors.ts'
import type { Idempotency, Remember } from './idempotency.ts'
import { includedRows, includesOfCaller } from './include.ts'
import type {
  Answer,
  ChangeInput,
  CreateInput,
  DeleteInput,
  GeneratedOperation,
  GetInput,
  ListInput,
} from './operation.ts'
import { inWordsOf, type View, type Views } from './view.ts'

export interface GeneratedDependencies extends DataDependencies {
  readonly idempotency: Idempotency
}

/** A write of one row inside a transaction that somebody else opened: the answer that it will have once committed. */
export type RowWrite<Input> = (tx: OpenTransaction, input: Input, principal: Principal | undefined) => Promise<Answer>

export interface RowWrites {
  readonly create: RowWrite<CreateInput>
  readonly update: RowWrite<ChangeInput>
  readonly replace: RowWrite<ChangeInput>
  readonly delete: RowWrite<DeleteInput>
}

const oneSlot = { scans: false, slots: 'one' } as const

/** The operations that a version has of a resource without anybody writing them; only those that its access rules open. */
export function generatedOperations(
  view: View,
  views: Views,
  deps: GeneratedDependencies,
): readonly GeneratedOperation[] {
  const { model, version, actions } = view
  const writes = rowWrites(view, deps)

  const write =
    <Input extends object>(action: keyof RowWrites, run: RowWrite<Input>) =>
    (input: Input, context: Context) => {
      const route = keyRoute(view, action)
      const request = { route, body: input, key: context.idempotencyKey, store: model.storeName, context }
      const { version: expected } = input as { readonly version?: number } // Only what makes a new row has none to expect.
      const answer = deps.idempotency.run(request, (remember) =>
        commitAlone(context, expected, (tx) => run(tx, input, context.principal), remember),
      )
      return inWordsOf(view, answer)
    }
  const runs: Record<Action, (input: never, context: Context) => Promise<Answer>> = {
    get: getOperation(view, views),
    list: listOperation(view, views, deps),
    create: write('create', writes.create),
    update: write('update', writes.update),
    replace: write('replace', writes.replace),
    delete: write('delete', writes.delete),
  }
  return (Object.entries(actions) as [Action, NonNullable<(typeof actions)[Action]>][]).map(([action, access]) => ({
    kind: 'generated',
    id: `${model.name}.${action}`,
    version,
    action,
    view,
    access,
    run: runs[action],
  }))
}

/** One write of one row, as a transaction of its own. `version`: what the caller expects it to be at. */
export function commitAlone(
  context: Context,
  version: number | undefined,
  run: (tx: OpenTransaction) => Promise<Answer>,
  remember: Remember | undefined,
): Promise<Answer> {
  const answer = runTransaction(context, oneSlot, run, remember)
  if (version === undefined) return answer
  return answer.catch((error) => {
    throw preconditionOf(error, version)
  })
}

/** What a caller who expected a version is told when the commit finds another one: the same as when it is found before. */
export function preconditionOf(error: unknown, version: number | undefined): unknown {
  if (version === undefined || !(error instanceof BanyanError) || error.code !== 'STORE_VERSION_CONFLICT') return error
  return serviceErrors.PRECONDITION_FAILED(error.message, error.facts)
}

/** A key belongs to one version: its answer is in that version's shape, whichever is current when it comes again. */
export function keyRoute({ version, model }: View, action: string): string {
  return `${version}/${model.name}.${action}`
}

function getOperation(view: View, views: Views) {
  const { model } = view
  const rule = ruleFor(model.manifest.access ?? {}, 'get')
  return async ({ id, include }: GetInput, context: Context): Promise<Answer> => {
    assert(rule !== undefined, `${model.name}.get has no rule`)
    const admitted = admittedOr(admission(rule, context.principal))
    const row = await readRow(model, id, context)
    if (row === null || !isVisible(model, row, admitted)) throw missing({ resource: model.name, id })
    if (include.length === 0) return { kind: 'read', view, row }
    const [included] = await includedRows(view, [row], include, views, context)
    return { kind: 'read', view, row, included: included!, isPrivate: includesOfCaller(view, include, views) }
  }
}

function listOperation(view: View, views: Views, { signer }: GeneratedDependencies) {
  const { model, nameOf } = view
  const rule = ruleFor(model.manifest.access ?? {}, 'list')
  return async ({ include, ...request }: ListInput, context: Context): Promise<Answer> => {
    assert(rule !== undefined, `${model.name}.list has no rule`)
    const admitted = admittedOr(admission(rule, context.principal))
    let { equal } = request
    if (admitted.kind === 'rows') {
      assert(admitted.tests.length === 1, `the list rule of ${model.name} looks at more than one field`)
      const [{ field, values }] = admitted.tests as [(typeof admitted.tests)[number]]
      const allowed = narrowed(equal[field], values)
      if (allowed.length === 0) return { kind: 'list', view, ...nothing, ...(request.total ? { total: none } : {}) }
      equal = { ...equal, [field]: allowed.length === 1 ? allowed[0]! : allowed }
    }
    const page = await readList(model, { ...request, equal, nameOf }, signer, context)
    if (include.length === 0) return { kind: 'list', view, ...page }
    const included = await includedRows(view, page.rows, include, views, context)
    return { kind: 'list', view, ...page, included, isPrivate: includesOfCaller(view, include, views) }
  }
}

/** What a list has of which the rule allows no row. */
const nothing = { rows: [], next: null } as const
const none = { count: 0, kind: 'exact' } as const

/** The values that both the caller's filter and the rule allow. */
function narrowed(asked: Value | readonly Value[] | undefined, allowed: readonly Value[]): readonly Value[] {
  if (asked === undefined) return [...new Set(allowed)]
  const values = Array.isArray(asked) ? (asked as readonly Value[]) : [asked as Value]
  return values.filter((value) => allowed.includes(value))
}

/** The writes of one row, each usable alone or as a member of an atomic batch. */
export function rowWrites(view: View, deps: GeneratedDependencies): RowWrites {
  const { model, actions } = view
  const { manifest } = model
  const { clock } = deps
  const ruleOf = (action: Action, principal: Principal | undefined): Admitted => {
    const rule = actions[action]
    if (rule === undefined) throw serviceErrors.ACTION_NOT_ALLOWED(`${model.name} has no route for ${action}`)
    return admittedOr(admission(rule, principal))
  }

  const create: RowWrite<CreateInput> = async (tx, { value: given }, principal) => {
    const admitted = ruleOf('create', principal)
    const value = view.newRow(given)
    if (manifest.ids === 'given' && tx.isDeleted(model, value.id as string))
      throw coreErrors.INVALID(`${model.name}/${value.id} is deleted by the same batch`, {
        issues: [{ pointer: '/id', detail: 'is deleted by the same atomic batch; make it anew in another' }],
      })
    const row = await insertRow(deps, model, tx, value)
    if (!isVisible(model, row, admitted))
      throw identityErrors.FORBIDDEN("the new row would not be the caller's to write")
    return written(view, tx, row, true)
  }

  /** Reads the row that a change is of: 404 where there is none for this caller, 412 where it is at another version. */
  const target = async (
    tx: OpenTransaction,
    id: string,
    version: number | undefined,
    admitted: Admitted,
  ): Promise<Row> => {
    const row = await tx.get(model, id)
    if (row === null || !isVisible(model, row, admitted)) throw missing({ resource: model.name, id })
    if (version === undefined && manifest.requireMatch)
      throw serviceErrors.PRECONDITION_REQUIRED(`${model.name} is changed only with If-Match`)
    if (version !== undefined && version !== row[model.versionAt]) {
      throw serviceErrors.PRECONDITION_FAILED(
        `${model.name}/${id} is at version ${row[model.versionAt]}, the request expected ${version}`,
      )
    }
    if (version !== undefined) tx.pin(model, id)
    return row
  }

  const change = async (
    tx: OpenTransaction,
    id: string,
    set: Readonly<Record<string, Value>>,
    admitted: Admitted,
  ): Promise<Answer> => {
    tx.update(model, id, { set, updatedAt: clock.now() })
    const next = (await tx.get(model, id))!
    if (!isVisible(model, next, admitted))
      throw identityErrors.FORBIDDEN("the changed row would not be the caller's to write")
    return written(view, tx, next, false)
  }

  const update: RowWrite<ChangeInput> = async (tx, { id, value, version }, principal) => {
    const admitted = ruleOf('update', principal)
    const row = await target(tx, id, version, admitted)
    return change(tx, id, view.change(value, row), admitted)
  }

  const replace: RowWrite<ChangeInput> = async (tx, { id, value, version }, principal) => {
    const admitted = ruleOf('replace', principal)
    view.checkReplacement(value)
    if (value.id !== undefined && value.id !== id)
      throw coreErrors.INVALID(`${model.name}: the id in the body is not that of the path`, {
        issues: [{ pointer: '/id', detail: 'must be the id of the path' }],
      })
    if (manifest.ids === 'given' && version === undefined && (await tx.get(model, id)) === null) {
      if (actions.create === undefined) throw missing({ resource: model.name, id })
      return create(tx, { value: { ...value, id } }, principal)
    }
    const row = await target(tx, id, version, admitted)
    return change(tx, id, view.replacement(value, row), admitted)
  }

  const remove: RowWrite<DeleteInput> = async (tx, { id, version }, principal) => {
    const admitted = ruleOf('delete', principal)
    if (tx.isDeleted(model, id)) throw missing({ resource: model.name, id })
    if (admitted.kind === 'rows' || version !== undefined || manifest.requireMatch)
      await target(tx, id, version, admitted)
    tx.delete(model, id, undefined, clock.now())
    return { kind: 'none' }
  }

  return { create, update, replace, delete: remove }
}

type Admitted = Exclude<Admission, { kind: 'refused' }>

function admittedOr(admitted: Admission): Admitted {
  if (admitted.kind === 'refused') throw admitted.error
  return admitted
}

function isVisible(model: ResourceModel, row: Row, admitted: Admitted): boolean {
  return admitted.kind === 'admitted' || passes(admitted.tests, (field) => row[model.indexOf(field)]!)
}

/** The answer of a write, as far as it is known before its commit; the commit completes it. */
function written(view: View, tx: OpenTransaction, row: Row, created: boolean): Answer {
  const answer = rowAnswer(view, row, created)
  tx.whenMade(view.model, row[0] as string, (made) => Object.assign(answer, rowAnswer(view, made, created)))
  return answer
}

export function rowAnswer({ model, versionAt, isVersioned, format }: View, row: Row, created: boolean): Answer {
  return {
    kind: 'row',
    resource: model.name,
    id: row[0] as string,
    ...(isVersioned ? { version: row[versionAt] as number } : {}),
    created,
    json: format.toJson(row),
  }
}
