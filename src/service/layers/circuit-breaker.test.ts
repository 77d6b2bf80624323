import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Context } from '../../core/context.ts'
import { seededRandom } from '../../core/random.ts'
import { seededScheduler } from '../../core/seeded-scheduler.ts'
import { type Circuit, circuitBreaker, type Verdict } from './circuit-breaker.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const context = {} as Context // The circuit looks at nothing of it.

class Refused extends Error {
  readonly seconds: number
  constructor(seconds: number) {
    super(`refused for ${seconds} s`)
    this.seconds = seconds
  }
}

/** A circuit over a service whose outcomes the test decides, on a clock that the test moves. */
function circuit(failuresMax = 3, openMs = 10_000) {
  const scheduler = seededScheduler(seed)
  const changes: Circuit['kind'][] = []
  let sent = 0
  const layer = circuitBreaker<() => Promise<unknown>, unknown>(
    {
      failuresMax,
      openMs,
      verdictOf: (error) => (error as Error).message as Verdict,
      refusal: (seconds) => new Refused(seconds),
      onChange: ({ kind }) => changes.push(kind),
    },
    scheduler,
  )
  const call = layer.wrap((outcome) => {
    sent++
    return outcome()
  })
  const outcomeOf = (verdict: Verdict) => async () => {
    if (verdict !== 'success') throw new Error(verdict)
  }
  return {
    scheduler,
    changes,
    sent: () => sent,
    call: (outcome: () => Promise<unknown>) => call(outcome, context),
    /** What came of a call: its verdict, or for how long it was refused. */
    tell: async (verdict: Verdict) => {
      try {
        await call(outcomeOf(verdict), context)
        return 'success'
      } catch (error) {
        return error instanceof Refused ? error.seconds : (error as Error).message
      }
    },
  }
}

suite('a circuit', () => {
  test('opens after failures in a row, and only then', async () => {
    const { tell, changes, sent } = circuit(3)
    for (const verdict of ['failure', 'failure', 'success', 'failure', 'failure', 'neither', 'failure'] as const) {
      assert.equal(await tell(verdict), verdict)
    }
    assert.deepEqual(changes, ['open'])
    assert.equal(await tell('success'), 10)
    assert.equal(sent(), 7)
  })

  test('tells how long it stays open, and lets one request try then', async () => {
    const { tell, call, scheduler, changes, sent } = circuit(1, 10_000)
    await tell('failure')
    await scheduler.run(9_001)
    assert.equal(await tell('success'), 1)
    await scheduler.run(999)
    const trial = Promise.withResolvers<void>()
    const tried = call(() => trial.promise)
    assert.equal(await tell('success'), 1)
    assert.equal(await tell('success'), 1)
    trial.resolve()
    await tried
    assert.equal(await tell('success'), 'success')
    assert.equal(sent(), 3)
    assert.deepEqual(changes, ['open', 'halfOpen', 'closed'])
  })

  test('opens again when the trial fails, and for the whole time', async () => {
    const { tell, scheduler, changes } = circuit(2, 10_000)
    await tell('failure')
    await tell('failure')
    await scheduler.run(10_000)
    assert.equal(await tell('failure'), 'failure')
    assert.equal(await tell('success'), 10)
    assert.deepEqual(changes, ['open', 'halfOpen', 'open'])
  })

  test('makes the next request the trial when one told nothing', async () => {
    const { tell, scheduler } = circuit(1)
    await tell('failure')
    await scheduler.run(10_000)
    assert.equal(await tell('neither'), 'neither')
    assert.equal(await tell('success'), 'success')
    assert.equal(await tell('failure'), 'failure')
  })

  test('does not listen to what was sent before it changed', async () => {
    const { tell, call, scheduler } = circuit(1)
    const late = Promise.withResolvers<void>()
    const lateSuccess = call(() => late.promise)
    await tell('failure')
    late.resolve()
    await lateSuccess
    assert.equal(await tell('success'), 10)

    await scheduler.run(10_000)
    assert.equal(await tell('success'), 'success')
    const failing = Promise.withResolvers<void>()
    const lateFailure = call(() => failing.promise).catch(() => {})
    await tell('failure')
    await scheduler.run(10_000)
    assert.equal(await tell('success'), 'success')
    failing.reject(new Error('failure'))
    await lateFailure
    assert.equal(await tell('success'), 'success')
  })

  test('never sends while it is open, whatever happens', async (context) => {
    context.diagnostic(`seed ${seed}`)
    const random = seededRandom(seed)
    const { tell, scheduler, sent, changes } = circuit(3, 1_000)
    let openUntilMs = 0
    let failures = 0
    for (let step = 0; step < 3_000; step++) {
      await scheduler.run(random.below(200))
      const nowMs = scheduler.monotonicMs()
      const before = sent()
      const verdict = (['failure', 'failure', 'success', 'neither'] as const)[random.below(4)]!
      await tell(verdict)
      // One after another, so the state follows from the outcomes alone.
      if (nowMs < openUntilMs) {
        assert.equal(sent(), before, `step ${step}: sent while open`)
        continue
      }
      assert.equal(sent(), before + 1, `step ${step}: not sent`)
      if (verdict === 'success') {
        failures = 0
        openUntilMs = 0
      } else if (verdict === 'failure' && (openUntilMs > 0 || ++failures === 3)) {
        openUntilMs = nowMs + 1_000
      }
    }
    assert.ok(changes.length > 100)
  })
})
