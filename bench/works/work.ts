import type { Goal } from '../measure/goal.ts'
import type { LimitStatement } from '../measure/limit.ts'
import type { Request, RequestPlan } from '../measure/request-plan.ts'
import type { Program } from '../measure/server.ts'
import type { StallInput } from '../measure/stalls.ts'

/** What `npm run bench` can run. Side A is what the ratio is about, side B what it is compared with. */
export type Work = PairWork | VersusWork | StartWork | StallWork | LimitWork

/** Two servers under the same load in turns. */
export type PairWork = About & {
  readonly kind: 'pair'
  readonly a: Side
  readonly b: Side
  readonly connections: number
  /** Whether both sides must give the same answers; two different operations cannot. */
  readonly compare: 'answers' | 'nothing'
  /** Compared besides some requests of the plan itself: refusals and other corners of the same routes. */
  readonly alsoCompared?: readonly Request[]
  readonly goals: readonly Goal[]
  /** The requests change nothing, so that each side may use its own data where they are. */
  readonly isReadOnly?: true
}

/**
 * One server beside many. All of them are measured briefly at first, to find the best of those that are written by hand; then that
 * one, the plain one and the generated ones in full, all in the same rounds.
 */
export type VersusWork = About & {
  readonly kind: 'versus'
  readonly a: Side
  readonly opponents: readonly Opponent[]
  readonly connections: number
  readonly goals: Readonly<Record<'best' | 'generated', readonly Goal[]>>
}

export type Opponent = Side & {
  readonly role: 'plain' | 'byHand' | 'framework' | 'generated'
  /** Its answers are the same bytes, unless it says where the rows are in their JSON: then only their values are compared. */
  readonly rowsOf?: (json: never) => readonly unknown[]
}

/** What the database alone takes for statements, driven by its own load generator: whatever else a request costs is the app's. */
export type LimitWork = About & {
  readonly kind: 'limit'
  readonly statements: () => readonly LimitStatement[]
}

/** Two servers started in turns over the same data: time to the first answer and memory. */
export type StartWork = About & {
  readonly kind: 'start'
  readonly a: Subject
  readonly b: Subject
  readonly goals: readonly Goal[]
}

/** The longest time for which one input keeps a server from answering anything else. */
export type StallWork = About & {
  readonly kind: 'stall'
  readonly subject: Subject
  readonly inputs: () => readonly StallInput[]
  readonly goalMs: number
}

type About = {
  readonly name: string
  readonly title: string
  /** What both sides work on copies of: data that Banyan has made, in a file or on a server. */
  readonly data: 'none' | 'file' | 'postgres'
  /** What a run taught, written by hand after looking at a profile; printed under the figures. */
  readonly learned?: string
  /** More pairs or starts than usual, where a goal lies closer than equal processes differ from each other. */
  readonly effort?: { readonly pairs: number } | { readonly starts: number }
}

export type Side = { readonly subject: Subject; readonly plan: RequestPlan }

export interface Subject {
  readonly name: string
  /** Of the packages that it is made of. */
  readonly versions?: Readonly<Record<string, string>>
  /** Makes ready what a program needs before its first start (a build, an installation) and says what it did. */
  prepare(): Promise<void>
  /** The folder of data of its own, which `prepare` has made; without it the common one. */
  readonly data?: string
  program(dataDirectory: string): Program
}
