import { durationMs } from '../../../core/duration.ts'
import { dataErrors } from '../../errors.ts'
import { addressOf } from './address.ts'
import { type Connection, type ConnectionOptions, connect, poolerWords } from './connection.ts'
import { isServerFailure, tooManyConnections } from './errors.ts'
import type { AtPrimary, PostgresOptions } from './postgres.ts'

/** What the options say of every connection. */
export function sessionOf(
  options: Omit<PostgresOptions, 'primary'>,
): Pick<ConnectionOptions, 'schema' | 'isPooled' | 'statementTimeoutMs'> {
  const { pooler, statementTimeout = '5s' } = options
  return {
    schema: schemaOf(options),
    isPooled: pooler !== undefined,
    statementTimeoutMs: durationMs(statementTimeout),
  }
}

export function schemaOf({ schema = 'public' }: Pick<PostgresOptions, 'schema'>): string {
  return schema
}

/** A connection beside those of the pool, for work that may take its time; what waits for a lock waits a moment only. */
export async function connectForWork(options: AtPrimary): Promise<Connection> {
  const work = {
    ...sessionOf(options),
    address: addressOf(options.primary, options),
    statementTimeoutMs: 0,
    lockTimeoutMs: lockWaitMs,
    prepares: false,
    name: workName,
    onEnd() {},
  }
  const connection = await whenThereIsRoom(() => connect(work))
  try {
    if (work.isPooled) await refuseTransactionMode(connection, work)
    return connection
  } catch (error) {
    await connection.end()
    throw error
  }
}

/** A fleet that starts has some connections more for a moment than it has afterwards. */
export async function whenThereIsRoom<Result>(open: () => Promise<Result>): Promise<Result> {
  for (const endMs = performance.now() + roomWaitMs; ; ) {
    try {
      return await open()
    } catch (error) {
      if (!isServerFailure(error) || error.code !== tooManyConnections || performance.now() > endMs) throw error
      await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 100))
    }
  }
}

const roomWaitMs = 5_000

/** What the server shows of such a connection. */
export const workName = 'banyan works'

/** So long a step waits for whoever uses a table, because everybody else then waits behind it. */
export const lockWaitMs = 2_000

/** Where each transaction may have another of the server's connections, two of ours meet in one. */
async function refuseTransactionMode(one: Connection, options: ConnectionOptions): Promise<void> {
  const other = await connect(options)
  try {
    const { rows } = await one.run({ text: 'select pg_backend_pid()', values: [] })
    if (one.servedBy === other.servedBy || Number(rows[0]![0]) !== one.servedBy)
      throw dataErrors.STORE_UNSUITABLE(`the pooler is said to be of mode session, and is not: ${poolerWords}`)
  } finally {
    await other.end()
  }
}
