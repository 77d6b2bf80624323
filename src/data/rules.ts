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
  const next = model.format.toObject(write.kind === 'insert' ? write.row : applied(model, write.id, previous!, write))
  const before = previous === null ? null : model.format.toObject(previous)
  const issues = model.rules.flatMap((rule) => issuesOf(rule({ next, previous: before })))
  if (issues.length > 0)
    throw coreErrors.INVALID(`${model.name}: ${issues.map(({ detail }) => detail).join('; ')}`, {
      issues,
      row: { resource: model.name, id: write.id },
    })
}

/** What a rule says, as issues of the request's body. */
export function issuesOf(result: RuleResult): readonly Issue[] {
  if (result === undefined || result === null) return []
  if (typeof result === 'string') return [{ pointer: '', detail: result }]
  return result.map(({ field, detail }) => ({ pointer: `/${field}`, detail }))
}
