import type { BanyanError } from '../../../core/errors.ts'
import { dataErrors } from '../../errors.ts'
import { failureBy } from '../refusal.ts'

/** What the server refuses, as `mysql2` throws it. `errno` is the server's own number of it. */
export interface ServerFailure extends Error {
  readonly errno: number
  readonly code: string
  readonly sqlState: string
}

export function isServerFailure(error: unknown): error is ServerFailure {
  return error instanceof Error && 'sqlState' in error && typeof (error as Partial<ServerFailure>).errno === 'number'
}

export const duplicateEntry = 1062
const deadlock = 1213
export const lockWaitTimeout = 1205
export const tooLongRow = 1118
export const tooLongValue = 1406

/** Two transactions waited for each other: whoever was refused may run again at once. */
export function mayRunAgain(error: unknown): boolean {
  return isServerFailure(error) && error.errno === deadlock
}

/** The server ends, or has ended the connection: nobody would fare better alone. */
export function isBroken({ errno }: ServerFailure): boolean {
  return (
    [1053, 1079, 1152, 1153, 1158, 1159, 1160, 1161, 1927, 4031].includes(errno) || isFull(errno) || isReadOnly(errno)
  )
}

function isFull(errno: number): boolean {
  return [1021, 1114].includes(errno)
}

function isReadOnly(errno: number): boolean {
  return [1290, 1792, 1836].includes(errno)
}

/**
 * The failures of the server and of the connection to it as portable ones (https://mariadb.com/kb/en/mariadb-error-codes/);
 * undefined for what is a fault of ours.
 */
export function mysqlError(error: unknown): BanyanError | undefined {
  const facts = { cause: error }
  if (!isServerFailure(error)) {
    if (!isConnectionFailure(error)) return undefined
    return dataErrors.STORE_UNAVAILABLE('the connection to the database was lost', facts)
  }
  const { errno } = error
  if (isFull(errno)) return dataErrors.STORE_FULL('there is no space left for the database', facts)
  if (isReadOnly(errno)) return dataErrors.STORE_UNAVAILABLE('this database takes no writes', facts)
  if ([1969, 3024, 1317].includes(errno)) return dataErrors.STORE_UNAVAILABLE('the database took too long', facts)
  // Connections and memory.
  if ([1040, 1041, 1203, 1226].includes(errno) || isBroken(error))
    return dataErrors.STORE_UNAVAILABLE('the database cannot do it now', facts)
  if (errno === 1665)
    return dataErrors.STORE_UNAVAILABLE(
      'this database keeps its log as statements: set binlog_format to row or mixed',
      facts,
    )
  if (errno === lockWaitTimeout || mayRunAgain(error))
    return dataErrors.STORE_UNAVAILABLE('other writers stood in the way', facts)
  return undefined
}

/** The outcome of what was refused. Throws what is a fault of ours. */
export const failure = failureBy(mysqlError)

/**
 * Why a server cannot be begun with, in words that name it and never its password; undefined for what is a fault of ours. A server
 * that is only busy is told by `mysqlError`.
 */
export function openingError(error: unknown, address: string): BanyanError | undefined {
  const facts = { cause: error }
  const url = URL.parse(address)
  const [server, user, database] = [url?.host, decodeURIComponent(url?.username ?? ''), url?.pathname.slice(1)]
  const unreachable = (reason: string) => dataErrors.STORE_UNREACHABLE(`the database at ${server} ${reason}`, facts)
  if (isServerFailure(error)) {
    switch (error.errno) {
      case 1045:
      case 1698:
        return unreachable(`does not take the password of ${user}, or does not know ${user}`)
      case 1130:
        return unreachable('does not let this machine in')
      case 1049:
        return unreachable(`has no database ${database}`)
      case 1044:
        return unreachable(`does not let ${user} into the database ${database}`)
      case 1142:
      case 1227:
      case 1370:
        return unreachable(`does not allow ${user} what is needed: ${error.message}`)
      case 1419:
        return unreachable('lets nobody make triggers while it keeps a log: set log_bin_trust_function_creators')
      case 1046:
        return unreachable('is named without a database: mysql://user:password@host:port/database')
      case 1040:
      case 1203:
        return unreachable('has no connection left')
    }
    return isReadOnly(error.errno) ? unreachable('takes no writes: it is a replica, or set to read only') : undefined
  }
  if (!(error instanceof Error)) return undefined
  const { code } = error as { readonly code?: string }
  if (code === 'ERR_MODULE_NOT_FOUND')
    return dataErrors.STORE_UNREACHABLE(
      'MySQL and MariaDB are spoken to by a package of its own: npm install mysql2',
      facts,
    )
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return unreachable('is not found: there is no such host')
  if (code === 'ECONNREFUSED') return unreachable('is not there: nobody listens')
  if (code === 'ETIMEDOUT') return unreachable('does not answer')
  return undefined
}

function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code = '' } = error as { readonly code?: string }
  return 'syscall' in error || /^(PROTOCOL_|ETIMEDOUT|ECONN|EPIPE)/.test(code) || /closed state/.test(error.message)
}
