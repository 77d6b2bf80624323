import assert from 'node:assert/strict'
import { test } from 'node:test'
import { geometricMean, intervalOfRatios } from './statistics.ts'

const near = (actual: number, expected: number, tolerance = 1e-3) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not near ${expected}`)

test('a ratio and its inverse cancel out', () => {
  near(intervalOfRatios([2, 0.5]).mean, 1)
  near(intervalOfRatios([4, 0.5, 0.5]).mean, 1)
})

test('the interval is the one of the t-distribution on the logarithms', () => {
  // ln: 0, 0.1, 0.2, 0.3, 0.4 has mean 0.2 and standard error 0.0707107; the quantile of four degrees is 2.776.
  const interval = intervalOfRatios([0, 0.1, 0.2, 0.3, 0.4].map(Math.exp))
  near(interval.mean, Math.exp(0.2))
  near(interval.low, Math.exp(0.2 - 2.776 * 0.0707107))
  near(interval.high, Math.exp(0.2 + 2.776 * 0.0707107))
  assert.equal(interval.pairs, 5)
})

test('swapping the sides inverts the interval', () => {
  const ratios = [1.1, 1.3, 1.25, 1.18, 1.4]
  const forth = intervalOfRatios(ratios)
  const back = intervalOfRatios(ratios.map((ratio) => 1 / ratio))
  near(back.mean, 1 / forth.mean)
  near(back.low, 1 / forth.high)
  near(back.high, 1 / forth.low)
})

test('equal ratios leave no doubt, and one pair leaves every doubt', () => {
  const sure = intervalOfRatios([3, 3, 3, 3, 3])
  near(sure.low, 3)
  near(sure.high, 3)
  const unsure = intervalOfRatios([3])
  assert.equal(unsure.low, 0)
  assert.equal(unsure.high, Number.POSITIVE_INFINITY)
})

test('the interval covers the true ratio about 95 times in a hundred', () => {
  const seed = 20_010_101
  const random = generatorOf(seed)
  const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())
  let covered = 0
  for (let round = 0; round < 4000; round++) {
    const { low, high } = intervalOfRatios(Array.from({ length: 6 }, () => Math.exp(Math.log(1.7) + 0.1 * normal())))
    if (low <= 1.7 && 1.7 <= high) covered++
  }
  assert.ok(covered > 3740 && covered < 3860, `${covered} of 4000 intervals covered the truth (seed ${seed})`)
})

test('refuses what is no ratio', () => {
  for (const bad of [[], [0], [-1], [Number.NaN], [Number.POSITIVE_INFINITY]]) {
    assert.throws(() => intervalOfRatios(bad), RangeError)
  }
})

test('the geometric mean of one side is the root of the product', () => near(geometricMean([2, 8]), 4))

/** Mulberry32: a few lines of well-spread pseudo-random numbers in (0, 1), so that a failing round can be run again. */
const generatorOf = (seed: number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 4_294_967_296
  }
}
