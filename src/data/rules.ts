import type { RuleResult } from '../app/resource.ts'
import type { Row } from '../app/row.ts'
import { coreErrors, type Issue } from '../core/errors.ts'
import type { ResourceModel } from './model.ts'
import type { Write } from './store/store.ts'
import { applied } from './write-buffer.ts'

/** Runs a resource's validation rules over a buffered write; 422 with what they say. */
export async function checkRules(
  model: ResourceModel,
  write: Write,
  previousRow: () => Promise<Row | null>,
): Promise<void> {
  if (write.kind === 'delete') return
  const previous = write.kind === 'insert' ? null : await previousRow()
  // An update of a row that is not there fails at the commit.
  if (write.kind === 'update' && previous === null) return
  checkRow(model, write.kind === 'insert' ? write.row : applied(model, write.id, previous!, write), previous)
}

/** Runs the rules over a row as it would become; 422 with what they say. */
export function checkRow(model: ResourceModel, row: Row, previousRow: Row | null): void {
  if (model.rules.length === 0) return
  const next = model.format.toObject(row)
  const previous = previousRow === null ? null : model.format.toObject(previousRow)
  const issues = model.rules.flatMap((rule) => issuesOf(rule({ next, previous })))
  if (issues.length > 0)
    throw coreErrors.INVALID(`${model.name}: ${issues.map(({ detail }) => detail).join('; ')}`, {
      issues,
      row: { resource: model.name, id: row[0] as string },
    })
}

/** What a rule says, as issues of the request's body. */
export function issuesOf(result: RuleResult): readonly Issue[] {
  if (result === undefined || result === null) return []
  if (typeof result === 'string') return [{ pointer: '', detail: result }]
  return result.map(({ field, detail }) => ({ pointer: `/${field}`, detail }))
}
