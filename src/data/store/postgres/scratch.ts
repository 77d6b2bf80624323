import { randomBytes } from 'node:crypto'
import type { AtPrimary, PostgresOptions } from './postgres.ts'
import { connectForWork } from './session.ts'

/** Options that name a schema which is not there yet, whose data nobody keeps. */
export function scratchOptions(options: PostgresOptions): PostgresOptions {
  return { ...options, schema: `banyan_scratch_${randomBytes(6).toString('hex')}` }
}

export async function dropSchema(options: AtPrimary): Promise<void> {
  const connection = await connectForWork(options)
  try {
    await connection.execute(`drop schema ${options.schema} cascade`)
  } finally {
    await connection.end()
  }
}
