import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chance } from './chance.ts'
import { overlap, shareInterval } from './interval.ts'
import { latencies } from './latency.ts'

test('the interval of a quantile holds the true one in about 95 of 100 samples, whatever the distribution', () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = chance(seed)
  const samples = 400
  const held = { p50: 0, p95: 0, p99: 0 }
  for (let sample = 0; sample < samples; sample++) {
    const kept = latencies()
    // Exponential with a mean of 10 ms: its quantile q is -10 ln(1 - q).
    for (let n = 0; n < 500; n++) kept.record(-10 * Math.log(1 - random.next()))
    const intervals = kept.intervals()!
    for (const [figure, share] of [
      ['p50', 0.5],
      ['p95', 0.95],
      ['p99', 0.99],
    ] as const) {
      const { low, high } = intervals[figure]
      const exact = -10 * Math.log(1 - share)
      if (low <= exact && exact <= (high ?? Number.POSITIVE_INFINITY)) held[figure]++
    }
  }
  for (const [figure, count] of Object.entries(held)) {
    assert.ok(count / samples > 0.91 && count / samples <= 1, `${figure}: ${count} of ${samples}, seed ${seed}`)
  }
})

test('too few values know no high end', () => {
  const kept = latencies()
  for (let n = 1; n <= 100; n++) kept.record(n)
  const { p50, p99 } = kept.intervals()!
  assert.ok(p50.low > 35 && p50.low < 50 && p50.high! > 50 && p50.high! < 65)
  assert.equal(p99.high, null)
  assert.equal(overlap(p99, { low: 1e9, high: null }), true)
})

test('of a share that was never seen the high end falls with the count', () => {
  assert.equal(shareInterval(0, 10).low, 0)
  assert.ok(shareInterval(0, 10).high! > 0.2 && shareInterval(0, 10_000).high! < 0.001)
  assert.equal(overlap(shareInterval(0, 1_000), shareInterval(50, 1_000)), false)
  assert.equal(overlap(shareInterval(0, 20), shareInterval(1, 20)), true)
  assert.deepEqual(shareInterval(0, 0), { low: 0, high: 1 })
})
