import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryDelayMs } from './retry.ts'

test('waits are spread from nothing to a bound that doubles up to five seconds', () => {
  const failure = { status: 503, retryAfterMs: undefined }
  const longest = [1, 2, 3, 4, 5, 6, 7].map((tries) => retryDelayMs(failure, tries, () => 1))
  assert.deepEqual(longest, [200, 400, 800, 1_600, 3_200, 5_000, 5_000])
  assert.equal(
    retryDelayMs(failure, 4, () => 0),
    0,
  )
})

test('never comes back before the server says', () => {
  assert.equal(
    retryDelayMs({ status: 429, retryAfterMs: 3_000 }, 1, () => 0),
    3_000,
  )
  assert.equal(
    retryDelayMs({ status: 409, retryAfterMs: 1_000 }, 1, () => 1),
    1_200,
  )
  assert.equal(
    retryDelayMs({ status: 409, retryAfterMs: undefined }, 1, () => 1),
    undefined,
  )
  assert.equal(
    retryDelayMs({ status: 500, retryAfterMs: 1_000 }, 1, () => 1),
    undefined,
  )
})
