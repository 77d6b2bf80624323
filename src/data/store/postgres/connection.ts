import type { Client, QueryArrayResult } from 'pg'
import { type QuickQuery as QuickQueryClass, quickQueryOf, type Result } from './quick-query.ts'
import type { Statement } from './statement.ts'

export interface ConnectionOptions {
  readonly url: string
  readonly schema: string
  readonly statementTimeoutMs: number
  /** Whether statements stay prepared, as they cannot where the tables change under them. */
  readonly prepares: boolean
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
  /** Waits for what is under way, but not for a server that no longer answers. */
  end(): Promise<void>
  /** Ends it at once: what is under way fails. */
  cut(): void
}

/** Made of the client, which is loaded with the first connection. */
let QuickQuery: QuickQueryClass | undefined

export async function connect({
  url,
  schema,
  statementTimeoutMs,
  prepares,
  connectWithinMs = 5_000,
  onEnd,
}: ConnectionOptions): Promise<Connection> {
  const { Client: PgClient, Query } = (await import('pg')).default
  const client: Client = new PgClient({
    connectionString: url,
    pipeline: true,
    keepAlive: true,
    connectionTimeoutMillis: connectWithinMs,
    application_name: 'banyan',
  })
  // Told to whoever waits for a statement, too.
  client.on('error', onEnd)
  client.on('end', onEnd)
  await client.connect()
  const settings = {
    search_path: schema,
    statement_timeout: String(statementTimeoutMs),
    // A process that stops in the middle of a commit holds locks no longer than this.
    idle_in_transaction_session_timeout: '10000',
    timezone: 'UTC',
    datestyle: 'ISO',
    bytea_output: 'hex',
  }
  await client.query(
    Object.entries(settings)
      .map(([name, value]) => `set ${name} = '${value}'`)
      .join('; '),
  )
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
