import { type Action, ruleFor } from '../app/access.ts'
import { type Row, storedValue, type Value } from '../app/row.ts'
import { changeSchema, newRowSchema, replacementSchema } from '../app/schema.ts'
import { compileSchema } from '../app/validator.ts'
import type { Context, Principal } from '../core/context.ts'
import { assert, BanyanError, coreErrors } from '../core/errors.ts'
import { storedFields, validate } from '../data/change.ts'
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
import { mergePatch } from './merge-patch.ts'
import type {
  Answer,
  ChangeInput,
  CreateInput,
  DeleteInput,
  GeneratedOperation,
  GetInput,
  ListInput,
} from './operation.ts'

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

/** The operations that a resource has without anybody writing them; only those that its access rules open. */
export function generatedOperations(model: ResourceModel, deps: GeneratedDependencies): readonly GeneratedOperation[] {
  const { manifest } = model
  const writes = rowWrites(model, deps)

  const write =
    <Input extends object>(action: keyof RowWrites, run: RowWrite<Input>) =>
    (input: Input, context: Context) => {
      const route = `${model.name}.${action}`
      const request = { route, body: input, key: context.idempotencyKey, store: model.storeName, context }
      const { version } = input as { readonly version?: number } // Only what makes a new row has none to expect.
      return deps.idempotency.run(request, (remember) =>
        commitAlone(context, version, (tx) => run(tx, input, context.principal), remember),
      )
    }
  const runs: Record<Action, (input: never, context: Context) => Promise<Answer>> = {
    get: getOperation(model, deps),
    list: listOperation(model, deps),
    create: write('create', writes.create),
    update: write('update', writes.update),
    replace: write('replace', writes.replace),
    delete: write('delete', writes.delete),
  }
  return (Object.entries(manifest.actions) as [Action, NonNullable<(typeof manifest.actions)[Action]>][]).map(
    ([action, access]) => ({
      kind: 'generated',
      id: `${model.name}.${action}`,
      action,
      model,
      access,
      run: runs[action],
    }),
  )
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

function getOperation(model: ResourceModel, { models }: GeneratedDependencies) {
  const rule = ruleFor(model.manifest.access ?? {}, 'get')
  return async ({ id, include }: GetInput, context: Context): Promise<Answer> => {
    assert(rule !== undefined, `${model.name}.get has no rule`)
    const admitted = admittedOr(admission(rule, context.principal))
    const row = await readRow(model, id, context)
    if (row === null || !isVisible(model, row, admitted)) throw missing({ resource: model.name, id })
    if (include.length === 0) return { kind: 'read', model, row }
    const [included] = await includedRows(model, [row], include, models, context)
    return { kind: 'read', model, row, included: included!, isPrivate: includesOfCaller(model, include, models) }
  }
}

function listOperation(model: ResourceModel, { models, signer }: GeneratedDependencies) {
  const rule = ruleFor(model.manifest.access ?? {}, 'list')
  return async ({ include, ...request }: ListInput, context: Context): Promise<Answer> => {
    assert(rule !== undefined, `${model.name}.list has no rule`)
    const admitted = admittedOr(admission(rule, context.principal))
    let { equal } = request
    if (admitted.kind === 'rows') {
      assert(admitted.tests.length === 1, `the list rule of ${model.name} looks at more than one field`)
      const [{ field, values }] = admitted.tests as [(typeof admitted.tests)[number]]
      const allowed = narrowed(equal[field], values)
      if (allowed.length === 0) return { kind: 'list', model, ...nothing, ...(request.total ? { total: none } : {}) }
      equal = { ...equal, [field]: allowed.length === 1 ? allowed[0]! : allowed }
    }
    const page = await readList(model, { ...request, equal, isPublic: true }, signer, context)
    if (include.length === 0) return { kind: 'list', model, ...page }
    const included = await includedRows(model, page.rows, include, models, context)
    return { kind: 'list', model, ...page, included, isPrivate: includesOfCaller(model, include, models) }
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
export function rowWrites(model: ResourceModel, deps: GeneratedDependencies): RowWrites {
  const { manifest } = model
  const { clock } = deps
  const validateNew = compileSchema(newRowSchema(manifest))
  const validateChange = compileSchema(changeSchema(manifest))
  const validateReplacement = compileSchema(replacementSchema(manifest))
  const ruleOf = (action: Action, principal: Principal | undefined): Admitted => {
    const rule = manifest.actions[action]
    if (rule === undefined) throw serviceErrors.ACTION_NOT_ALLOWED(`${model.name} has no route for ${action}`)
    return admittedOr(admission(rule, principal))
  }

  const create: RowWrite<CreateInput> = async (tx, { value }, principal) => {
    const admitted = ruleOf('create', principal)
    validate(model, validateNew, value)
    if (manifest.ids === 'given' && tx.isDeleted(model, value.id as string))
      throw coreErrors.INVALID(`${model.name}/${value.id} is deleted by the same batch`, {
        issues: [{ pointer: '/id', detail: 'is deleted by the same atomic batch; make it anew in another' }],
      })
    const row = await insertRow(deps, model, tx, value)
    if (!isVisible(model, row, admitted))
      throw identityErrors.FORBIDDEN("the new row would not be the caller's to write")
    return rowAnswer(model, row, true)
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
    return rowAnswer(model, next, false)
  }

  const update: RowWrite<ChangeInput> = async (tx, { id, value, version }, principal) => {
    const admitted = ruleOf('update', principal)
    const row = await target(tx, id, version, admitted)
    const merged: Record<string, unknown> = { ...value }
    for (const name in merged) {
      const at = manifest.columns.findIndex((column) => column.name === name)
      const field = manifest.columns[at]?.field
      if (field?.kind === 'json')
        merged[name] = mergePatch(row[at] === null ? null : JSON.parse(row[at] as string), merged[name])
    }
    validate(model, validateChange, merged)
    return change(tx, id, storedFields(model, merged), admitted)
  }

  const replace: RowWrite<ChangeInput> = async (tx, { id, value, version }, principal) => {
    const admitted = ruleOf('replace', principal)
    validate(model, validateReplacement, value)
    if (value.id !== undefined && value.id !== id)
      throw coreErrors.INVALID(`${model.name}: the id in the body is not that of the path`, {
        issues: [{ pointer: '/id', detail: 'must be the id of the path' }],
      })
    if (manifest.ids === 'given' && version === undefined && (await tx.get(model, id)) === null) {
      if (manifest.actions.create === undefined) throw missing({ resource: model.name, id })
      return create(tx, { value: { ...value, id } }, principal)
    }
    const row = await target(tx, id, version, admitted)
    const set: Record<string, Value> = {}
    for (const { name, field } of manifest.columns) {
      if (name === 'id' || field.private || manifest.fields[name] === undefined) continue
      if (!field.writeOnce) {
        const given = value[name] === undefined ? (field.default ?? null) : value[name]
        set[name] = storedValue(field, given)
      } else if (
        value[name] !== undefined &&
        storedFields(model, { [name]: value[name] })[name] !== row[model.indexOf(name)]
      ) {
        throw coreErrors.INVALID(`${model.name}: ${name} is write-once`, {
          issues: [{ pointer: `/${name}`, detail: 'is write-once and has another value' }],
        })
      }
    }
    return change(tx, id, set, admitted)
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

export function rowAnswer(model: ResourceModel, row: Row, created: boolean): Answer {
  return {
    kind: 'row',
    resource: model.name,
    id: row[0] as string,
    version: row[model.versionAt] as number,
    created,
    json: model.format.toJson(row),
  }
}
