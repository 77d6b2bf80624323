import { randomBytes } from 'node:crypto'
import { connect } from './connection.ts'
import type { AtPrimary, PostgresOptions } from './postgres.ts'

/** Options that name a schema which is not there yet, whose data nobody keeps. */
export function scratchOptions(options: PostgresOptions): PostgresOptions {
  return { ...options, schema: `banyan_scratch_${randomBytes(6).toString('hex')}` }
}

export async function dropSchema({ primary, schema }: AtPrimary): Promise<void> {
  const connection = await connect({
    url: primary,
    schema,
    statementTimeoutMs: 0,
    prepares: false,
    onEnd() {},
  })
  try {
    await connection.execute(`drop schema ${schema} cascade`)
  } finally {
    await connection.end()
  }
}
