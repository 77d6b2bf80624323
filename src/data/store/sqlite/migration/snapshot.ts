import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../../../core/clock.ts'
import { dataErrors } from '../../../errors.ts'
import type { Snapshot } from '../../../migration/migrator.ts'

/** So many are kept, of those taken before migrations and of those kept before restores each. */
export const snapshotsMax = 5

/**
 * Copies the database as it is, without its free space: SQLite reads every page for it, so damage is found before anything is
 * changed. It is on the disk, name and content, when this returns.
 */
export function takeSnapshot(database: DatabaseSync, path: string, clock: Clock): Snapshot {
  const folder = snapshotFolder(path)
  const name = snapshotName(path, clock.now())
  const target = join(folder, name)
  const partial = `${target}.partial`
  makeSnapshotFolder(folder)
  checkSpace(folder, databaseBytes(database))
  for (const left of readdirSync(folder)) if (left.endsWith('.partial')) rmSync(join(folder, left))
  database.prepare('vacuum into ?').run(partial)
  sync(partial)
  renameSync(partial, target)
  sync(folder)
  for (const { path: old } of snapshotsOf(path).filter(isOfMigration).slice(snapshotsMax)) rmSync(old)
  return snapshotAt(target)
}

/** The copies that there are, the newest first. */
export function snapshotsOf(path: string): readonly Snapshot[] {
  const folder = snapshotFolder(path)
  if (!existsSync(folder)) return []
  const prefix = `${stem(path)}-`
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && pattern.test(name.slice(prefix.length)))
    .map((name) => snapshotAt(join(folder, name)))
    .toSorted((left, right) => (left.takenAt < right.takenAt ? 1 : -1))
}

/** The name of a copy: of which database, when, and what for. Colons are no part of names everywhere. */
export function snapshotName(path: string, takenAt: string, suffix = ''): string {
  return `${stem(path)}-${takenAt.replaceAll(':', '-')}${suffix}.db`
}

export const replacedSuffix = '-replaced'

const pattern = /^(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d\.\d{3}Z)(-replaced)?\.db$/

export function isOfMigration({ name }: Snapshot): boolean {
  return !name.endsWith(`${replacedSuffix}.db`)
}

export function snapshotFolder(path: string): string {
  return join(dirname(path), 'snapshots')
}

export function makeSnapshotFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw dataErrors.STORE_CANNOT_OPEN(`the folder ${folder} cannot be made`, { cause })
  }
}

/** A copy that fills the disk would stop the database beside it. */
export function checkSpace(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  if (free < bytes + spareBytes)
    throw dataErrors.STORE_FULL(
      `a copy of the data takes ${megabytes(bytes)}, and ${folder} has ${megabytes(free)} left`,
    )
}

const spareBytes = 1_000_000

export function databaseBytes(database: DatabaseSync): number {
  const pragma = (name: string) => Number(Object.values(database.prepare(`pragma ${name}`).get()!)[0])
  return pragma('page_count') * pragma('page_size')
}

/** Brings a file, or the names in a folder, to the disk. */
export function sync(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function stem(path: string): string {
  return basename(path).replace(/\.db$/, '')
}

function snapshotAt(path: string): Snapshot {
  const name = basename(path)
  const [, day, hour, minute, rest] = pattern.exec(name.slice(name.search(/\d{4}-\d\d-\d\dT/)))!
  return { name, path, takenAt: `${day}${hour}:${minute}:${rest}`, bytes: statSync(path).size }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000).toLocaleString('en')} MB`
}
