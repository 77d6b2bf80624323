import type { OptionProblem, StoreCapabilities } from '../core/driver.ts'
import type { Json, JsonSchema } from '../core/json.ts'
import type { Variables } from './env.ts'

/** The drivers that there are, by name: what `check` has to know of them, without loading their engines. */
export interface Registry {
  readonly stores: Readonly<Record<string, StoreEntry>>
  readonly identities: Readonly<Record<string, IdentityEntry>>
}

export interface StoreEntry {
  readonly gives: StoreCapabilities
  readonly options: JsonSchema
  /** What is wrong with options that have their form. */
  readonly review?: ((options: Readonly<Record<string, Json>>) => readonly OptionProblem[]) | undefined
}

export interface IdentityEntry {
  /** Whether it may say who is calling where it matters. */
  readonly production: boolean
}

/** What the surroundings demand. */
export interface Environment {
  /** `NODE_ENV=production`. */
  readonly production: boolean
  /** What the topology may name with `env`; none without it. */
  readonly variables?: Variables
}
