import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Bookmark } from '../../core/bookmark.ts'
import type { Context } from '../../core/context.ts'
import { deadlineIn } from '../../core/deadline.ts'
import { seededScheduler } from '../../core/seeded-scheduler.ts'
import { retry } from './retry.ts'

/** A service that fails so many times, and what came of asking it. */
async function asked(
  failures: number,
  {
    retriesMax = 3,
    mayTryAgain = true,
    retryAfterMs = undefined as number | undefined,
    deadlineMs = 60_000,
    abortAfterMs = Infinity,
  } = {},
) {
  const scheduler = seededScheduler(1)
  const sentAtMs: number[] = []
  const abort = new AbortController()
  if (abortAfterMs < Infinity) scheduler.after(abortAfterMs, () => abort.abort())
  const context: Context = {
    requestId: 'r',
    signal: abort.signal,
    deadline: deadlineIn(deadlineMs, scheduler),
    bookmark: new Bookmark(),
  }
  const layer = retry<string, string>(
    { retriesMax, mayTryAgain: () => mayTryAgain, retryAfterMs: () => retryAfterMs, random: () => 0.5 },
    scheduler,
  )
  const call = layer.wrap(async () => {
    sentAtMs.push(scheduler.monotonicMs())
    if (sentAtMs.length <= failures) throw new Error(`failure ${sentAtMs.length}`)
    return 'done'
  })
  let told = ''
  const answer = call('', context).then(
    (value) => {
      told = value
    },
    (error: Error) => {
      told = error.message
    },
  )
  await scheduler.runUntilIdle()
  await answer
  return { told, sentAtMs }
}

suite('a request is tried again', () => {
  test('after waits that grow', async () => {
    assert.deepEqual(await asked(3), { told: 'done', sentAtMs: [0, 100, 300, 700] })
  })

  test('after what the other side asks for', async () => {
    assert.deepEqual(await asked(1, { retryAfterMs: 2_000 }), { told: 'done', sentAtMs: [0, 2_100] })
  })

  test('so many times at most, and the last failure is told', async () => {
    const { told, sentAtMs } = await asked(9, { retriesMax: 2 })
    assert.equal(told, 'failure 3')
    assert.equal(sentAtMs.length, 3)
  })

  test('not at all where it may not be', async () => {
    assert.deepEqual(await asked(1, { mayTryAgain: false }), { told: 'failure 1', sentAtMs: [0] })
  })

  test('not beyond the deadline', async () => {
    assert.deepEqual(await asked(9, { deadlineMs: 250 }), { told: 'failure 2', sentAtMs: [0, 100] })
    assert.deepEqual(await asked(1, { retryAfterMs: 60_000 }), { told: 'failure 1', sentAtMs: [0] })
  })

  test('not for a caller who has gone meanwhile', async () => {
    assert.deepEqual(await asked(9, { abortAfterMs: 200 }), { told: 'failure 2', sentAtMs: [0, 100] })
  })
})
