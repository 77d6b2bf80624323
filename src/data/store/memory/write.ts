import { decimalOf, scaledOf } from '../../../app/decimal.ts'
import type { FieldDeclaration } from '../../../app/field.ts'
import { guardHolds, guardRefusal, limitsOf } from '../guard.ts'
import { beyondLimit, exists, type Key, missing, notUnique, versionConflict } from '../refusal.ts'
import type { Row, Value, Write } from '../store.ts'
import { type Change, referrersOf } from './change.ts'
import type { Table, Tables } from './table.ts'

type Insert = Extract<Write, { kind: 'insert' }>
type Update = Extract<Write, { kind: 'update' }>
type Delete = Extract<Write, { kind: 'delete' }>

/** Makes one write or throws its refusal. References are looked at when all writes of the commit are made. */
export function runWrite(tables: Tables, change: Change, write: Write): void {
  switch (write.kind) {
    case 'insert':
      insert(tables, change, write)
      break
    case 'update':
      update(tables, change, write)
      break
    case 'delete':
      remove(tables, change, write)
      break
  }
}

function insert(tables: Tables, change: Change, { resource, id, row }: Insert): void {
  const table = tables.get(resource)!
  const version = table.value(row, 'version') as number
  if (table.version(id) > 0) throw exists({ resource, id })
  if (version !== table.lastVersion(id) + 1) throw versionConflict({ resource, id }, table.lastVersion(id), version - 1)
  putUnique(table, change, id, row)
  for (const { name } of table.resource.columns) change.references.push({ resource, id, field: name })
}

function update(tables: Tables, change: Change, write: Update): void {
  const { resource, id } = write
  const table = tables.get(resource)!
  const row = table.row(id)
  if (row === undefined) throw missing(write)
  const version = table.version(id)
  if (write.version !== undefined && write.version !== version) throw versionConflict(write, version, write.version)
  for (const guard of write.guards) {
    const at = table.columnOf(guard.field)
    if (!guardHolds(table.resource.columns[at]!.field, row[at]!, guard)) throw guardRefusal(resource, id, guard)
  }
  const sums = Object.entries(write.add).map(([name, amount]) => {
    const at = table.columnOf(name)
    const sum = sumOf(table.resource.columns[at]!.field, row[at]!, amount)
    if (sum === undefined) throw beyondLimit(write, name)
    return [name, sum] as const
  })
  const values = {
    ...write.set,
    ...Object.fromEntries(sums),
    updatedAt: write.updatedAt,
    version: version + 1,
  }
  putUnique(table, change, id, table.changed(row, values))
  for (const { name } of table.resource.columns)
    if (write.set[name] !== undefined) change.references.push({ resource, id, field: name })
}

/** `cause`: the deletion that was asked for, where this one follows from it. */
function remove(tables: Tables, change: Change, write: Delete, cause: Key = write): void {
  const { resource, id, deletedAt } = write
  const table = tables.get(resource)!
  const version = table.version(id)
  if (version === 0) throw missing(write)
  if (write.version !== undefined && write.version !== version) throw versionConflict(write, version, write.version)
  change.put(resource, id, undefined)
  change.deleted.push({ resource, id, cause })
  for (const { table: other, field, onDelete } of referrersOf(tables, resource)) {
    if (onDelete === 'restrict') continue // Another write of this commit may still take the reference away.
    for (const referrer of other.idsWhere(field, id)) {
      const row = other.row(referrer)
      if (row === undefined) continue // A cycle of cascades came here before.
      const { name } = other.resource
      if (onDelete === 'cascade') {
        remove(tables, change, { kind: 'delete', resource: name, id: referrer, deletedAt }, cause)
      } else {
        const version = other.version(referrer) + 1
        change.put(name, referrer, other.changed(row, { [field]: null, updatedAt: deletedAt, version }))
      }
    }
  }
}

function putUnique(table: Table, change: Change, id: string, row: Row): void {
  const taken = table.takenField(id, row)
  if (taken !== undefined) throw notUnique({ resource: table.resource.name, id }, taken)
  change.put(table.resource.name, id, row)
}

/** The sum in the field's own form; undefined if it has none, or none within the field's limits. */
function sumOf(field: FieldDeclaration, value: Value, amount: number | string): Value | undefined {
  if (value === null) return undefined
  const scale = field.kind === 'decimal' ? field.scale : 0
  const sum = scaledOf(String(value), scale) + scaledOf(String(amount), scale)
  const { least, most } = limitsOf(field)
  if (sum < least || sum > most) return undefined
  return field.kind === 'integer' ? Number(sum) : decimalOf(sum, scale)
}
