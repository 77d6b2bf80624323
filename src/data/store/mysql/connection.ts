import type { Connection as Client, ConnectionOptions as ClientOptions, QueryError, ResultSetHeader } from 'mysql2'
import { dataErrors } from '../../errors.ts'
import { bytesPerCharacter, sortedCharactersMax } from './column.ts'
import { type Dialect, dialectOf } from './dialect.ts'
import type { Statement } from './statement.ts'

/** What a statement gave. */
export interface Result {
  /** Numbers beyond what JavaScript counts exactly, decimals and times come as texts, bytes as buffers. */
  readonly rows: unknown[][]
  /** How many rows it found to be changed. */
  readonly count: number
  /** What the server calls the commit, where it made one that it keeps a log of. */
  readonly gtid: string | undefined
}

export interface ConnectionOptions {
  readonly url: string
  readonly statementTimeoutMs: number
  /** Called once it can no longer be used. */
  readonly onEnd: () => void
}

/** One connection. Statements that are run without waiting are sent one after another. */
export interface Connection {
  readonly dialect: Dialect
  run(statement: Statement): Promise<Result>
  end(): Promise<void>
}

export async function connect({ url, statementTimeoutMs, onEnd }: ConnectionOptions): Promise<Connection> {
  const { createConnection } = await import('mysql2')
  const client: Client = createConnection({
    ...addressOf(url),
    rowsAsArray: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    charset: 'UTF8MB4_BIN',
    connectTimeout: 5_000,
    // Clients choose which fields they patch.
    maxPreparedStatements: 500,
    // Rows that are found, also where what is written is what was there.
    flags: ['FOUND_ROWS'],
  })
  const run = ({ text, values }: Statement) =>
    new Promise<Result>((resolve, reject) => {
      const done = (error: QueryError | null, result: unknown) => {
        if (error) reject(error)
        else resolve(resultOf(result))
      }
      // What binds nothing need not be prepared, and some of it cannot be.
      if (values.length === 0) client.query(text, done)
      else client.execute(text, values as (string | number | null)[], done)
    })
  // Told to whoever waits for a statement, too.
  client.on('error', onEnd)
  client.on('end', onEnd)
  const end = () =>
    new Promise<void>((resolve) => {
      client.end(() => resolve())
    })
  try {
    await new Promise<void>((resolve, reject) => {
      client.connect((error) => (error ? reject(error) : resolve()))
    })
    const { rows } = await run({ text: 'select version()', values: [] })
    const dialect = dialectOf(String(rows[0]![0]), URL.parse(url)!.host)
    await run({ text: `set names utf8mb4 collate ${dialect.collation}`, values: [] })
    const settings = {
      sql_mode: `'${sqlModes.join(',')}'`,
      time_zone: "'+00:00'",
      innodb_lock_wait_timeout: String(lockWaitS),
      lock_wait_timeout: String(lockWaitS),
      // It sorts by no more bytes than these, and wrongly behind them without a word; a number of such keys must have room.
      max_sort_length: String(sortedCharactersMax * bytesPerCharacter + 100),
      sort_buffer_size: String(4 * 2 ** 20),
      ...dialect.settings(statementTimeoutMs),
    }
    const all = Object.entries(settings).map(([name, value]) => `session ${name} = ${value}`)
    await run({ text: `set ${all.join(', ')}`, values: [] })
    return { dialect, run, end }
  } catch (error) {
    client.destroy()
    throw error
  }
}

/** What is wrong is refused, and names are quoted as the standard has it. */
const sqlModes = [
  'STRICT_ALL_TABLES',
  'NO_ENGINE_SUBSTITUTION',
  'ERROR_FOR_DIVISION_BY_ZERO',
  'ANSI_QUOTES',
  'NO_BACKSLASH_ESCAPES',
]

/** So long one waits for whoever has locked a row or is changing a table. */
const lockWaitS = 3

/** Parameters of an address could change much, as to let several statements be sent as one: what is not known is refused. */
function addressOf(address: string): ClientOptions {
  const url = new URL(address)
  for (const [name, value] of url.searchParams)
    if (name !== 'ssl' || value !== 'true')
      throw dataErrors.STORE_UNREACHABLE(
        `the address of the database at ${url.host} says ${name}=${value}: the only parameter that it may have is ssl=true`,
      )
  const database = decodeURIComponent(url.pathname.slice(1))
  return {
    host: url.hostname,
    port: url.port === '' ? 3306 : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    ...(database === '' ? {} : { database }),
    ...(url.searchParams.has('ssl') ? { ssl: {} } : {}),
  }
}

function resultOf(result: unknown): Result {
  if (Array.isArray(result)) return { rows: result, count: result.length, gtid: undefined }
  const { affectedRows, stateChanges } = result as ResultSetHeader & { readonly stateChanges?: StateChanges }
  return {
    rows: [],
    count: affectedRows,
    gtid: stateChanges?.systemVariables.last_gtid ?? stateChanges?.gtids[0],
  }
}

interface StateChanges {
  readonly systemVariables: { readonly last_gtid?: string }
  readonly gtids: readonly string[]
}
