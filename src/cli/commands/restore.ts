import { assert } from '../../core/errors.ts'
import { migrationErrors } from '../../data/migration/errors.ts'
import { copyToolOf, snapshotsOf, snapshotsText } from '../migration-text.ts'
import { projectMigrations } from '../migrations.ts'
import { shownPath } from '../user-error.ts'
import type { MigrateOptions } from './migrate.ts'

/** Lists the copies of the data; with a name, puts that one in their place. */
export async function restore(name: string | undefined, options: MigrateOptions): Promise<void> {
  const stores = await Promise.all(
    (await projectMigrations(options)).map(async (store) => ({ ...store, snapshots: await snapshotsOf(store) })),
  )
  const tools = stores.flatMap(copyToolOf)
  if (name === undefined) {
    const all = stores.flatMap(({ snapshots }) => snapshots)
    console.log(options.json ? JSON.stringify(all, null, 2) : snapshotsText(all, tools))
    return
  }
  const found = stores.find(({ snapshots }) => snapshots.some((snapshot) => snapshot.name === name))
  if (found === undefined) {
    const names = stores.flatMap(({ snapshots }) => snapshots.map((snapshot) => snapshot.name))
    throw migrationErrors.SNAPSHOT_MISSING(
      [
        `there is no snapshot ${JSON.stringify(name)}; ${names.length === 0 ? 'there are none' : `those that there are: ${names.join(', ')}`}`,
        ...tools,
      ].join('. '),
    )
  }
  assert(found.copies.kind === 'snapshots', 'it is among its snapshots')
  const { snapshot, kept } = await found.copies.restore(name)
  if (options.json) {
    console.log(JSON.stringify({ restored: snapshot, kept: kept ?? null }, null, 2))
    return
  }
  console.log(`restored ${snapshot.name}: the data are those of ${snapshot.takenAt}`)
  if (kept !== undefined) console.log(`the data before it are kept: ${shownPath(kept)}`)
}
