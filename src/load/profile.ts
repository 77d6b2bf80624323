import type { App } from '../app/app.ts'
import type { Api } from '../client/client.ts'
import type { Spacing } from './arrivals.ts'
import type { Chance } from './chance.ts'
import type { Think } from './pause.ts'

/** What drives an app, as `load(app, …)` takes it: who comes and when, what they do, and what is expected of the answers. */
export type Declaration<A extends App, Shared, User> = (OpenLoad | ClosedLoad) & Common<A, Shared, User>

/**
 * People who come whether or not those before them have been answered, as on the open internet. What they wait is counted from
 * when they were due, so that a server that stands still for a second shows it in everybody's latency.
 */
export interface OpenLoad {
  /** One rate for the whole `duration`, or phases one after another: `[{ for: '30s', rate: 50 }, { for: '1m', to: 400 }]`. */
  readonly arrivals: Rate | readonly PhaseDeclaration[]
  /** `'random'` without it. */
  readonly spacing?: Spacing
  /** From how many users each arrival is drawn: 1,000 without it. One user may be under way several times at once. */
  readonly population?: number
  /** How many may be under way at once: 1,000 without it. Arrivals above that are dropped, and counted. */
  readonly inFlight?: number
  readonly users?: never
  readonly think?: never
}

/** A fixed number of users of whom each waits for the answer before it goes on. A slow server is asked less, which hides how slow it is. */
export interface ClosedLoad {
  readonly users: number
  /** How long a user thinks between two visits: not at all without it. */
  readonly think?: Think
  readonly arrivals?: never
  readonly spacing?: never
  readonly population?: never
  readonly inFlight?: never
}

/** Arrivals per second, or `per` another time: `{ rate: 200 }`, `{ rate: 1_000, per: '1m' }`. */
export interface Rate {
  readonly rate: number
  readonly per?: string
}

/** A part of an open load: at one `rate`, or in a straight line from the rate before it `to` another. */
export type PhaseDeclaration =
  | { readonly for: string; readonly rate: number; readonly to?: never; readonly per?: string }
  | { readonly for: string; readonly to: number; readonly rate?: never; readonly per?: string }

interface Common<A extends App, Shared, User> {
  /** `'30s'` without it. Phases say for how long they are themselves. */
  readonly duration?: string
  /** The same seed sends the same visits; without it each run draws one, and prints it. */
  readonly seed?: number
  /** The longest that one call may take, and that one waits at the end for those under way: `'10s'` without it. */
  readonly timeout?: string
  /** How often the client tries again: 0 without it, because every try is load, and what had to be repeated was an error. */
  readonly retries?: number
  /** Runs once before anybody comes, and is not measured: finds ids, makes rows. What it gives is `shared` everywhere else. */
  readonly setup?: (context: Outside<A>) => Shared | Promise<Shared>
  /** Who the user with this number is: the token of its client. Runs once for each user before anybody comes. */
  readonly token?: (context: NewUser<A, Shared>) => string | Promise<string>
  /** What the user with this number carries from visit to visit. Runs once for each user before anybody comes. */
  readonly user?: (context: NewUser<A, Shared>) => User | Promise<User>
  readonly scenarios: Readonly<Record<string, Scenario<A, Shared, User>>>
  /** Codes or statuses that are answers here and no errors, in every scenario: `['SEATS_GONE', 404]`. */
  readonly refusals?: readonly (string | number)[]
  /** Runs once after everybody has gone, and is not measured. What it throws makes the run a failure. */
  readonly verify?: (context: Outside<A> & { readonly shared: Shared }) => void | Promise<void>
  /** What must hold of the figures; where it does not the command exits with 1. */
  readonly expect?: Expect<A>
}

export interface Scenario<A extends App, Shared, User> {
  /** How often it is chosen beside the others: 1 without it. */
  readonly weight?: number
  /** What is no error in this scenario, beside the `refusals` of the profile. */
  readonly refusals?: readonly (string | number)[]
  /** One visit of one user. A call that rejects, and is not caught, ends the visit. */
  readonly run: (visit: Visit<A, Shared, User>) => Promise<unknown>
}

export interface Visit<A extends App, Shared, User> {
  /** The user's own client. */
  readonly api: Api<A>
  /** What `setup` gave: one value for all. */
  readonly shared: Shared
  /** What `user` gave. */
  readonly user: User
  /** Which user it is, from 0. */
  readonly number: number
  readonly random: Chance
  /** Waits as a person does between two steps. */
  think(pause: Think): Promise<void>
  /** Ends the visit as failed with this code unless the condition holds: an answer may be wrong that came with 200. */
  check(condition: boolean, code: string): void
}

/** What runs before and after the load. */
export interface Outside<A extends App> {
  /** A client that is not signed in. */
  readonly api: Api<A>
  /** A client with a token: `as('dev:olga:operator').flights.create(…)`. */
  as(token: string): Api<A>
  readonly random: Chance
}

export interface NewUser<A extends App, Shared> extends Outside<A> {
  readonly shared: Shared
  readonly number: number
}

/** The most that a figure may be: durations for latencies, and a share of all requests for `errors`: `'0.1%'`. */
export interface Limits {
  readonly p50?: string
  readonly p90?: string
  readonly p95?: string
  readonly p99?: string
  readonly max?: string
  readonly errors?: string
}

export interface Expect<A extends App> extends Limits {
  /** The share of arrivals that may be dropped: `'0%'` without it, because latencies leave out those that never got in. */
  readonly dropped?: string
  /** Of one request each, by the name that its method of the client has: `{ 'flights.list': { p99: '20ms' } }`. */
  readonly requests?: { readonly [Name in RequestName<A>]?: Limits }
}

/** `'flights.list' | 'bookings.book' | …` */
export type RequestName<A extends App> = {
  [Group in keyof Api<A> & string]: `${Group}.${Exclude<keyof Api<A>[Group] & string, 'pages' | 'all'>}`
}[keyof Api<A> & string]
