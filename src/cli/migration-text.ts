import { styleText } from 'node:util'
import type { Snapshot } from '../data/migration/migrator.ts'
import type { PlannedStep } from '../data/migration/plan.ts'
import { refusalsText, rowsText } from '../data/migration/text.ts'
import type { Looked, StoreMigration } from '../runtime/migration.ts'
import { columnsText } from './columns.ts'
import { countText } from './progress.ts'

export interface LookedAt extends Looked {
  readonly store: StoreMigration
}

/** Whether the next start brings the data to the app by itself. */
export function mayStart({ plan: { steps, refusals } }: Looked): boolean {
  return refusals.length === 0 && steps.every(({ needs }) => needs === 'nothing')
}

/** The plan of one store, as people read it. */
export function planText({ store, isInUse, plan: { steps, refusals }, offers }: LookedAt): string {
  const head = `${store.store} (${store.driver}): ${steps.length === 0 ? 'nothing to do' : countText(steps.length, 'step')}`
  return [
    styleText('bold', head),
    ...(isInUse ? ['A server has these data open: rows are counted as of its last checkpoint.'] : []),
    ...(refusals.length === 0 ? [] : [`In the way:\n\n${refusalsText(refusals)}`]),
    ...steps.map(stepText),
    ...(offers.length === 0 ? [] : [keptText(offers)]),
    ...([...steps, ...offers].some(({ risk }) => risk === 'destructive') ? copyToolOf(store) : []),
  ].join('\n\n')
}

/** What is kept for older versions alone. */
export function keptText(offers: readonly PlannedStep[]): string {
  return ['Kept for other versions of the app, until it is named:', ...offers.map(stepText)].join('\n\n')
}

export function verdictText(stores: readonly LookedAt[]): string {
  if (stores.some(({ plan }) => plan.refusals.length > 0))
    return styleText('red', 'The app may not start on these data: mend what is in the way.')
  const steps = stores.flatMap(({ plan }) => plan.steps)
  const named = steps.filter(({ needs }) => needs === 'name')
  if (named.length > 0)
    return styleText('red', `The app may not start on these data. To do all of this:\n  ${applyCommand(named)}`)
  if (steps.some(({ needs }) => needs === 'apply'))
    return styleText('yellow', 'The app may not start on these data yet: banyan migrate apply')
  if (steps.length > 0) return styleText('green', 'All of this is safe and quick: the next start does it.')
  return styleText('green', 'These data are as the app declares them.')
}

export function planJson({ store, isInUse, plan: { steps, refusals }, offers }: LookedAt): object {
  return {
    store: store.store,
    driver: store.driver,
    isInUse,
    steps: steps.map(stepJson),
    refusals: refusals.map(({ place, reason, mend }) => ({ place, reason, mend })),
    kept: offers.map(stepJson),
  }
}

/** The state of one store, as people read it. */
export function statusText(looked: LookedAt & { readonly snapshots: readonly Snapshot[] }): string {
  const { store, history, plan, offers, snapshots } = looked
  const running = runningFills(looked)
  const part = (title: string, lines: readonly string[], none: string) =>
    `${title}\n${(lines.length === 0 ? [none] : lines).map((line) => `  ${line}`).join('\n')}`
  return [
    styleText('bold', `${store.store} (${store.driver})`),
    part(
      'Applied',
      history.map(({ appliedAt, step }) => `${appliedAt}  ${step}`),
      'nothing',
    ),
    part(
      'Pending',
      [
        ...plan.steps.map(({ name, needs }) =>
          needs === 'nothing' ? name : `${name}  (needs ${needsText(name, needs)})`,
        ),
        ...plan.refusals.map(({ place, reason }) => `${place}: ${reason}`),
      ],
      'nothing',
    ),
    ...(running.length === 0
      ? []
      : [
          part(
            'Begun',
            running.map(
              ({ table, columns, done, startedAt }) =>
                `${startedAt}  fill ${table}${columns.length === 0 ? '' : ` (${columns.join(', ')})`}: ${rowsText(done)} done`,
            ),
            '',
          ),
        ]),
    part(
      'Kept for other versions',
      offers.map(({ name }) => name),
      'nothing',
    ),
    part(
      'Snapshots',
      snapshots.map(({ name, bytes }) => `${name}  ${sizeText(bytes)}`),
      store.copies.kind === 'snapshots' ? 'none' : `none; copy these data with ${store.copies.tool}`,
    ),
  ].join('\n\n')
}

