import { constants, copyFileSync, existsSync, linkSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../../../core/clock.ts'
import { BanyanError } from '../../../../core/errors.ts'
import type { Random } from '../../../../core/random.ts'
import { dataErrors } from '../../../errors.ts'
import { migrationErrors } from '../../../migration/errors.ts'
import type { Restored, Snapshot } from '../../../migration/migrator.ts'
import { newEpoch } from '../commit.ts'
import { openDatabase } from '../database.ts'
import { isSqliteFailure, sqliteError } from '../errors.ts'
import { hasTable } from './remembered.ts'
import {
  checkSpace,
  isOfMigration,
  makeSnapshotFolder,
  replacedSuffix,
  snapshotFolder,
  snapshotName,
  snapshotsMax,
  snapshotsOf,
  sync,
} from './snapshot.ts'

/**
 * Puts a copy in the place of a database. It is made ready beside it, checked and under a new epoch, and then takes its name at
 * once; what was there before has got a second name by then. Nobody can open it meanwhile: a server that starts finds it locked,
 * or finds the copy.
 */
export function restoreSnapshot(
  path: string,
  name: string,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Restored {
  const snapshot = snapshotsOf(path).find((other) => other.name === name)
  if (snapshot === undefined) throw migrationErrors.SNAPSHOT_MISSING(`there is no snapshot ${JSON.stringify(name)}`)
  using present = held(path)
  const ready = madeReady(snapshot, path, random)
  const kept = existsSync(path) ? keep(path, present.database, clock) : undefined
  // Where it could not be brought into a damaged file, its log has been kept with it.
  rmSync(`${path}-wal`, { force: true })
  renameSync(ready, path)
  sync(dirname(path))
  for (const { path: old } of snapshotsOf(path)
    .filter((other) => !isOfMigration(other))
    .slice(snapshotsMax)) {
    rmSync(old)
    rmSync(`${old}-wal`, { force: true })
  }
  return { snapshot, kept }
}

interface Held extends Disposable {
  /** Undefined where there is none, or one too damaged to be opened. */
  readonly database: DatabaseSync | undefined
}

/** Locks the database that is there. */
function held(path: string): Held {
  const nothing = { database: undefined, [Symbol.dispose]: () => {} }
  if (!existsSync(path)) return nothing
  try {
    const { database } = openDatabase(path)
    return { database, [Symbol.dispose]: () => database.isOpen && database.close() }
  } catch (error) {
    if (error instanceof BanyanError && error.code === 'STORE_CORRUPT') return nothing
    throw error
  }
}

/** Brings a locked database into one file without a log beside it, and keeps it locked. False if it is too damaged for that. */
function isOneFile(database: DatabaseSync): boolean {
  try {
    database.exec('pragma wal_checkpoint(truncate)')
    database.exec('pragma journal_mode = delete')
    // In exclusive mode a journal would stay until the end, and then be taken away from the copy that has this name by then.
    database.exec('pragma locking_mode = normal')
    database.prepare('select count(*) from sqlite_schema').get()
    database.exec('begin exclusive')
    return true
  } catch (error) {
    const known = sqliteError(error)
    if (known?.code !== 'STORE_CORRUPT') throw known ?? error
    // Its log stays what it is, to be kept with it.
    database.close()
    return false
  }
}

/** The copy as it is to be, on the disk for good. */
function madeReady(snapshot: Snapshot, path: string, random: Random): string {
  const ready = `${path}.restoring`
  for (const file of [ready, `${ready}-wal`, `${ready}-journal`]) rmSync(file, { force: true })
  checkSpace(dirname(path), snapshot.bytes)
  copyFileSync(snapshot.path, ready, constants.COPYFILE_FICLONE)
  if (existsSync(`${snapshot.path}-wal`)) copyFileSync(`${snapshot.path}-wal`, `${ready}-wal`)
  try {
    const database = new DatabaseSync(ready)
    try {
      const found = Object.values(database.prepare('pragma integrity_check').get()!)[0]
      if (found !== 'ok') throw migrationErrors.SNAPSHOT_UNUSABLE(`${snapshot.path} is damaged`, { cause: found })
      if (!hasTable(database, '_banyan_meta'))
        throw migrationErrors.SNAPSHOT_UNUSABLE(`${snapshot.path} is no copy of these data`)
      database.exec('pragma journal_mode = delete')
      database.prepare("update _banyan_meta set value = ? where key = 'epoch'").run(newEpoch(random))
    } finally {
      database.close()
    }
  } catch (error) {
    rmSync(ready, { force: true })
    if (!isSqliteFailure(error)) throw error
    const known = sqliteError(error, ready)
    if (known?.code === 'STORE_FULL') throw known
    throw migrationErrors.SNAPSHOT_UNUSABLE(`${snapshot.path} is damaged`, { cause: error })
  }
  sync(ready)
  return ready
}

/** Gives what is there a name among the copies. */
function keep(path: string, present: DatabaseSync | undefined, clock: Clock): string {
  const folder = snapshotFolder(path)
  makeSnapshotFolder(folder)
  const kept = join(folder, snapshotName(path, clock.now(), replacedSuffix))
  const database = present !== undefined && isOneFile(present) ? present : undefined
  if (database === undefined && existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${kept}-wal`)
  try {
    linkSync(path, kept)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw dataErrors.STORE_UNAVAILABLE(`${kept} is there already`)
    // The folder may lie on another disk, or this one give a file one name only. A locked file must not be opened a second time:
    // closing it would take the lock away. SQLite itself copies it.
    if (database === undefined) copyFileSync(path, kept)
    else {
      database.exec('commit')
      database.prepare('vacuum into ?').run(kept)
      database.exec('begin exclusive')
    }
    sync(kept)
  }
  sync(folder)
  return kept
}
