import type { FieldDeclaration } from '../../app/field.ts'
import type { ResourceManifest } from '../../app/manifest.ts'
import { assert, type BanyanError } from '../../core/errors.ts'
import { guardHolds, guardRefusal, limitsOf } from './guard.ts'
import { beyondLimit, missing, versionConflict } from './refusal.ts'
import type { Row, Value, Write } from './store.ts'

type Update = Extract<Write, { kind: 'update' }>

interface Columns {
  readonly resource: ResourceManifest
  indexOf(name: string): number
}

/** Which of the conditions does not hold of a row, in the order: at the version, guards, limits; undefined: all do. */
export function whyNotUpdated(table: Columns, write: Update, row: Row | null): BanyanError | undefined {
  if (row === null) return missing(write)
  const version = row[table.indexOf('version')] as number
  if (write.version !== undefined && version !== write.version) return versionConflict(write, version, write.version)
  const guard = write.guards.find((one) => !guardHolds(fieldOf(table, one.field), row[table.indexOf(one.field)]!, one))
  if (guard !== undefined) return guardRefusal(write.resource, write.id, guard)
  const beyond = Object.entries(write.add).some(([name, amount]) => {
    const value = row[table.indexOf(name)]!
    if (value === null) return true
    const field = fieldOf(table, name)
    const { least, most } = limitsOf(field)
    const sum = scaled(field, value) + scaled(field, amount)
    return sum < least || sum > most
  })
  return beyond ? beyondLimit(write, Object.keys(write.add).join(' or ')) : undefined
}

/** A number of a field in units of its last digit. */
export function scaled(field: FieldDeclaration, value: Value): bigint {
  return BigInt(field.kind === 'decimal' ? (value as string).replace('.', '') : (value as number | string))
}

export function fieldOf({ resource, indexOf }: Columns, name: string): FieldDeclaration {
  const column = resource.columns[indexOf(name)]
  assert(column !== undefined, `there is no column ${name}`)
  return column.field
}
