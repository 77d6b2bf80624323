import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { DriverDependencies } from '../../../core/driver.ts'
import type { Telemetry } from '../../../core/telemetry.ts'
import { dataErrors } from '../../errors.ts'

export interface SqliteOptions {
  /** The database file, relative to the folder of embedded data; `main.db` without it. `:memory:` keeps nothing. */
  readonly file?: string
}

/** Where the database of these options lies. */
export function databasePath(
  { file = 'main.db' }: SqliteOptions,
  { dataFolder }: { readonly dataFolder: string },
): string {
  return file === ':memory:' ? file : resolve(dataFolder, file)
}

/** The same, before it is opened: with its folder made, for its owner alone, and not where data have been lost. */
export function preparedPath(options: SqliteOptions, deps: DriverDependencies): string {
  const path = databasePath(options, deps)
  if (path === ':memory:') return path
  const folder = dirname(path)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw dataErrors.STORE_CANNOT_OPEN(`the folder ${folder} cannot be made`, { cause })
  }
  if (deps.isFolderUsed) checkLoss(path, deps.telemetry)
  return path
}

/**
 * Refuses an empty file where there have been data: a copy or a disk that failed leaves one behind, and SQLite would begin anew in
 * it. A missing file is only told, because somebody has removed it, or the topology has a new store.
 */
function checkLoss(path: string, telemetry: Telemetry): void {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size
  if (bytes === undefined)
    telemetry.log('warn', `${path} is made anew in a folder that has held data before; if rows are missing, restore it`)
  else if (bytes === 0) throw dataErrors.STORE_EMPTY(`${path} is empty, and its folder has held data before`)
}
