import type { App } from '../app/app.ts'
import type { Scheduler } from '../core/scheduler.ts'
import { chance, places } from './chance.ts'
import { clients } from './clients.ts'
import { closedLoop } from './closed-loop.ts'
import { type Driving, openLoop } from './open-loop.ts'
import { stage as newStage } from './pause.ts'
import type { Plan } from './plan.ts'
import type { Outside } from './profile.ts'
import { ProfileFailure, within } from './profile-failure.ts'
import type { Readings, Second } from './report.ts'
import { type Counted, tally as newTally } from './tally.ts'
import type { Send } from './transport.ts'
import { usersOf } from './users.ts'
import { type Crowd, crowd as newCrowd } from './visit.ts'
import { everySecond } from './watch.ts'

/** What a run reaches of the world. */
export interface World {
  readonly url: string
  /** The server's own document of its API. */
  readonly openapi: object
  readonly send: Send
  readonly scheduler: Scheduler
  /** Reads the gauges, each time since the last. */
  readonly readings: () => Readings
  /** Ends the run early: nobody begins any more, and those under way come to their end. */
  readonly signal: AbortSignal
  readonly onStep?: (step: Step) => void
  readonly onSecond?: (second: Second) => void
}

/** What a run does, in order. */
export type Step = 'setup' | 'users' | 'load' | 'drain' | 'verify'

/** What a run found, before anything is said about it. */
export interface Measurement {
  readonly counted: Counted
  readonly series: readonly Second[]
  readonly seconds: number
  readonly unfinished: number
  readonly cutShort: string | null
  readonly verified: { readonly isMet: boolean; readonly failure: string | null } | null
  /** What ended it that was the fault of the profile. */
  readonly bug: ProfileFailure | null
}

/**
 * Runs a plan: sets up, lets users come for as long as it says, waits for those under way, and verifies. Rejects with a
 * ProfileFailure where it cannot begin; from then on whatever happens is part of the measurement.
 */
export async function runLoad(plan: Plan, world: World): Promise<Measurement> {
  const { scheduler, signal } = world
  const tally = newTally()
  const stage = newStage(scheduler)
  const connect = clients(plan, world, tally)
  const outside = { api: connect(), as: connect, random: chance(plan.seed, places.setup) }

  world.onStep?.('setup')
  const shared = await within('setup', () => plan.around.setup?.(outside))
  world.onStep?.('users')
  const users = await usersOf(plan, outside, { shared, connect })

  let bug: ProfileFailure | null = null
  const crowd = newCrowd({
    ...plan,
    ...{ users, shared, tally, stage, scheduler },
    onBug(scenario, cause) {
      bug ??= new ProfileFailure(`the scenario ${scenario}`, cause)
      stage.end()
    },
  })
  const stop = () => stage.end()
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop)

  world.onStep?.('load')
  const watch = everySecond(world, tally, crowd)
  await drive(plan, { crowd, stage, scheduler, seed: plan.seed })
  const isStopped = signal.aborted
  stage.end()
  const seconds = watch.elapsed()
  tally.endWindow(seconds)
  world.onStep?.('drain')
  const unfinished = await drained(crowd, plan.timeoutMs, scheduler)
  tally.end()
  const series = watch.end()
  signal.removeEventListener('abort', stop)

  return {
    counted: tally.figures(),
    series,
    seconds,
    unfinished,
    cutShort: bug !== null ? 'the profile failed' : isStopped ? 'it was stopped' : null,
    bug,
    verified: bug === null ? await verifiedBy(plan, world, { ...outside, shared }) : null,
  }
}

function drive({ model, durationMs }: Plan, driving: Driving): Promise<void> {
  switch (model.kind) {
    case 'open':
      return openLoop(model, driving)
    case 'closed':
      return closedLoop(model, durationMs, driving)
  }
}

/** Waits for those under way, but not for ever. Gives how many are left. */
async function drained(crowd: Crowd, patienceMs: number, scheduler: Scheduler): Promise<number> {
  const untilMs = scheduler.monotonicMs() + patienceMs
  while (crowd.inFlight > 0 && scheduler.monotonicMs() < untilMs) {
    await new Promise<void>((resolve) => scheduler.after(drainLookMs, resolve))
  }
  return crowd.inFlight
}

const drainLookMs = 10

async function verifiedBy(
  { around: { verify } }: Plan,
  { onStep }: World,
  context: Outside<App> & { readonly shared: unknown },
) {
  if (verify === undefined) return null
  onStep?.('verify')
  try {
    await verify(context)
    return { isMet: true, failure: null }
  } catch (error) {
    return { isMet: false, failure: error instanceof Error ? error.message : String(error) }
  }
}
