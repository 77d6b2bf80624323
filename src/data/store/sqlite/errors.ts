import type { BanyanError } from '../../../core/errors.ts'
import { dataErrors } from '../../errors.ts'

/** What node:sqlite throws. `errcode` is SQLite's extended result code; its lowest byte is the primary one. */
export interface SqliteFailure extends Error {
  readonly code: 'ERR_SQLITE_ERROR'
  readonly errcode: number
}

export function isSqliteFailure(error: unknown): error is SqliteFailure {
  return error instanceof Error && (error as Partial<SqliteFailure>).code === 'ERR_SQLITE_ERROR'
}

export const constraintUnique = 2067
export const constraintPrimaryKey = 1555

/** The engine's failures as portable ones (https://sqlite.org/rescode.html); undefined for what is none of its own. */
export function sqliteError(error: unknown, path = 'the database'): BanyanError | undefined {
  if (!isSqliteFailure(error)) return undefined
  const facts = { cause: error }
  switch (error.errcode & 0xff) {
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
      return dataErrors.STORE_IN_USE(`${path} is open in another process`, facts)
    case 8: // SQLITE_READONLY
      return dataErrors.STORE_CANNOT_OPEN(`${path} may not be written`, facts)
    case 14: // SQLITE_CANTOPEN
      return dataErrors.STORE_CANNOT_OPEN(`${path} cannot be opened`, facts)
    case 13: // SQLITE_FULL
      return dataErrors.STORE_FULL('there is no space left for the database', facts)
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
      return dataErrors.STORE_CORRUPT(`${path} is not a sound SQLite database`, facts)
    case 10: // SQLITE_IOERR
      return dataErrors.STORE_UNAVAILABLE('the disk did not do what the database asked of it', facts)
    default:
      return undefined
  }
}
