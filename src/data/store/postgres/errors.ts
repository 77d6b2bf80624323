import type { BanyanError } from '../../../core/errors.ts'
import { dataErrors } from '../../errors.ts'
import { failureBy } from '../refusal.ts'
import { AddressProblem } from './address.ts'
import { poolerWords } from './connection.ts'

/** What the server refuses, as `pg` throws it. `code` is the SQLSTATE. */
export interface ServerFailure extends Error {
  readonly code: string
  readonly constraint?: string
  readonly schema?: string
  readonly table?: string
  readonly severity: string
}

export function isServerFailure(error: unknown): error is ServerFailure {
  return error instanceof Error && 'severity' in error && typeof (error as Partial<ServerFailure>).code === 'string'
}

export const tooManyConnections = '53300'
export const uniqueViolation = '23505'
export const foreignKeyViolation = '23503'
/** A text that no value of a type is written as. */
export const notOfType = '22P02'

/** Two transactions waited for each other, or one was passed over: whoever was refused may run again at once. */
export function mayRunAgain(error: unknown): boolean {
  return isServerFailure(error) && ['40P01', '40001', '55P03'].includes(error.code)
}

/** The server is a replica, or set to read only. */
export function takesNoWrites(error: unknown): boolean {
  return isServerFailure(error) && error.code === '25006'
}

/**
 * The failures of the server and of the connection to it as portable ones
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html); undefined for what is a fault of ours.
 */
export function postgresError(error: unknown): BanyanError | undefined {
  const facts = { cause: error }
  if (!isServerFailure(error)) {
    if (!isConnectionFailure(error)) return undefined
    return dataErrors.STORE_UNAVAILABLE('the connection to PostgreSQL was lost', facts)
  }
  if (error.code === '53100') return dataErrors.STORE_FULL('there is no space left for the database', facts)
  if (takesNoWrites(error)) return dataErrors.STORE_UNAVAILABLE('this PostgreSQL takes no writes', facts)
  if (error.code === '57014') return dataErrors.STORE_UNAVAILABLE('PostgreSQL took too long', facts)
  // A server that was the primary and is one no more does not say how far it has come.
  if (error.code === '55000' && /recovery/.test(error.message))
    return dataErrors.STORE_UNAVAILABLE('this PostgreSQL is no primary any more', facts)
  // Connections, resources, an operator who intervenes, the system; and what another transaction stood in the way of.
  if (/^(08|53|57|58)/.test(error.code)) return dataErrors.STORE_UNAVAILABLE('PostgreSQL cannot do it now', facts)
  if (mayRunAgain(error)) return dataErrors.STORE_UNAVAILABLE('other writers stood in the way', facts)
  return undefined
}

/** The outcome of what was refused. Throws what is a fault of ours. */
export const failure = failureBy(postgresError)

/**
 * Why a server cannot be begun with, in words that name it and never its password; undefined for what is a fault of ours. A server
 * that is only busy is told by `postgresError`.
 */
export function openingError(error: unknown, address: string): BanyanError | undefined {
  const facts = { cause: error }
  const url = URL.parse(address)
  const [server, user, database] = [url?.host, decodeURIComponent(url?.username ?? ''), url?.pathname.slice(1)]
  if (error instanceof AddressProblem)
    return dataErrors.STORE_UNREACHABLE(
      `the address of PostgreSQL cannot be used: ${error.message}. ${error.mend}`,
      facts,
    )
  const unreachable = (reason: string) => dataErrors.STORE_UNREACHABLE(`PostgreSQL at ${server} ${reason}`, facts)
  if (isServerFailure(error)) {
    switch (error.code) {
      case '28P01':
        return unreachable(`does not take the password of ${user}`)
      case '28000':
        return unreachable(`does not let ${user} in: ${error.message}`)
      case '08P01':
        // In the words of PgBouncer; PostgreSQL itself understands them all.
        if (/unsupported startup parameter/.test(error.message)) return dataErrors.STORE_UNSUITABLE(poolerWords, facts)
        return undefined
      case '3D000':
        return unreachable(`has no database ${database}`)
      case '42501':
        return unreachable(`does not allow ${user} what is needed: ${error.message}`)
      case tooManyConnections:
        return unreachable('has no connection left')
      case '25006':
        return unreachable('takes no writes: it is a replica, or set to read only')
    }
    return undefined
  }
  if (!(error instanceof Error)) return undefined
  const { code } = error as { readonly code?: string }
  if (code === 'ERR_MODULE_NOT_FOUND')
    return dataErrors.STORE_UNREACHABLE('PostgreSQL is spoken to by a package of its own: npm install pg', facts)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return unreachable('is not found: there is no such host')
  if (code === 'ECONNREFUSED') return unreachable('is not there: nobody listens')
  if (/timeout expired/.test(error.message)) return unreachable('does not answer')
  if (/does not support SSL/.test(error.message))
    return unreachable('speaks no TLS, and the address asks for it: set ssl = on there, or see sslmode')
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return unreachable(`has a certificate of another name: ${error.message.replace(/^.*altnames: /, '')}`)
  if (code === 'CERT_HAS_EXPIRED') return unreachable('has a certificate that has expired')
  if (code !== undefined && certificateCodes.test(code))
    return unreachable('has a certificate of an authority that is not trusted: name its file with sslrootcert')
  if (code?.startsWith('ERR_SSL') || code === 'EPROTO') return unreachable(`does not agree on TLS: ${error.message}`)
  return undefined
}

const certificateCodes =
  /^(UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)|(DEPTH_ZERO_)?SELF_SIGNED_CERT(_IN_CHAIN)?|CERT_UNTRUSTED)$/

function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return (
    'syscall' in error ||
    /^(Connection terminated|Client (was closed|has encountered)|timeout expired)/.test(error.message)
  )
}
