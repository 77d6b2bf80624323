import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Connection } from '../../src/data/store/postgres/connection.ts'
import { connectForWork } from '../../src/data/store/postgres/session.ts'

/** Runs statements as whoever the address names. */
export async function asAdmin<Result>(url: string, work: (connection: Connection) => Promise<Result>): Promise<Result> {
  const connection = await connectForWork({ primary: url })
  try {
    return await work(connection)
  } finally {
    await connection.end()
  }
}

/** Where the engine of a folder has the data of one of its servers. */
export function dataOf(engineFolder: string, role = 'primary'): string {
  const { data } = JSON.parse(readFileSync(join(engineFolder, 'engine.json'), 'utf8')) as { readonly data: string }
  return join(data, role)
}

/** The address with something in it changed. */
export function changed(url: string, change: (url: URL) => void): string {
  const address = new URL(url)
  change(address)
  return address.href
}
