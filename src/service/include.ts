import { ruleFor } from '../app/access.ts'
import type { Row } from '../app/row.ts'
import type { Context } from '../core/context.ts'
import type { Models, ResourceModel } from '../data/model.ts'
import type { GetResult, Outcome } from '../data/store/store.ts'
import { batchContext } from '../data/transaction.ts'
import { admission, dependsOnCaller, passes } from '../identity/access.ts'
import type { Included } from './operation.ts'

/** The rows that these rows refer to by the fields named: one read a field, whatever the number of rows. */
export async function includedRows(
  model: ResourceModel,
  rows: readonly Row[],
  fields: readonly string[],
  models: Models,
  context: Context,
): Promise<readonly Included[]> {
  const byField = await Promise.all(
    fields.map(async (field) => [field, await referredRows(model, rows, field, models, context)] as const),
  )
  return rows.map((row) =>
    Object.fromEntries(
      byField.map(([field, { target, found }]) => {
        const other = found.get(row[model.indexOf(field)] as string)
        return [field, other === undefined ? null : { model: target, row: other }]
      }),
    ),
  )
}

/** Whether what is included by these fields depends on who asks. */
export function includesOfCaller(model: ResourceModel, fields: readonly string[], models: Models): boolean {
  return fields.some((field) => {
    const declared = model.manifest.fields[field]
    const target = declared?.kind === 'ref' ? models.get(declared.target) : undefined
    const rule = target && ruleFor(target.manifest.access ?? {}, 'get')
    return rule !== undefined && dependsOnCaller(rule)
  })
}

async function referredRows(
  model: ResourceModel,
  rows: readonly Row[],
  field: string,
  models: Models,
  context: Context,
): Promise<{ readonly target: ResourceModel; readonly found: ReadonlyMap<string, Row> }> {
  const declared = model.manifest.fields[field]!
  if (declared.kind !== 'ref') throw new TypeError(`${field} of ${model.name} is no reference`)
  const target = models.get(declared.target)!
  const rule = ruleFor(target.manifest.access ?? {}, 'get')
  const admitted = rule === undefined ? undefined : admission(rule, context.principal)
  const ids = [...new Set(rows.map((row) => row[model.indexOf(field)] as string | null).filter((id) => id !== null))]
  // What the caller may not read is not told from what is not there.
  if (admitted === undefined || admitted.kind === 'refused' || ids.length === 0) return { target, found: new Map() }
  const [outcome] = (await target.store.execute(
    [{ kind: 'get', resource: target.name, ids }],
    batchContext(context),
  )) as readonly Outcome<GetResult>[]
  if (!outcome!.ok) throw outcome!.error
  context.bookmark.observe(target.storeName, outcome!.position)
  const found = new Map<string, Row>()
  for (const row of outcome!.value.rows) {
    if (row === null) continue
    if (admitted.kind === 'rows' && !passes(admitted.tests, (name) => row[target.indexOf(name)]!)) continue
    found.set(row[0] as string, row)
  }
  return { target, found }
}
