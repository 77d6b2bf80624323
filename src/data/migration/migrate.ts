import type { Clock } from '../../core/clock.ts'
import type { Telemetry } from '../../core/telemetry.ts'
import { after } from './after.ts'
import type { Wanted } from './difference/wanted.ts'
import { migrationErrors } from './errors.ts'
import { type FillProgress, runFill } from './fill.ts'
import type { Migrator, Snapshot } from './migrator.ts'
import { plannedOffers } from './offers.ts'
import { heldBack, type Plan, type PlannedStep, planOf } from './plan.ts'
import type { StoredModel } from './stored.ts'
import { fieldsText, refusalsText } from './text.ts'

export interface MigrateDependencies {
  readonly clock: Clock
  readonly onProgress?: (progress: FillProgress) => void
}

/**
 * What every start does: brings the data to what the app declares where that is safe and quick. Otherwise, and where it may not
 * migrate, changes nothing and says what would have to be done. A new store is made in any case.
 */
export async function migrateAtStart(
  migrator: Migrator,
  wanted: Wanted,
  { mayMigrate, ...deps }: MigrateDependencies & { readonly telemetry: Telemetry; readonly mayMigrate: boolean },
): Promise<StoredModel> {
  const stored = await migrator.stored()
  const all = await planOf(stored, wanted, migrator.facts)
  const plan = mayMigrate ? all : heldBack(all, stored)
  const { steps, refusals } = plan
  if (refusals.length > 0)
    throw migrationErrors.SCHEMA_REFUSED(`these data do not fit the app\n\n${refusalsText(refusals)}\n`)
  const named = steps.filter(({ needs }) => needs === 'name')
  if (named.length > 0) throw migrationErrors.SCHEMA_DESTRUCTIVE(namesText('these data have more than the app', named))
  const slow = steps.filter(({ needs }) => needs === 'apply')
  if (slow.length > 0) throw migrationErrors.SCHEMA_PENDING(namesText('these data have to be migrated first', slow))
  for (const { step, name, effect } of steps) {
    const isNotice = step.kind === 'leaveColumn' || step.kind === 'leaveTable'
    deps.telemetry.log(isNotice ? 'warn' : 'info', isNotice ? `${name}: ${effect}` : `schema: ${name}`)
  }
  return carryOut(migrator, stored, plan, deps)
}

/** What was done, and the copy that was made before. */
export interface Done {
  readonly steps: readonly string[]
  readonly snapshot: Snapshot | undefined
  /** What is still kept for older versions. */
  readonly offers: readonly PlannedStep[]
}

/**
 * Does everything that the app needs, whatever it takes, and what is kept for older versions where it is named. If a step that
 * takes something away is not among the names, or something is refused, nothing is done.
 */
export async function migrate(
  migrator: Migrator,
  wanted: Wanted,
  {
    allow,
    onSnapshot,
    ...deps
  }: MigrateDependencies & { readonly allow: readonly string[]; readonly onSnapshot: (snapshot: Snapshot) => void },
): Promise<Done> {
  const stored = await migrator.stored()
  const plan = await planOf(stored, wanted, migrator.facts)
  const offers = await plannedOffers(stored, plan, wanted, migrator.facts)
  await checkNames(migrator, allow, [...plan.steps, ...offers])
  checkAllowed(plan, allow)
  const chosen = offers.filter(({ name }) => allow.includes(name))
  const snapshot = isRisky(stored, [...plan.steps, ...chosen]) ? await migrator.snapshot?.() : undefined
  if (snapshot !== undefined) onSnapshot(snapshot)
  let model = await carryOut(migrator, stored, plan, deps)
  for (const { name } of chosen) {
    // A table may have another name since the offer was made.
    const left = await plannedOffers(model, { steps: [], refusals: [], result: model }, wanted, migrator.facts)
    const offer = left.find((other) => other.name === name)
    if (offer === undefined) continue
    model = after(model, offer.step)
    await migrator.run(offer.step, name, model)
  }
  const end = { steps: [], refusals: [], result: model }
  return {
    steps: [...plan.steps, ...chosen].map(({ name }) => name),
    snapshot,
    offers: await plannedOffers(model, end, wanted, migrator.facts),
  }
}

async function carryOut(
  migrator: Migrator,
  stored: StoredModel,
  { steps, result }: Plan,
  { clock, onProgress = () => {} }: MigrateDependencies,
): Promise<StoredModel> {
  let model = stored
  for (const { step, name, rows } of steps) {
    if (step.kind === 'fill') {
      const begun = model.find((table) => table.name === step.table)?.filling?.done ?? 0
      const total = begun + rows
      const part = fieldsText(step, model)
      model = await runFill(migrator, model, step, {
        clock,
        onProgress: (done) => onProgress({ part, done, total: Math.max(done, total) }),
      })
    }
    model = after(model, step)
    await migrator.run(step, name, model)
  }
  // The steps have remembered themselves; what remains are declarations that ask for none.
  if (JSON.stringify(model) !== JSON.stringify(result)) await migrator.remember(result)
  return result
}

/** Names that are wrong would otherwise pass as done. Those of steps that were done before a crash are right. */
async function checkNames(migrator: Migrator, allow: readonly string[], steps: readonly PlannedStep[]): Promise<void> {
  const unknown = allow.filter((name) => !steps.some((step) => step.name === name))
  if (unknown.length === 0) return
  const done = new Set((await migrator.history()).map(({ step }) => step))
  const wrong = unknown.filter((name) => !done.has(name))
  if (wrong.length === 0) return
  const names = steps.filter(({ needs }) => needs === 'name').map(({ name }) => name)
  throw migrationErrors.MIGRATION_NAME(
    `there is no step ${wrong.map((name) => JSON.stringify(name)).join(', ')}; ${
      names.length === 0 ? 'no step has to be named' : `those that are done by name: ${names.join(', ')}`
    }`,
  )
}

function checkAllowed({ steps, refusals }: Plan, allow: readonly string[]): void {
  const unnamed = steps.filter(({ name, needs }) => needs === 'name' && !allow.includes(name))
  if (refusals.length > 0)
    throw migrationErrors.MIGRATION_REFUSED(`these data do not fit the app\n\n${refusalsText(refusals)}\n`)
  if (unnamed.length > 0)
    throw migrationErrors.MIGRATION_REFUSED(namesText('not everything that takes something away is named', unnamed))
}

/** Before values are lost or made in great number there is a copy. One that was begun has its copy already. */
function isRisky(stored: StoredModel, steps: readonly PlannedStep[]): boolean {
  return steps.some(({ step, risk }) => {
    if (step.kind === 'fill') return stored.find(({ name }) => name === step.table)?.filling === undefined
    return risk === 'destructive'
  })
}

function namesText(what: string, steps: readonly PlannedStep[]): string {
  const lines = steps.map(({ name, effect, needs }) => {
    const command = needs === 'name' ? `banyan migrate apply --allow "${name}"` : 'banyan migrate apply'
    return `  ${name}: ${effect}\n    → ${command}`
  })
  return `${what}\n\n${lines.join('\n')}\n`
}
