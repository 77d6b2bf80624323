import { ClientError } from '../client/client.ts'
import type { Scheduler } from '../core/scheduler.ts'
import { type Chance, chance } from './chance.ts'
import { type OngoingVisit, visits } from './measured.ts'
import { type Stage, type Think, thinkMs } from './pause.ts'
import type { PlannedScenario } from './plan.ts'
import { type Ending, type Tally, timerMs } from './tally.ts'

/** One coming of one user. */
export interface Arrival {
  readonly user: number
  /** Together with the user: which of all visits it is, and so everything that chance decides in it. */
  readonly turn: number
  readonly dueMs: number
}

/** All who are under way. */
export interface Crowd {
  readonly inFlight: number
  /** Never rejects. */
  visit(arrival: Arrival): Promise<void>
  /** Somebody came, and was not let in. */
  drop(): void
}

/** A user as its visits find it. */
export interface User {
  readonly api: unknown
  readonly user: unknown
}

export function crowd({ scenarios, users, shared, seed, tally, stage, scheduler, onBug }: CrowdOptions): Crowd {
  let inFlight = 0
  const run = async ({ user, turn, dueMs }: Arrival): Promise<void> => {
    const random = chance(seed, user, turn)
    const scenario = chosen(scenarios, random)
    const nowMs = scheduler.monotonicMs()
    tally.arrived(nowMs - dueMs)
    const sinceMs = nowMs - dueMs > timerMs ? dueMs : nowMs
    const ongoing: OngoingVisit = { refusals: scenario.refusals, waitingSinceMs: sinceMs }
    const context = {
      ...users[user]!,
      shared,
      number: user,
      random,
      think: (pause: Think) => {
        ongoing.waitingSinceMs = undefined
        return stage.wait(thinkMs(pause, random))
      },
      check,
    }
    let ending: Omit<Ending, 'latencyMs'> = { status: null, code: null, isExpected: true }
    try {
      await visits.run(ongoing, () => scenario.run(context))
    } catch (error) {
      if (isBug(error)) onBug(scenario.name, error)
      ending = endingOf(error, scenario.refusals)
    }
    tally.visit(scenario.name, { ...ending, latencyMs: scheduler.monotonicMs() - sinceMs })
  }
  return {
    get inFlight() {
      return inFlight
    },
    drop: () => tally.dropped(),
    async visit(arrival) {
      inFlight++
      await run(arrival)
      inFlight--
    },
  }
}

export interface CrowdOptions {
  readonly scenarios: readonly PlannedScenario[]
  readonly users: readonly User[]
  readonly shared: unknown
  readonly seed: number
  readonly tally: Tally
  readonly stage: Stage
  readonly scheduler: Scheduler
  /** A scenario failed for no reason that the server gave: figures over that would be about something else. */
  readonly onBug: (scenario: string, error: unknown) => void
}

function chosen(scenarios: readonly PlannedScenario[], random: Chance): PlannedScenario {
  let left = random.next() * scenarios.reduce((sum, { weight }) => sum + weight, 0)
  for (const scenario of scenarios) {
    left -= scenario.weight
    if (left < 0) return scenario
  }
  // The last one takes what rounding leaves over; a plan has at least one with a weight.
  return scenarios.findLast(({ weight }) => weight > 0)!
}

/** An answer that was not what the scenario expects of it. */
class CheckFailed extends Error {
  readonly code: string

  constructor(code: string) {
    super(`check failed: ${code}`)
    this.code = code
  }
}

function check(condition: boolean, code: string): void {
  if (!condition) throw new CheckFailed(code)
}

/** Calls that could not even be sent are the profile's fault, or it is of another version than the server. */
const neverSent: ReadonlySet<string> = new Set(['INVALID_CALL', 'UNKNOWN_NAME'])

function isBug(error: unknown): boolean {
  if (error instanceof ClientError) return neverSent.has(error.code)
  // What a scenario calls off itself is its own business.
  return !(error instanceof CheckFailed) && !(error instanceof DOMException)
}

function endingOf(error: unknown, refusals: ReadonlySet<string>): Omit<Ending, 'latencyMs'> {
  if (!(error instanceof ClientError)) {
    const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown }
    return { status: null, code: String(code ?? name), isExpected: false }
  }
  const { code, status } = error
  return { status: status || null, code, isExpected: refusals.has(code) || refusals.has(String(status)) }
}
