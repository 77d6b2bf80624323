import type { Goal } from '../measure/goal.ts'
import type { Request, RequestPlan } from '../measure/request-plan.ts'
import type { Program } from '../measure/server.ts'
import type { StallInput } from '../measure/stalls.ts'

/** What `npm run bench` can run. Side A is what the ratio is about, side B what it is compared with. */
export type Work = PairWork | StartWork | StallWork

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
  /** Whether both sides work on copies of the data that Banyan has made. */
  readonly needsData: boolean
  /** What a run taught, written by hand after looking at a profile; printed under the figures. */
  readonly learned?: string
  /** More pairs or starts than usual, where a goal lies closer than equal processes differ from each other. */
  readonly effort?: { readonly pairs: number } | { readonly starts: number }
}

export type Side = { readonly subject: Subject; readonly plan: RequestPlan }

export interface Subject {
  readonly name: string
  /** Makes ready what a program needs before its first start (a build, an installation) and says what it did. */
  prepare(): Promise<void>
  /** The folder of data of its own, which `prepare` has made; without it the common one. */
  readonly data?: string
  program(dataDirectory: string): Program
}
