import type { Client, QueryArrayResult } from 'pg'
import { dataErrors } from '../../errors.ts'
import { type Address, tlsOf } from './address.ts'
import { type QuickQuery as QuickQueryClass, quickQueryOf, type Result } from './quick-query.ts'
import type { Statement } from './statement.ts'

export interface ConnectionOptions {
  readonly address: Address
  readonly schema: string
  /** 0: statements may take as long as they want. */
  readonly statementTimeoutMs: number
  /** So long a statement waits for a lock; without it as long as for everything else. */
  readonly lockTimeoutMs?: number
  /** Whether statements stay prepared, as they cannot where the tables change under them. */
  readonly prepares: boolean
  /** A pooler stands between, of which each connection is one of the server's until it ends. */
  readonly isPooled: boolean
  /** What the server shows of it to whoever looks. */
  readonly name: string
  /** How long the server may take to let us in; 5 s without it. */
  readonly connectWithinMs?: number
  /** Called once it can no longer be used. */
  readonly onEnd: () => void
}

/** One connection. Statements that are run without waiting travel together, and run one after another. */
export interface Connection {
  run(statement: Statement): Promise<Result>
  /** Runs statements without values, with `;` between them: all of them or, unless they say otherwise, nothing. */
  execute(text: string): Promise<void>
  /** Runs a statement of somebody else, and tells also what its columns are. Values are texts. */
  query(text: string, values: readonly unknown[]): Promise<QueryArrayResult<(string | null)[]>>
  /** How many statements are under way. */
  readonly load: number
  /** The number of the server's process that served it at first. */
  readonly servedBy: number
  /** Waits for what is under way, but not for a server that no longer answers. */
  end(): Promise<void>
  /** Ends it at once: what is under way fails. */
  cut(): void
}

/** Made of the client, which is loaded with the first connection. */
let QuickQuery: QuickQueryClass | undefined

export async function connect(options: ConnectionOptions): Promise<Connection> {
  const { address, isPooled, name, prepares, connectWithinMs = 5_000, onEnd } = options
  const { Client: PgClient, Query } = (await import('pg')).default
  const settings = settingsOf(options)
  const client: Client = new PgClient({
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password,
    database: address.database,
    ssl: tlsOf(address),
    // With the greeting: they hold from the first statement on, and cost no way of their own.
    options: isPooled ? '' : [...Object.entries(settings).map(asOption), address.settings].join(' '),
    application_name: name,
    pipeline: true,
    keepAlive: true,
    connectionTimeoutMillis: connectWithinMs,
  })
  // Told to whoever waits for a statement, too.
  client.on('error', onEnd)
  client.on('end', onEnd)
  await client.connect()
  let servedBy: number
  try {
    servedBy = await acquainted(client, isPooled)
  } catch (error) {
    await client.end()
    throw error
  }
  if (isPooled) {
    // What comes with the greeting is refused by poolers, or kept from the server.
    await client.query(
      Object.entries(settings)
        .map(([setting, value]) => `set ${setting} = '${value}'`)
        .join('; '),
    )
  }
  const cut = () => {
    client.connection.stream.destroy()
  }
  QuickQuery ??= quickQueryOf(Query)
  const Quick = QuickQuery
  const nameOf = prepares ? statementNames() : () => ''
  let load = 0
  return {
    get load() {
      return load
    },
    servedBy,
    run(statement) {
      load++
      return new Promise((resolve, reject) => {
        const done = (error: Error | undefined, result?: Result) => {
          load--
          if (result === undefined) reject(error)
          else resolve(result)
        }
        client.query(new Quick(statement, nameOf(statement.text), done))
      })
    },
    query: (text, values) =>
      client.query({ text, values: [...values], rowMode: 'array', types: { getTypeParser: () => asIs } }),
    async execute(text) {
      await client.query(text)
    },
    async end() {
      const timer = setTimeout(cut, endWithinMs)
      try {
        await client.end()
      } finally {
        clearTimeout(timer)
      }
    },
    cut,
  }
}

const endWithinMs = 2_000
const versionMin = 13

/** The process that serves it. Throws where the server is too old, or somebody stands between who has not been named. */
async function acquainted(client: Client, isPooled: boolean): Promise<number> {
  const { rows } = await client.query<{ readonly pid: string; readonly version: string }>(
    "select pg_backend_pid() as pid, current_setting('server_version_num') as version",
  )
  const { pid, version } = rows[0]!
  if (Number(version) < versionMin * 10_000)
    throw dataErrors.STORE_UNSUITABLE(
      `this PostgreSQL is of version ${Math.floor(Number(version) / 10_000)}, and the oldest that serves is ${versionMin}: bring it to a newer one`,
    )
  // The types of `pg` do not know it. A pooler greets with a number of its own.
  if (!isPooled && (client as unknown as { readonly processID: number }).processID !== Number(pid))
    throw dataErrors.STORE_UNSUITABLE(poolerWords)
  return Number(pid)
}

export const poolerWords =
  "a pooler stands between. Give the address of the server itself, or, where its pool_mode is session, say pooler: 'session'; in transaction mode the settings, locks and prepared statements of one caller would meet another's"

/** What every session has, whatever the server, the database or the role say. */
function settingsOf({ schema, statementTimeoutMs, lockTimeoutMs = 0 }: ConnectionOptions) {
  return {
    search_path: schema,
    statement_timeout: String(statementTimeoutMs),
    lock_timeout: String(lockTimeoutMs),
    // A process that stops in the middle of a commit holds locks no longer than this.
    idle_in_transaction_session_timeout: '10000',
    client_encoding: 'UTF8',
    timezone: 'UTC',
    datestyle: 'ISO',
    bytea_output: 'hex',
  }
}

function asOption([name, value]: readonly [string, string]): string {
  return `-c ${name}=${value.replaceAll(/[\\ ]/g, '\\$&')}`
}

const asIs = (text: string) => text

/** Each connection keeps so many statements prepared: clients choose which fields they patch. */
const preparedMax = 500

/** Empty for what is not kept. */
function statementNames(): (text: string) => string {
  const names = new Map<string, string>()
  return (text) => {
    let name = names.get(text)
    if (name === undefined) {
      if (names.size >= preparedMax) return ''
      name = `s${names.size}`
      names.set(text, name)
    }
    return name
  }
}
