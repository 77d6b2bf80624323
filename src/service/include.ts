import { ruleFor } from '../app/access.ts'
import type { Row } from '../app/row.ts'
import type { Context } from '../core/context.ts'
import type { GetResult, Outcome } from '../data/store/store.ts'
import { batchContext } from '../data/transaction.ts'
import { admission, dependsOnCaller, passes } from '../identity/access.ts'
import type { Included } from './operation.ts'
import type { View, Views } from './view.ts'

/** The rows that these rows refer to by the fields named: one read a field, whatever the number of rows. */
export async function includedRows(
  view: View,
  rows: readonly Row[],
  fields: readonly string[],
  views: Views,
  context: Context,
): Promise<readonly Included[]> {
  const byField = await Promise.all(
    fields.map(async (field) => [field, await referredRows(view, rows, field, views, context)] as const),
  )
  return rows.map((row) =>
    Object.fromEntries(
      byField.map(([field, { target, found }]) => {
        const other = found.get(row[view.model.indexOf(field)] as string)
        return [view.nameOf(field)!, other === undefined ? null : { view: target, row: other }]
      }),
    ),
  )
}

/** Whether what is included by these fields depends on who asks. */
export function includesOfCaller({ model }: View, fields: readonly string[], views: Views): boolean {
  return fields.some((field) => {
    const declared = model.manifest.fields[field]
    const target = declared?.kind === 'ref' ? views.get(declared.target)?.model : undefined
    const rule = target && ruleFor(target.manifest.access ?? {}, 'get')
    return rule !== undefined && dependsOnCaller(rule)
  })
}

async function referredRows(
  { model: source }: View,
  rows: readonly Row[],
  field: string,
  views: Views,
  context: Context,
): Promise<{ readonly target: View; readonly found: ReadonlyMap<string, Row> }> {
  const declared = source.manifest.fields[field]!
  if (declared.kind !== 'ref') throw new TypeError(`${field} of ${source.name} is no reference`)
  const view = views.get(declared.target)!
  const target = view.model
  const rule = ruleFor(target.manifest.access ?? {}, 'get')
  const admitted = rule === undefined ? undefined : admission(rule, context.principal)
  const ids = [...new Set(rows.map((row) => row[source.indexOf(field)] as string | null).filter((id) => id !== null))]
  // What the caller may not read is not told from what is not there.
  if (admitted === undefined || admitted.kind === 'refused' || ids.length === 0)
    return { target: view, found: new Map() }
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
  return { target: view, found }
}
