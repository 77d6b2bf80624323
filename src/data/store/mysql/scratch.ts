import { randomBytes } from 'node:crypto'
import { connect } from './connection.ts'
import { mysqlError, openingError } from './errors.ts'
import type { MysqlOptions } from './mysql.ts'
import { quoteName } from './name.ts'

/** Options that name a new database, whose data nobody keeps. */
export async function scratchDatabase(options: MysqlOptions): Promise<MysqlOptions> {
  const name = `banyan_scratch_${randomBytes(6).toString('hex')}`
  try {
    await runOn(options.primary, `create database ${quoteName(name)}`)
  } catch (error) {
    throw openingError(error, options.primary) ?? mysqlError(error) ?? error
  }
  return { ...options, primary: inDatabase(options.primary, name) }
}

export async function dropDatabase({ primary }: MysqlOptions): Promise<void> {
  await runOn(primary, `drop database ${quoteName(decodeURIComponent(new URL(primary).pathname.slice(1)))}`)
}

export function inDatabase(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = `/${encodeURIComponent(name)}`
  return other.href
}

async function runOn(url: string, text: string): Promise<void> {
  const connection = await connect({ url, statementTimeoutMs: 0, onEnd() {} })
  try {
    await connection.run({ text, values: [] })
  } finally {
    await connection.end()
  }
}
