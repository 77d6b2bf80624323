import type { AccessRule } from '../../app/access.ts'
import type { Excess } from '../../data/store/store.ts'
import type { Problem } from '../../service/problem.ts'

/** How a request would run. Words are for people; everything that a program may want to compare stands beside them. */
export interface Explanation {
  readonly request: string
  readonly route: string
  readonly operation: string
  readonly description?: string
  readonly access: { readonly rule: AccessRule; readonly says: string }
  /** Facts that hold for all of it, in the order in which they are told. */
  readonly facts: Readonly<Record<string, string>>
  /** What it reads and writes, in order. Empty where that is the app's own code. */
  readonly steps: readonly Step[]
  readonly total: Cost | null
  /** What the request would be answered with instead of running. */
  readonly problem?: Omit<Problem, 'requestId'>
  /** What to write so that it would run. */
  readonly mend?: string
}

/** One operation of a store. */
export interface Step {
  readonly does: string
  /** The access path that is followed. */
  readonly path?: readonly string[]
  readonly filter?: string
  /** What the store would run, in its engine's words, without values. */
  readonly statement: string
  /** The statement that it shares with requests of others that come at the same time, where it is another. */
  readonly together?: string
  /** The engine's own plan. */
  readonly plan: readonly string[]
  /** What the engine does in vain, as its plan has it. */
  readonly excess: readonly Excess[]
  /** What makes it cost more with more data, each with what to do about it. */
  readonly warnings: readonly string[]
  readonly batching: string
  readonly cost: Cost
}

/** The most that it can take. */
export interface Cost {
  /** Seeks into an index. */
  readonly seeks: number
  /** Null: as many as there are. */
  readonly rows: number | null
  readonly commits: number
  readonly says: string
}
