import type { Json } from '../core/json.ts'
import type { StoreTopology } from './topology.ts'

/** SQLite in the process itself: durable, one owner process. */
export function sqlite(options: SqliteTopology = {}): StoreTopology<'sqlite'> {
  return store('sqlite', options)
}

/** Plain memory, for tests and for data that may be lost: say so with `volatile: true`. */
export function memory(options: StoreChoices = {}): StoreTopology<'memory'> {
  return store('memory', options)
}

/** What may be said of every store. */
export interface StoreChoices {
  /** Accepts that nothing is kept when the process ends. */
  readonly volatile?: boolean
  /** `false` makes each commit one of its own, to measure what sharing them is worth. */
  readonly batching?: boolean
}

export interface SqliteTopology extends StoreChoices {
  /** The database file, relative to the folder of embedded data; `main.db` without it. */
  readonly file?: string
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
