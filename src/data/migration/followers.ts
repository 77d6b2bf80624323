import type { Step } from './step.ts'
import type { Follow, StoredModel, StoredTable } from './stored.ts'

/** Something that keeps one column of a table in step with others. */
export interface Follower {
  readonly table: string
  readonly follow: Follow
}

/** They name columns, so they are taken away before a step that changes what they are on, and made anew behind it. */
export function followersAround(
  step: Step,
  before: StoredModel,
  result: StoredModel,
): { readonly removed: readonly Follower[]; readonly made: readonly Follower[] } {
  const isChanged = (table: StoredTable, others: StoredModel) =>
    step.kind === 'renameTable' ||
    step.kind === 'renameColumn' ||
    JSON.stringify(others.find(({ name }) => name === table.name)?.follows) !== JSON.stringify(table.follows)
  const changed = (model: StoredModel, others: StoredModel) =>
    model
      .filter((table) => isChanged(table, others))
      .flatMap(({ follows, name }) => follows.map((follow) => ({ table: name, follow })))
  return { removed: changed(before, result), made: changed(result, before) }
}
