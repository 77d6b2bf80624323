import { type Chance, chance, places } from './chance.ts'
import type { Driving } from './open-loop.ts'
import { thinkMs } from './pause.ts'
import type { ClosedModel } from './plan.ts'

/**
 * Lets each user go from visit to visit, thinking in between, until the time is over. The first visits are spread over the first
 * thought, because users who begin together stay together for long.
 */
export async function closedLoop(
  { users, think }: ClosedModel,
  durationMs: number,
  { crowd, stage, scheduler, seed }: Driving,
): Promise<void> {
  const pause = async (random: Chance, share = 1) => {
    const ms = thinkMs(think, random) * share
    if (ms > 0) await stage.wait(ms)
  }
  const live = async (user: number) => {
    const random = chance(seed, places.pace, user)
    await pause(random, random.next())
    for (let turn = 0; !stage.isOver; turn++) {
      await crowd.visit({ user, turn, dueMs: scheduler.monotonicMs() })
      await pause(random)
    }
  }
  for (let user = 0; user < users; user++) void live(user)
  await stage.wait(durationMs)
}
