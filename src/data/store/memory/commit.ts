import { dataErrors } from '../../errors.ts'
import { badReference, referred, versionConflict } from '../refusal.ts'
import type { Assertion, Commit } from '../store.ts'
import { Change, referrersOf } from './change.ts'
import type { Tables } from './table.ts'
import { runWrite } from './write.ts'

/**
 * The assertions, the writes in their order, then the references of the state that they leave. The first refusal is thrown,
 * with everything as it was.
 */
export function runCommit(tables: Tables, { assertions, writes }: Commit): void {
  const change = new Change(tables)
  try {
    for (const assertion of assertions) check(tables, assertion)
    for (const write of writes) runWrite(tables, change, write)
    checkReferences(tables, change)
  } catch (error) {
    change.undo()
    throw error
  }
}

function check(tables: Tables, assertion: Assertion): void {
  if (assertion.kind === 'row') {
    const { resource, id, version: expected } = assertion
    const version = tables.get(resource)!.version(id)
    if (version !== expected) throw versionConflict({ resource, id }, version, expected)
    return
  }
  const { scan, found } = assertion
  const table = tables.get(scan.resource)!
  const rows = table.scan(scan)
  const same =
    rows.length === found.length &&
    rows.every((row, at) => row[0] === found[at]![0] && table.value(row, 'version') === found[at]![1])
  if (!same) throw dataErrors.STORE_SCAN_CONFLICT(`a list of ${scan.resource} has changed since it was read`)
}

function checkReferences(tables: Tables, { references, deleted }: Change): void {
  for (const { resource, id, field } of references) {
    const table = tables.get(resource)!
    const row = table.row(id)
    if (row === undefined) continue // A cascade has taken it away again.
    const declaration = table.resource.columns[table.columnOf(field)]!.field
    const value = table.value(row, field)
    if (declaration.kind !== 'ref' || value === null) continue
    if (tables.get(declaration.target)!.version(value as string) === 0)
      throw badReference({ resource, id }, field, declaration.target)
  }
  for (const { resource, id, cause } of deleted) {
    if (tables.get(resource)!.version(id) > 0) continue // A later write has made it anew.
    for (const { table, field } of referrersOf(tables, resource)) {
      if (table.idsWhere(field, id).length > 0)
        throw referred({ resource, id }, `${table.resource.name}.${field}`, cause)
    }
  }
}
