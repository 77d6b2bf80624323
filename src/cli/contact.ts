import type { Finding } from '../app/review/finding.ts'
import { BanyanError } from '../core/errors.ts'
import { silentTelemetry } from '../core/telemetry.ts'
import type { EngineProblem } from '../data/store/store.ts'
import { inspectStore } from '../runtime/inspect.ts'
import { migrationsOf, type StoreMigration } from '../runtime/migration.ts'
import { contactFindings } from '../topology/check/codes.ts'
import type { StoreTopology, Topology } from '../topology/topology.ts'
import { countText } from './progress.ts'
import type { Project } from './project.ts'

/** How a store was found by somebody who opened it, and changed nothing. */
export interface Contact {
  readonly store: string
  readonly driver: string
  /** A start would open it. */
  readonly isOpen: boolean
  readonly says: string
  readonly durability?: string
  readonly connection?: string
  readonly findings: readonly Finding[]
}

/** Opens what a topology names. Never rejects because of what is found there. */
export async function contactsOf(project: Project, topology: Topology): Promise<readonly Contact[]> {
  const { app, dataFolder, production } = project
  const migrations = await migrationsOf(app, topology, { dataFolder, production, telemetry: silentTelemetry })
  return Promise.all(
    Object.entries(topology.stores).map(([store, declared]) => {
      const migration = migrations.find((one) => one.store === store)
      return contact(store, declared, () => inspectStore({ ...project, topology }, store), migration)
    }),
  )
}

async function contact(
  store: string,
  { driver, volatile = false }: StoreTopology,
  inspect: () => ReturnType<typeof inspectStore>,
  migration: StoreMigration | undefined,
): Promise<Contact> {
  const place = `stores/${store}`
  try {
    const { problems, ...said } = await inspect()
    const engine = problems.flatMap((problem) => engineFinding(place, problem, volatile))
    if (engine.some(({ code }) => code === 'CONNECT_ENGINE'))
      return { store, driver, isOpen: false, says: 'it cannot be used as it is', ...said, findings: engine }
    const { says, findings } = await schemaOf(place, migration)
    return { store, driver, isOpen: findings.length === 0, says, ...said, findings: [...engine, ...findings] }
  } catch (error) {
    if (!(error instanceof BanyanError) || error.kind === 'bug') throw error
    const finding = error.code === 'STORE_UNSUITABLE' ? contactFindings.CONNECT_ENGINE : contactFindings.CONNECT_REACH
    const findings = [finding(place, error.message, error.hint)]
    return { store, driver, isOpen: false, says: 'it was not opened', findings }
  }
}

function engineFinding(place: string, { kind, reason, mend }: EngineProblem, isVolatile: boolean): readonly Finding[] {
  switch (kind) {
    case 'unsuitable':
      return [contactFindings.CONNECT_ENGINE(place, reason, mend)]
    case 'crowded':
      return [contactFindings.CONNECT_ROOM(place, reason, mend)]
    case 'replica':
      return [contactFindings.CONNECT_REPLICA(place, reason, mend)]
    case 'durability':
      return isVolatile
        ? []
        : [contactFindings.CONNECT_DURABILITY(place, reason, `${mend} Or say that data may be lost: volatile: true.`)]
  }
}

/** What the next start would do to the data, or why it would not. */
async function schemaOf(
  place: string,
  migration: StoreMigration | undefined,
): Promise<{ readonly says: string; readonly findings: readonly Finding[] }> {
  if (migration === undefined) return { says: 'its data live with the process', findings: [] }
  const { stored, plan } = await migration.look()
  const refusals = plan.refusals.map(({ place: at, reason, mend }) =>
    contactFindings.CONNECT_SCHEMA(`${place}/${at}`, reason, mend),
  )
  const held = plan.steps.filter(({ needs }) => needs !== 'nothing')
  const steps = held.map(({ name, effect, needs }) =>
    contactFindings.CONNECT_SCHEMA(
      place,
      `${name}: ${effect}`,
      needs === 'name' ? `banyan migrate apply --allow "${name}" does it.` : 'banyan migrate apply does it.',
    ),
  )
  return { says: schemaWords(stored.length, plan.steps.length, held.length), findings: [...refusals, ...steps] }
}

function schemaWords(tables: number, steps: number, held: number): string {
  if (tables === 0) return 'it has no data yet: the next start makes its tables'
  if (held > 0) return `${countText(held, 'step')} of its data have to be done before a start: banyan migrate plan`
  if (steps > 0) return `the next start brings its data to the app, in ${countText(steps, 'step')}`
  return 'its data are as the app declares them'
}
