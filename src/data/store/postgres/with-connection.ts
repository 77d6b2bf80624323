import type { Connection } from './connection.ts'
import { openingError, postgresError } from './errors.ts'
import type { AtPrimary } from './postgres.ts'
import { connectForWork } from './session.ts'

/** A connection for work, which stays open only for what the work gives. */
export async function withConnection<Result>(
  options: AtPrimary,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  let connection: Connection | undefined
  try {
    connection = await connectForWork(options)
    return await work(connection)
  } catch (error) {
    await connection?.end()
    throw openingError(error, options.primary) ?? postgresError(error) ?? error
  }
}