export function statusJson(looked: LookedAt & { readonly snapshots: readonly Snapshot[] }): object {
  const { store, isInUse, history, plan, offers, snapshots } = looked
  return {
    store: store.store,
    driver: store.driver,
    isInUse,
    applied: history,
    pending: plan.steps.map(stepJson),
    refusals: plan.refusals.map(({ place, reason, mend }) => ({ place, reason, mend })),
    begun: runningFills(looked),
    kept: offers.map(stepJson),
    snapshots,
  }
}

/** What to do about a copy, of a store that makes none itself. */
export function copyToolOf({ store, driver, copies }: StoreMigration): readonly string[] {
  if (copies.kind === 'snapshots') return []
  return [
    `${store} (${driver}) takes no snapshots: make a copy with ${copies.tool} before you apply what takes something away`,
  ]
}

export async function snapshotsOf({ copies }: StoreMigration): Promise<readonly Snapshot[]> {
  return copies.kind === 'snapshots' ? copies.list() : []
}

/** Copies of the data, the newest first. `tools`: see `copyToolOf`. */
export function snapshotsText(snapshots: readonly Snapshot[], tools: readonly string[]): string {
  if (snapshots.length === 0)
    return tools.length > 0
      ? `There are no snapshots. ${tools.join('. ')}.`
      : 'There are no snapshots. One is taken before a migration that rewrites or takes away rows.'
  const rows = snapshots.map(({ name, takenAt, bytes }) => [
    name,
    takenAt,
    sizeText(bytes),
    name.includes('-replaced') ? 'before a restore' : 'before a migration',
  ])
  return columnsText(['SNAPSHOT', 'TAKEN', 'SIZE', 'WHEN'], rows)
}

function stepText({ name, effect, rows, risk, isReversible, needs }: PlannedStep): string {
  const colour = risk === 'safe' ? 'green' : risk === 'slow' ? 'yellow' : 'red'
  const words = [
    styleText(colour, risk),
    ...(rows === 0 ? [] : [rowsText(rows)]),
    isReversible ? 'reversible' : 'not reversible',
    needs === 'nothing' ? 'done by the next start' : `needs ${needsText(name, needs)}`,
  ]
  return `  ${styleText('bold', name)}\n    ${effect}\n    ${words.join(' · ')}`
}

function needsText(name: string, needs: PlannedStep['needs']): string {
  return needs === 'name' ? `banyan migrate apply --allow "${name}"` : 'banyan migrate apply'
}

function applyCommand(named: readonly PlannedStep[]): string {
  return ['banyan migrate apply', ...named.map(({ name }) => `--allow "${name}"`)].join(' ')
}

function stepJson({ step, name, effect, rows, risk, isReversible, needs }: PlannedStep): object {
  return { kind: step.kind, name, effect, rows, risk, isReversible, needs }
}

function runningFills({ stored }: Looked) {
  return stored.flatMap(({ name, knownAs, columns, filling }) => {
    if (filling === undefined) return []
    const { done, startedAt } = filling
    const unfinished = columns.flatMap(({ fills }) => (fills === undefined ? [] : [fills.field]))
    return [{ table: knownAs.at(-1) ?? name, columns: unfinished, done, startedAt }]
  })
}

function sizeText(bytes: number): string {
  return `${(bytes / 1_000_000).toLocaleString('en', { maximumFractionDigits: 1 })} MB`
}
