import type { Scheduler } from '../core/scheduler.ts'
import { type SeededScheduler, seededScheduler } from '../core/seeded-scheduler.ts'
import type { LoadProfile } from './load.ts'
import { type Overrides, planOf } from './plan.ts'
import { type LoadReport, reportOf, type Second } from './report.ts'
import { type Measurement, runLoad, type Step } from './run.ts'
import type { Answer } from './transport.ts'

/** A run in virtual time against a server that is a function, for tests: an hour of load takes as long as its arrivals do. */
export interface Simulation {
  readonly report: LoadReport
  readonly measurement: Measurement
  readonly steps: readonly Step[]
}

export interface SimulationOptions {
  readonly seed: number
  readonly answer: FakeServer
  readonly overrides?: Omit<Overrides, 'freshSeed'>
  /** Ends the run after so much virtual time. */
  readonly stopAfterMs?: number
  /** What the run takes for its scheduler, to hold the generator up. */
  readonly around?: (scheduler: SeededScheduler) => Scheduler
  readonly onSecond?: (second: Second) => void
}

/** When a request is answered, and with what. It may keep the request for ever. */
export type FakeServer = (request: FakeRequest) => {
  readonly afterMs: number
  readonly status?: number
  readonly body?: object
  /** The connection breaks instead. */
  readonly breaks?: string
}

export interface FakeRequest {
  readonly method: string
  readonly path: string
  readonly headers: Headers
  readonly body: string
  readonly nowMs: number
}

export async function simulated(profile: LoadProfile, options: SimulationOptions): Promise<Simulation> {
  const { seed, answer, overrides = {}, stopAfterMs, around, onSecond } = options
  const virtual = seededScheduler(seed)
  const scheduler = around?.(virtual) ?? virtual
  const plan = planOf('simulated', profile, { ...overrides, freshSeed: seed })
  const stop = new AbortController()
  if (stopAfterMs !== undefined) virtual.after(stopAfterMs, () => stop.abort())
  const steps: Step[] = []
  const running = runLoad(plan, {
    url,
    openapi: library,
    scheduler,
    signal: stop.signal,
    send: (address, init) => sent(answer, virtual, scheduler, address, init),
    readings: () => ({ loopBusy: 0.1, loopLagMs: 0, serverCores: 0.5 }),
    onStep: (step) => steps.push(step),
    ...(onSecond === undefined ? {} : { onSecond }),
  })
  // A run that fails before it begins leaves nothing to be driven.
  running.catch(() => {})
  await virtual.runUntilIdle(5_000_000)
  const measurement = await running
  return { measurement, steps, report: reportOf(plan, measurement, facts) }
}

const url = 'http://library.test'

/** As much of a document as names the requests of these tests. */
const library = {
  paths: {
    '/v1/books': { get: { operationId: 'books.list' } },
    '/v1/books/{id}': { get: { operationId: 'books.get' } },
    '/v1/loans': {
      post: {
        operationId: 'loans.lend',
        requestBody: { content: { 'application/json': {} } },
        parameters: [{ in: 'header', name: 'Idempotency-Key' }],
      },
    },
  },
}

const facts = {
  target: { url, app: 'library', version: 'v1', isStarted: false },
  surroundings: {
    machine: { cpu: 'none', cores: 1, memoryGigabytes: 1, kernel: 'none' },
    node: 'none',
    banyan: 'none',
    commit: null,
  },
  startedAt: '2030-01-01T00:00:00.000Z',
} as const

function sent(
  answer: FakeServer,
  virtual: SeededScheduler,
  scheduler: Scheduler,
  address: string,
  { method = 'GET', headers, body }: RequestInit,
): Promise<Answer> {
  const request = { method, path: address.slice(url.length), headers: new Headers(headers), body: String(body ?? '') }
  const {
    afterMs,
    status = 200,
    body: said = { data: [], page: { next: null } },
    breaks,
  } = answer({
    ...request,
    nowMs: virtual.monotonicMs(),
  })
  return new Promise((resolve, reject) => {
    if (afterMs === Number.POSITIVE_INFINITY) return
    scheduler.after(afterMs, () => {
      if (breaks === undefined) resolve({ status, statusText: '', headers: {}, text: JSON.stringify(said) })
      else reject(new TypeError('fetch failed', { cause: Object.assign(new Error(breaks), { code: breaks }) }))
    })
  })
}
