import type { Client, QueryResult } from 'pg'
import type { Statement } from './statement.ts'

/** What a statement gave: rows of texts as the server writes them. */
export interface Result {
  readonly rows: (string | null)[][]
  readonly count: number
}

export interface ConnectionOptions {
  readonly url: string
  readonly schema: string
  readonly statementTimeoutMs: number
  /** Whether statements stay prepared, as they cannot where the tables change under them. */
  readonly prepares: boolean
  /** Called once it can no longer be used. */
  readonly onEnd: () => void
}

/** One connection. Statements that are run without waiting travel together, and run one after another. */
export interface Connection {
  run(statement: Statement): Promise<Result>
  /** Runs statements without values, with `;` between them: all of them or, unless they say otherwise, nothing. */
  execute(text: string): Promise<void>
  /** How many statements are under way. */
  readonly load: number
  end(): Promise<void>
}

export async function connect({
  url,
  schema,
  statementTimeoutMs,
  prepares,
  onEnd,
}: ConnectionOptions): Promise<Connection> {
  const { Client: PgClient } = (await import('pg')).default
  const client: Client = new PgClient({
    connectionString: url,
    pipeline: true,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    application_name: 'banyan',
    // Columns know how their values are read.
    types: { getTypeParser: () => asIs },
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
  const nameOf = prepares ? statementNames() : () => ({})
  let load = 0
  return {
    get load() {
      return load
    },
    run({ text, values }) {
      load++
      return new Promise((resolve, reject) => {
        client.query(
          { text, values: values as unknown[], rowMode: 'array', ...nameOf(text) },
          (error: Error | null, result: QueryResult) => {
            load--
            if (error) reject(error)
            else resolve({ rows: result.rows as Result['rows'], count: result.rowCount ?? 0 })
          },
        )
      })
    },
    async execute(text) {
      await client.query(text)
    },
    end: () => client.end(),
  }
}

const asIs = (text: string) => text

/** Each connection keeps so many statements prepared: clients choose which fields they patch. */
const preparedMax = 500

function statementNames(): (text: string) => { readonly name?: string } {
  const names = new Map<string, string>()
  return (text) => {
    let name = names.get(text)
    if (name === undefined) {
      if (names.size >= preparedMax) return {}
      name = `s${names.size}`
      names.set(text, name)
    }
    return { name }
  }
}
