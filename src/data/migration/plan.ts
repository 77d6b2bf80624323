import { after, swapsOf } from './after.ts'
import { rowsIndexedAtStart } from './difference/indexes.ts'
import { rememberedField, type Wanted } from './difference/wanted.ts'
import { difference } from './difference.ts'
import { type Facts, plannedFacts } from './facts.ts'
import type { Change, Refusal, Step } from './step.ts'
import { columnKnownAs, columnNamed, type StoredModel, tableKnownAs, tableNamed } from './stored.ts'
import { rowsText, stepEffect, stepName } from './text.ts'

/** What has to happen to the data before an app may serve on them. */
export interface Plan {
  readonly steps: readonly PlannedStep[]
  /** With one of these nothing can be done. */
  readonly refusals: readonly Refusal[]
  /** What is remembered when every step is done. */
  readonly result: StoredModel
}

export interface PlannedStep {
  readonly step: Step
  readonly name: string
  readonly effect: string
  /** How many it rewrites, reads or takes away. */
  readonly rows: number
  readonly risk: Risk
  /** Whether the version of the app that was there before finds its data again. */
  readonly isReversible: boolean
  /** Who does it: every start, `migrate apply`, or `migrate apply` with its name. */
  readonly needs: 'nothing' | 'apply' | 'name'
}

export type Risk = 'safe' | 'slow' | 'destructive'

/** Compares what a store remembers with what an app declares, and asks the rows where these decide. Changes nothing. */
export async function planOf(stored: StoredModel, wanted: Wanted, now: Facts): Promise<Plan> {
  const steps: PlannedStep[] = []
  const refusals: Refusal[] = []
  const facts = plannedFacts(now)
  let model = stored
  let before = stored
  const add = async (step: Step): Promise<void> => {
    const last = steps.at(-1)?.step
    if (step.kind === 'fill' && last?.kind === 'fill' && last.table === step.table) {
      // Several columns of one table are filled in one pass over its rows.
      const both = { ...last, targets: [...last.targets, ...step.targets] }
      steps[steps.length - 1] = await planned(both, before, facts)
    } else {
      before = model
      steps.push(await planned(step, model, facts))
    }
    facts.take(step, model)
    model = after(model, step)
  }
  const take = async (changes: readonly Change[]): Promise<void> => {
    for (const change of changes) {
      switch (change.kind) {
        case 'when':
          await take(await chosen(change, facts))
          break
        case 'refusal':
          if (!refusals.some(({ place, reason }) => place === change.place && reason === change.reason))
            refusals.push(change)
          break
        default:
          await add(change)
      }
    }
  }
  for (const phase of difference) await take(phase(model, wanted))
  return { steps, refusals, result: declared(model, wanted) }
}

/** What a store remembers once every step is done: what is used, and as what. */
function declared(model: StoredModel, wanted: Wanted): StoredModel {
  const resources = new Map(wanted.resources.map((resource) => [tableKnownAs(model, resource.name), resource]))
  return model.map((table) => {
    const resource = resources.get(table)
    const { filling: _, ...rest } = table
    if (resource === undefined) return { ...rest, isUsed: false }
    const fields = new Map(resource.columns.map(({ name, field }) => [columnKnownAs(table, name), field]))
    return {
      ...rest,
      isUsed: true,
      columns: table.columns.map((column) => {
        const field = fields.get(column)
        return field === undefined ? column : { ...column, state: 'used', field: rememberedField(field) }
      }),
    }
  })
}

/** The same where a start changes nothing that is there, as in production: what it would do by itself needs a command. */
export function heldBack(plan: Plan, stored: StoredModel): Plan {
  if (stored.length === 0) return plan
  return {
    ...plan,
    steps: plan.steps.map((step) => (step.needs === 'nothing' ? { ...step, needs: 'apply' } : step)),
  }
}

export async function planned(step: Step, model: StoredModel, facts: Facts): Promise<PlannedStep> {
  const lost = await rowsLost(step, model, facts)
  const rows = lost > 0 ? lost : await rowsTouched(step, facts)
  const isReversible = !isConversion(step, model)
  const risk = riskOf(step, lost, rows, isReversible)
  return {
    step,
    name: stepName(step, model),
    effect: stepEffect(step, lost, rows, isReversible),
    rows,
    risk,
    isReversible: isReversible && risk !== 'destructive',
    needs: risk === 'destructive' ? 'name' : risk === 'slow' ? 'apply' : 'nothing',
  }
}

/** How many rows lose a value that a version of the app could still read. */
async function rowsLost(step: Step, model: StoredModel, facts: Facts): Promise<number> {
  if (step.kind === 'dropTable' || step.kind === 'setAsideTable') return facts.count(step.table, { kind: 'any' })
  if (step.kind !== 'dropColumn' && step.kind !== 'setAsideColumn') return 0
  const { state } = columnNamed(tableNamed(model, step.table), step.column)
  if (state === 'unfinished' || (step.kind === 'setAsideColumn' && state === 'unused')) return 0
  return facts.count(step.table, { kind: 'value', column: step.column })
}

/** How many rows are read or rewritten. */
async function rowsTouched(step: Step, facts: Facts): Promise<number> {
  if (step.kind === 'createIndex' || step.kind === 'makeDerived' || step.kind === 'dropColumn')
    return facts.count(step.table, { kind: 'any' })
  if (step.kind !== 'fill') return 0
  const counts = step.targets.map(({ column }) => facts.count(step.table, { kind: 'null', column }))
  return Math.max(...(await Promise.all(counts)))
}

/** Past so many rows a start would be held up by rewriting them. */
const rowsRewrittenAtStart = 100_000

/** A start does only what is quick, and what an older version can live with. */
function riskOf(step: Step, lost: number, rows: number, isReversible: boolean): Risk {
  if (lost > 0 || step.kind === 'renameTable' || step.kind === 'renameColumn') return 'destructive'
  const rowsMax = step.kind === 'createIndex' ? rowsIndexedAtStart : rowsRewrittenAtStart
  return rows > rowsMax || !isReversible ? 'slow' : 'safe'
}

/** Whether values are made anew in the place of others, which older versions then no longer find. */
function isConversion(step: Step, model: StoredModel): boolean {
  if (step.kind !== 'fill') return false
  const columns = step.targets.map(({ column }) => column)
  return swapsOf(tableNamed(model, step.table), columns).some(({ old }) => old !== undefined)
}

/** The branch that the rows decide for; what is refused there says how many of them, and which. */
async function chosen(change: Extract<Change, { kind: 'when' }>, facts: Facts): Promise<readonly Change[]> {
  const { table, condition, atLeast = 1, some, none } = change
  const rows = await facts.count(table, condition)
  if (rows < atLeast) return none
  if (!some.some(({ kind }) => kind === 'refusal')) return some
  const examples = await facts.examples(table, condition)
  const ids = examples.length === 0 ? '' : ` (${examples.join(', ')}${rows > examples.length ? ', …' : ''})`
  return some.map((one) =>
    one.kind === 'refusal' ? { ...one, reason: one.reason.replace('{rows}', `${rowsText(rows)}${ids}`) } : one,
  )
}
