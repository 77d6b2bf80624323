import { rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { dataErrors } from '../../errors.ts'
import { sqliteError } from './errors.ts'

/**
 * Opens the file for this process alone: SQLite's own exclusive lock, which the kernel lets go when the process ends, however
 * it ends. Tells how durable a commit is, as the engine reports it.
 */
export function openDatabase(path: string): { readonly database: DatabaseSync; readonly durability: string } {
  let database: DatabaseSync | undefined
  try {
    // Reads the shape of the database, so that a damaged file is found here and not at the first request.
    database = new DatabaseSync(path, { timeout: 0 })
    database.exec('pragma locking_mode = exclusive')
    database.exec('pragma journal_mode = wal')
    database.exec('pragma synchronous = full')
    setCache(database, readingCacheKb)
    // 16 MB of log before it is copied into the file: pages that many commits change are copied once.
    database.exec('pragma wal_autocheckpoint = 4000')
    database.exec('begin immediate; commit')
    database.prepare('select count(*) from sqlite_schema').get()
    // Its index lies in memory. One that lies here was left by somebody who only read.
    if (path !== ':memory:') rmSync(`${path}-shm`, { force: true })
    return { database, durability: durabilityOf(database, path) }
  } catch (error) {
    database?.close()
    const known = sqliteError(error, path)
    // An input/output error here is nearly always a file system that may not be written.
    if (known !== undefined && known.code !== 'STORE_UNAVAILABLE') throw known
    throw dataErrors.STORE_CANNOT_OPEN(`${path} cannot be opened: it may not be written, or the disk fails`, {
      cause: error,
    })
  }
}

/**
 * The most memory for pages of the database; it is taken as pages are read. A page of a list over many rows lies scattered, and
 * what is not here has to be fetched from the kernel.
 */
export const readingCacheKb = 64_000

export function setCache(database: DatabaseSync, sizeKb: number): void {
  database.exec(`pragma cache_size = -${sizeKb}`)
}

const synchronousNames = ['OFF', 'NORMAL', 'FULL', 'EXTRA']

function durabilityOf(database: DatabaseSync, path: string): string {
  const journal = String(Object.values(database.prepare('pragma journal_mode').get()!)[0])
  const synchronous = synchronousNames[Number(Object.values(database.prepare('pragma synchronous').get()!)[0])]
  const version = String(Object.values(database.prepare('select sqlite_version()').get()!)[0])
  if (path === ':memory:') return `SQLite ${version} in memory: gone with the process`
  return `SQLite ${version}, journal_mode=${journal}, synchronous=${synchronous}: fsync before the answer`
}
