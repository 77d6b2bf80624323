import { after } from './after.ts'
import { indexes } from './difference/indexes.ts'
import type { Wanted } from './difference/wanted.ts'
import type { Migrator } from './migrator.ts'
import type { Step } from './step.ts'
import { tableNamed } from './stored.ts'
import { stepName } from './text.ts'

/**
 * Makes a table do without the indexes that only serve reads, while many rows come in. It is remembered, so a load that is cut off
 * is gone on with, or finished, by the next process.
 */
export async function beginLoad(migrator: Migrator, name: string): Promise<void> {
  const table = tableNamed(await migrator.stored(), name)
  if (!table.isLoading) await take(migrator, { kind: 'beginLoad', table: name })
  for (const { name: index, isUnique } of table.indexes)
    if (!isUnique) await take(migrator, { kind: 'dropIndex', table: name, index })
}

/** Makes the indexes that loads have done without. `onStep` is told each before it is made, and may reject to stop there. */
export async function finishLoads(
  migrator: Migrator,
  wanted: Pick<Wanted, 'resources'>,
  onStep: (step: string) => Promise<void>,
): Promise<void> {
  const model = await migrator.stored()
  for (const { name } of model.filter(({ isLoading }) => isLoading)) {
    const end = { kind: 'endLoad', table: name } as const
    for (const change of indexes(after(model, end), wanted)) {
      if (change.kind !== 'createIndex' || change.table !== name) continue
      await onStep(stepName(change, model))
      await take(migrator, change)
    }
    await take(migrator, end)
  }
}

async function take(migrator: Migrator, step: Step): Promise<void> {
  const model = await migrator.stored()
  await migrator.run(step, stepName(step, model), after(model, step))
}
