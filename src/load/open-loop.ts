import type { Scheduler } from '../core/scheduler.ts'
import { arrivalTimes } from './arrivals.ts'
import { chance, places } from './chance.ts'
import type { Stage } from './pause.ts'
import type { OpenModel } from './plan.ts'
import type { Crowd } from './visit.ts'

/**
 * Lets people arrive when they are due, whatever became of those before them. When this process or the server was held up, all
 * who were due meanwhile begin at once, and each still counts from its own time. Ends when the time of the model is over.
 */
export async function openLoop(
  { phases, spacing, users, inFlightMax }: OpenModel,
  { crowd, stage, scheduler, seed }: Driving,
): Promise<void> {
  const random = chance(seed, places.pace)
  const startMs = scheduler.monotonicMs()
  let turn = 0
  const waitUntil = async (ms: number) => {
    // A timer may be a little early.
    while (!stage.isOver && scheduler.monotonicMs() < ms) await stage.wait(ms - scheduler.monotonicMs())
  }
  for (const atMs of arrivalTimes(phases, spacing, random)) {
    await waitUntil(startMs + atMs)
    if (stage.isOver) return
    const user = random.below(users)
    turn++
    if (crowd.inFlight < inFlightMax) void crowd.visit({ user, turn, dueMs: startMs + atMs })
    else crowd.drop()
  }
  await waitUntil(startMs + phases.reduce((sum, { forMs }) => sum + forMs, 0))
}

/** What a loop drives, and by what. */
export interface Driving {
  readonly crowd: Crowd
  readonly stage: Stage
  readonly scheduler: Scheduler
  readonly seed: number
}
