import { after } from './after.ts'
import { needlessIndexes } from './difference/indexes.ts'
import type { Wanted } from './difference/wanted.ts'
import { type Facts, plannedFacts } from './facts.ts'
import { type Plan, type PlannedStep, planned } from './plan.ts'
import type { Step } from './step.ts'
import { columnKnownAs, type StoredModel, type StoredTable, tableKnownAs } from './stored.ts'

/**
 * What is kept for older versions of the app alone, as steps that take it away. Nothing needs them to be done, and each is done
 * only by its name.
 */
export function offers(model: StoredModel, wanted: Wanted): readonly Step[] {
  const resources = new Map(wanted.resources.map((resource) => [tableKnownAs(model, resource.name), resource]))
  return model.flatMap((table): readonly Step[] => {
    const resource = resources.get(table)
    if (resource === undefined) return [{ kind: 'dropTable', table: table.name }]
    return [
      ...(isToBeNamed(table, resource.name, model)
        ? [{ kind: 'renameTable', table: table.name, to: resource.name } as const]
        : []),
      ...table.columns.flatMap((column): readonly Step[] => {
        const field = resource.columns.find(({ name }) => columnKnownAs(table, name) === column)
        if (field === undefined) return [{ kind: 'dropColumn', table: table.name, column: column.name }]
        if (!isToBeNamed(column, field.name, table.columns)) return []
        return [{ kind: 'renameColumn', table: table.name, column: column.name, to: field.name }]
      }),
      ...needlessIndexes(resource, table).map(
        ({ name }) => ({ kind: 'dropIndex', table: table.name, index: name }) as const,
      ),
    ]
  })
}

type Named = Pick<StoredTable, 'name' | 'knownAs'>

/** Whether it has names that only older versions use; they are older only if this version has the newest one. */
function isToBeNamed(named: Named, name: string, all: readonly Named[]): boolean {
  const { knownAs } = named
  if (knownAs.at(-1) !== name || (knownAs.length === 1 && named.name === name)) return false
  return !all.some((other) => other !== named && other.name.toLowerCase() === name.toLowerCase())
}

/** The offers that there are once the steps of a plan are done, with what they would do. */
export async function plannedOffers(
  stored: StoredModel,
  { steps, result }: Plan,
  wanted: Wanted,
  now: Facts,
): Promise<readonly PlannedStep[]> {
  const facts = plannedFacts(now)
  let model = stored
  for (const { step } of steps) {
    facts.take(step, model)
    model = after(model, step)
  }
  const all = offers(result, wanted).map((step) => planned(step, result, facts))
  return (await Promise.all(all)).map((offer) => ({ ...offer, needs: 'name' }))
}
