import type { Json } from '../core/json.ts'
import type { EnvironmentValue } from './env.ts'
import type { StoreTopology } from './topology.ts'

/** SQLite in the process itself: durable, one owner process. */
export function sqlite(options: SqliteTopology = {}): StoreTopology<'sqlite'> {
  return store('sqlite', options)
}

/** PostgreSQL, which many processes may share. Its client is a package of its own: `npm install pg`. */
export function postgres(options: PostgresTopology): StoreTopology<'postgres'> {
  return store('postgres', options)
}

/** Plain memory, for tests and for data that may be lost: say so with `volatile: true`. */
export function memory(options: StoreChoices = {}): StoreTopology<'memory'> {
  return store('memory', options)
}

/** What may be said of every store. */
export interface StoreChoices {
  /** Accepts that nothing is kept when the process ends. */
  readonly volatile?: boolean
  /** `false` makes each read and commit one of its own, to measure what sharing them is worth. */
  readonly batching?: boolean
}

export interface SqliteTopology extends StoreChoices {
  /** The database file, relative to the folder of embedded data; `main.db` without it. */
  readonly file?: string
}

export interface PostgresTopology extends StoreChoices {
  /** `postgres://user:password@host:port/database`; as it holds a password, better the variable that has it: `env('PG')`. */
  readonly primary: string | EnvironmentValue
  /** The schema that holds the tables; `public` without it. */
  readonly schema?: string
  /** The most connections that one process has; 10 without it. */
  readonly connections?: number
  /** After which the server ends a statement: `'5s'` without it. */
  readonly statementTimeout?: string
}

function store<const Driver extends string>(
  driver: Driver,
  { volatile, batching, ...options }: StoreChoices & object,
): StoreTopology<Driver> {
  const given = Object.entries(options as Readonly<Record<string, Json | undefined>>).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return {
    driver,
    options: Object.fromEntries(given),
    ...(volatile === undefined ? {} : { volatile }),
    ...(batching === undefined ? {} : { batching }),
  }
}
