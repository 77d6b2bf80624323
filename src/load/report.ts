import { createHash } from 'node:crypto'
import { type Judged, judged } from './expectation.ts'
import type { LatencyIntervals, LatencySummary } from './latency.ts'
import type { ClosedModel, OpenModel, Plan } from './plan.ts'
import type { Measurement } from './run.ts'
import { saturationOf } from './saturation.ts'

/** What `banyan load --out` writes. Times are milliseconds, rates per second, shares from 0 to 1. */
export interface LoadReport {
  readonly kind: 'banyan-load-report'
  /** Raised when a field changes its meaning or goes; new fields may come without. */
  readonly schemaVersion: 1
  readonly profile: ProfileFacts
  readonly target: { readonly url: string; readonly app: string; readonly version: string; readonly isStarted: boolean }
  readonly surroundings: Surroundings
  /** RFC 3339, when the run began. */
  readonly startedAt: string
  /** For how long visits began. */
  readonly seconds: number
  /** Why it ended before its time; null: it did not. */
  readonly cutShort: string | null
  /** Of an open load; null of a closed one. */
  readonly arrivals: ArrivalFacts | null
  /** Visits that had not come to an end when the wait for them was given up. */
  readonly unfinished: number
  /** All requests together. */
  readonly all: RequestFigures
  /** By the name that the client has for them, `flights.list`. */
  readonly requests: readonly RequestFigures[]
  /** Visits, from when they were due to their end. */
  readonly scenarios: readonly Figures[]
  readonly series: readonly Second[]
  readonly saturation: Saturation
  readonly expectations: readonly Judged[]
  /** What `verify` of the profile said: null where it has none. */
  readonly verified: { readonly isMet: boolean; readonly failure: string | null } | null
}

/** What was run. Two reports are of the same load when these are equal but for the seed. */
export interface ProfileFacts {
  readonly name: string
  readonly model: OpenModel | ClosedModel
  readonly durationMs: number
  readonly timeoutMs: number
  readonly retries: number
  readonly scenarios: readonly {
    readonly name: string
    readonly weight: number
    readonly refusals: readonly string[]
    /** A hash of the text of its function. */
    readonly code: string
  }[]
  readonly seed: number
}

export interface Surroundings {
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly memoryGigabytes: number
    readonly kernel: string
  }
  readonly node: string
  readonly banyan: string
  /** The commit of the project, with a word where it has changes; null where there is none. */
  readonly commit: string | null
}

export interface ArrivalFacts {
  /** How many the profile had in the time that it ran. */
  readonly begun: number
  /** Not let in, because `inFlight` of the profile were under way. */
  readonly dropped: number
  /** Begun more than 2 ms after they were due: the generator was held up. */
  readonly late: number
  readonly lateMs: { readonly p99: number; readonly max: number }
}

/** What was measured of a request or a scenario. */
export interface Figures {
  readonly name: string
  /** All, failed ones and those of the last visits included. */
  readonly count: number
  /** Per second while visits began. */
  readonly rate: number
  /** Failures that the profile does not expect. */
  readonly errors: number
  /** Of all of them, failed ones too; null where there was none. */
  readonly latencyMs: LatencySummary | null
  /** Where these lie with 95 % of certainty, had each visit come by chance; `high` is null where too few were seen to know. */
  readonly latencyIntervalsMs: LatencyIntervals | null
  readonly outcomes: readonly Outcome[]
}

export interface RequestFigures extends Figures {
  /** Of bodies. */
  readonly bytesSent: number
  readonly bytesReceived: number
}

export interface Outcome {
  /** Null where there was no answer. */
  readonly status: number | null
  /** Null for a success. */
  readonly code: string | null
  readonly isExpected: boolean
  readonly count: number
}

/** What happened in one second; the last may be shorter, and a held-up generator makes longer ones. */
export interface Second {
  /** When it ended, in seconds from the start. */
  readonly at: number
  /** How long it was. */
  readonly seconds: number
  readonly arrivals: number
  readonly dropped: number
  readonly requests: number
  readonly errors: number
  readonly inFlight: number
  readonly latencyMs: Figures['latencyMs']
  /** The latest that an arrival began after it was due. */
  readonly lateMsMax: number
  readonly readings: Readings
  /** Whether the generator itself was at its end: its figures are then partly its own. */
  readonly isGeneratorSaturated: boolean
}

/** What the gauges showed since they were last read. */
export interface Readings {
  /** The share of the time in which the generator's event loop was busy. */
  readonly loopBusy: number
  /** The longest that the generator's event loop was held up. */
  readonly loopLagMs: number
  /** How many cores the processes of the server used; null where that is not known. */
  readonly serverCores: number | null
}

export interface Saturation {
  /** How many seconds of the series. */
  readonly generatorSaturatedSeconds: number
  readonly loopBusyMean: number
  readonly loopLagMsMax: number
  readonly serverCoresMean: number | null
  readonly serverCoresMax: number | null
}

/** What a report says that the run itself does not know. */
export type ReportFacts = Pick<LoadReport, 'target' | 'surroundings' | 'startedAt'>

export function reportOf(plan: Plan, measurement: Measurement, facts: ReportFacts): LoadReport {
  const { counted, series, seconds, unfinished, cutShort, verified } = measurement
  const { all, requests, scenarios, ...arrived } = counted
  const arrivals = plan.model.kind === 'open' ? arrived : null
  return {
    kind: 'banyan-load-report',
    schemaVersion: 1,
    profile: profileFacts(plan),
    ...facts,
    seconds: Math.round(seconds * 1000) / 1000,
    cutShort,
    arrivals,
    unfinished,
    all,
    requests,
    scenarios,
    series,
    saturation: saturationOf(series),
    expectations: judged(plan.expectations, { all, requests, arrivals }),
    verified,
  }
}

export function profileFacts({ name, model, durationMs, timeoutMs, retries, scenarios, seed }: Plan): ProfileFacts {
  return {
    name,
    model,
    durationMs,
    timeoutMs,
    retries,
    scenarios: scenarios.map(({ name, weight, refusals, run }) => ({
      name,
      weight,
      refusals: [...refusals],
      code: createHash('sha256').update(String(run)).digest('hex').slice(0, 12),
    })),
    seed,
  }
}
