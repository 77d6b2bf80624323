import type { Json } from '../core/json.ts'
import type { EnvironmentList, EnvironmentValue } from './env.ts'
import type { StoreTopology } from './topology.ts'

/** SQLite in the process itself: durable, one owner process. */
export function sqlite(options: SqliteTopology = {}): StoreTopology<'sqlite'> {
  return store('sqlite', options)
}

/** PostgreSQL, which many processes may share. Its client is a package of its own: `npm install pg`. */
export function postgres(options: PostgresTopology): StoreTopology<'postgres'> {
  return store('postgres', options)
}

/** MySQL or MariaDB, which many processes may share. Their client is a package of its own: `npm install mysql2`. */
export function mysql(options: MysqlTopology): StoreTopology<'mysql'> {
  return store('mysql', options)
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
  /**
   * `postgres://user:password@host:port/database`; as it holds a password, better the variable that has it: `env('PG')`. Of several the
   * one that takes writes is the primary: after a failover it is found again.
   */
  readonly primary: Addresses
  /**
   * Servers that follow the primary, for reads of resources that declare `.freshness({ staleFor })`: `env.list('PG_REPLICAS')`.
   * `?zone=eu-1a` behind an address says where it is.
   */
  readonly replicas?: Addresses
  /** Where this process is: replicas of the same zone are preferred. */
  readonly zone?: string | EnvironmentValue
  /** So long a read waits for a replica to have what its caller has seen, before the primary answers it: `'50ms'` without it. */
  readonly waitFor?: string
  /** The schema that holds the tables; `public` without it. */
  readonly schema?: string
  /** The most connections that one process has; 10 without it. */
  readonly connections?: number
  /** The most of all processes together that have this schema; 20 without it. */
  readonly maxConnections?: number
  /** The longest that an operation waits for a connection, then 503: `'5s'` without it. */
  readonly waitMax?: string
  /** What stands between: a pooler each of whose connections is one of the server's until it ends. */
  readonly pooler?: 'session'
  /** Accepts that what goes to another machine, the password with it, can be read and changed on the way. */
  readonly plaintext?: boolean
  /** After which the server ends a statement: `'5s'` without it. */
  readonly statementTimeout?: string
}

/** One address or several, themselves or the variables that have them. */
export type Addresses = string | EnvironmentValue | EnvironmentList | readonly (string | EnvironmentValue)[]

export interface MysqlTopology extends StoreChoices {
  /** `mysql://user:password@host:port/database`; as it holds a password, better the variable that has it: `env('MYSQL')`. */
  readonly primary: string | EnvironmentValue
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
