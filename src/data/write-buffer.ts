import { decimalOf, scaledOf } from '../app/decimal.ts'
import type { FieldDeclaration } from '../app/field.ts'
import type { Row, Value } from '../app/row.ts'
import { dataErrors } from './errors.ts'
import type { ResourceModel } from './model.ts'
import { guardHolds, guardRefusal, limitsOf } from './store/guard.ts'
import { beyondLimit, type Key } from './store/refusal.ts'
import type { Guard, Write } from './store/store.ts'

export interface Buffered {
  readonly model: ResourceModel
  readonly write: Write
}

export interface Change {
  readonly set?: Readonly<Record<string, Value>>
  readonly add?: Readonly<Record<string, number | string>>
  readonly guards?: readonly Guard[]
  readonly version?: number | undefined
  readonly updatedAt: string
}

/** The writes of one transaction: at most one a row, however often the body wrote it. */
export class WriteBuffer {
  #writes = new Map<string, Buffered>()

  of(model: ResourceModel, id: string): Write | undefined {
    return this.#writes.get(keyOf(model, id))?.write
  }

  ofKey({ resource, id }: Key): Write | undefined {
    return this.#writes.get(`${resource}/${id}`)?.write
  }

  /** Whether any row of this resource has been written. */
  touches(model: ResourceModel): boolean {
    return this.all().some((buffered) => buffered.model === model)
  }

  all(): readonly Buffered[] {
    return [...this.#writes.values()]
  }

  insert(model: ResourceModel, id: string, slot: number, row: Row): void {
    if (this.of(model, id) !== undefined)
      throw dataErrors.TRANSACTION_MISUSE(
        `${model.name}/${id} was written before in this transaction, and cannot be inserted`,
      )
    this.#put(model, { kind: 'insert', resource: model.name, id, slot, row })
  }

  update(model: ResourceModel, id: string, change: Change): void {
    const before = this.of(model, id)
    switch (before?.kind) {
      case undefined:
        this.#put(model, newUpdate(model, id, change))
        break
      case 'insert':
        this.#put(model, { ...before, row: applied(model, id, before.row, change) })
        break
      case 'update':
        this.#put(model, mergedUpdate(model, before, change))
        break
      case 'delete':
        throw deletedBefore(model, id)
    }
  }

  delete(model: ResourceModel, id: string, version: number | undefined, deletedAt: string): void {
    const before = this.of(model, id)
    switch (before?.kind) {
      case 'insert':
        this.#writes.delete(keyOf(model, id))
        break
      case 'delete':
        throw deletedBefore(model, id)
      case undefined:
      case 'update': {
        if (before !== undefined && before.guards.length > 0)
          throw dataErrors.TRANSACTION_MISUSE(
            `${model.name}/${id} has a guard in this transaction, and cannot be deleted`,
          )
        const expected =
          before === undefined || version === undefined ? (before?.version ?? version) : (before.version ?? version - 1)
        const match = expected === undefined ? {} : { version: expected }
        this.#put(model, { kind: 'delete', resource: model.name, id, deletedAt, ...match })
      }
    }
  }

  #put(model: ResourceModel, write: Write): void {
    this.#writes.set(keyOf(model, write.id), { model, write })
  }
}

function keyOf(model: ResourceModel, id: string): string {
  return `${model.name}/${id}`
}

function deletedBefore(model: ResourceModel, id: string) {
  return dataErrors.TRANSACTION_MISUSE(`${model.name}/${id} was deleted before in this transaction`)
}

type Update = Extract<Write, { kind: 'update' }>

function newUpdate(
  model: ResourceModel,
  id: string,
  { set = {}, add = {}, guards = [], version, updatedAt }: Change,
): Update {
  return {
    kind: 'update',
    resource: model.name,
    id,
    set,
    add,
    guards,
    updatedAt,
    ...(version === undefined ? {} : { version }),
  }
}

/** Two updates as one. A guard that follows an addition is of the sum, so it is moved back by what was added. */
function mergedUpdate(
  model: ResourceModel,
  before: Update,
  { set = {}, add = {}, guards = [], version, updatedAt }: Change,
): Update {
  const sets = { ...before.set }
  const adds = { ...before.add }
  const moved: Guard[] = []
  for (const guard of guards) {
    const field = fieldOf(model, guard.field)
    if (Object.hasOwn(sets, guard.field)) {
      if (!guardHolds(field, sets[guard.field]!, guard)) throw guardRefusal(model.name, before.id, guard)
    } else {
      moved.push(
        Object.hasOwn(adds, guard.field)
          ? { ...guard, value: sum(field, guard.value, adds[guard.field]!, -1n) }
          : guard,
      )
    }
  }
  for (const name in add) {
    const field = fieldOf(model, name)
    if (Object.hasOwn(sets, name))
      sets[name] = limited(model, before.id, name, sets[name] === null ? null : sum(field, sets[name]!, add[name]!))
    else adds[name] = Object.hasOwn(adds, name) ? (sum(field, adds[name]!, add[name]!) as number | string) : add[name]!
  }
  for (const name in set) {
    sets[name] = set[name]!
    delete adds[name]
  }
  // A version that is given behind an update is of the row as this transaction sees it, which is one ahead.
  const expected = before.version ?? (version === undefined ? undefined : version - 1)
  return {
    ...before,
    set: sets,
    add: adds,
    guards: [...before.guards, ...moved],
    updatedAt,
    ...(expected === undefined ? {} : { version: expected }),
  }
}

/** The row after a change, as the engine will have it. Refuses what the engine would refuse. */
export function applied(
  model: ResourceModel,
  id: string,
  row: Row,
  { set = {}, add = {}, guards = [], updatedAt }: Change,
): Row {
  for (const guard of guards) {
    if (!guardHolds(fieldOf(model, guard.field), row[model.indexOf(guard.field)]!, guard))
      throw guardRefusal(model.name, id, guard)
  }
  const next = [...row]
  for (const name in set) next[model.indexOf(name)] = set[name]!
  for (const name in add) {
    const at = model.indexOf(name)
    next[at] = limited(model, id, name, next[at] === null ? null : sum(fieldOf(model, name), next[at]!, add[name]!))
  }
  next[model.updatedAtAt] = updatedAt
  return next
}

function fieldOf(model: ResourceModel, name: string): FieldDeclaration {
  return model.manifest.columns[model.indexOf(name)]!.field
}

/** Exact, in the field's own form; the sign turns the addition round. */
function sum(field: FieldDeclaration, left: Value, right: Value, sign: 1n | -1n = 1n): Value {
  switch (field.kind) {
    case 'integer':
      return (left as number) + Number(sign) * (right as number)
    case 'decimal':
      return decimalOf(
        scaledOf(left as string, field.scale) + sign * scaledOf(right as string, field.scale),
        field.scale,
      )
    default:
      return String(BigInt(left as string) + sign * BigInt(right as string))
  }
}

function limited(model: ResourceModel, id: string, name: string, value: Value): Value {
  const field = fieldOf(model, name)
  const { least, most } = limitsOf(field)
  const exact =
    value === null
      ? undefined
      : field.kind === 'decimal'
        ? scaledOf(value as string, field.scale)
        : BigInt(value as string | number)
  if (exact === undefined || exact < least || exact > most) {
    throw beyondLimit({ resource: model.name, id }, name)
  }
  return value
}
