import { systemScheduler } from '../../core/scheduler.ts'
import type { StoreMigration } from '../../runtime/migration.ts'
import { refusedExitCode } from '../exit.ts'
import {
  keptText,
  mayStart,
  planJson,
  planText,
  snapshotsOf,
  statusJson,
  statusText,
  verdictText,
} from '../migration-text.ts'
import { type MigrationsOptions, projectMigrations } from '../migrations.ts'
import { fillDisplay } from '../progress.ts'
import { shownPath } from '../user-error.ts'

export interface MigrateOptions extends MigrationsOptions {
  readonly json?: boolean
}

export interface ApplyOptions extends MigrationsOptions {
  /** Names of steps. */
  readonly allow?: readonly string[]
}

/** Prints what would be done to the data, and changes nothing. Exits with 3 where a start would refuse. */
export async function plan(options: MigrateOptions): Promise<void> {
  const stores = await Promise.all(
    (await projectMigrations(options)).map(async (store) => ({ store, ...(await store.look()) })),
  )
  const ok = stores.every(mayStart)
  if (options.json) console.log(JSON.stringify({ ok, stores: stores.map(planJson) }, null, 2))
  else console.log([...stores.map(planText), verdictText(stores)].join('\n\n'))
  if (!ok) process.exitCode = refusedExitCode
}

/** Does what the app needs, and what is named. */
export async function apply({ allow = [], ...options }: ApplyOptions): Promise<void> {
  const filling = fillDisplay(process.stderr, systemScheduler)
  const stores = await projectMigrations(options)
  const allowed = await namesByStore(stores, allow)
  for (const [at, store] of stores.entries()) {
    const applying = store.apply({
      allow: allowed[at]!,
      onProgress: filling.show,
      onSnapshot: ({ path }) => console.log(`copied the data to ${shownPath(path)}`),
    })
    // What went wrong is told below the bar, not in it.
    const done = await applying.finally(filling.end)
    for (const name of done.steps) console.log(`done: ${name}`)
    if (done.steps.length === 0) console.log(`${store.store}: nothing to do`)
    if (done.offers.length > 0) console.log(`\n${keptText(done.offers)}`)
  }
}

/** A name is known to the store whose step it is; one that no store knows is left to the first, which refuses it. */
async function namesByStore(
  stores: readonly StoreMigration[],
  names: readonly string[],
): Promise<readonly (readonly string[])[]> {
  if (stores.length === 1) return [names]
  const known = await Promise.all(
    stores.map(async (store) => {
      const { plan, offers, history } = await store.look()
      return new Set([
        ...plan.steps.map(({ name }) => name),
        ...offers.map(({ name }) => name),
        ...history.map(({ step }) => step),
      ])
    }),
  )
  const strange = names.filter((name) => !known.some((all) => all.has(name)))
  return known.map((all, at) => [...names.filter((name) => all.has(name)), ...(at === 0 ? strange : [])])
}

/** Prints what was done, what is to be done, fills that were cut off, and the copies that there are. */
export async function status(options: MigrateOptions): Promise<void> {
  const stores = await Promise.all(
    (await projectMigrations(options)).map(async (store) => ({
      store,
      ...(await store.look()),
      snapshots: await snapshotsOf(store),
    })),
  )
  if (options.json) console.log(JSON.stringify({ stores: stores.map(statusJson) }, null, 2))
  else console.log(stores.map(statusText).join('\n\n'))
}
