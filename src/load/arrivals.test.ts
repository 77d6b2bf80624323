import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { arrivalCount, arrivalTimes, type Phase } from './arrivals.ts'
import { chance } from './chance.ts'

const steady: Phase = { forMs: 10_000, from: 100, to: 100 }
const ramp: Phase = { forMs: 10_000, from: 0, to: 200 }
const timesOf = (phases: readonly Phase[], spacing: 'random' | 'even', seed: number) => [
  ...arrivalTimes(phases, spacing, chance(seed)),
]

suite('arrivals', () => {
  test('come at equal distances where that is asked for', () => {
    const times = timesOf([{ forMs: 1_000, from: 4, to: 4 }], 'even', 1)
    assert.deepEqual(times, [125, 375, 625, 875])
  })

  test('of a ramp come as its area grows', () => {
    const times = timesOf([ramp], 'even', 1)
    assert.equal(times.length, 1_000)
    const before = (ms: number) => times.filter((time) => time < ms).length
    assert.deepEqual([before(2_500), before(5_000), before(7_500)], [62, 250, 562])
  })

  test('are in order, within their phases, and as many as the rates say', () => {
    const phases = [
      ramp,
      steady,
      { ...ramp, from: 200, to: 0 },
      { forMs: 500, from: 1, to: 1 },
      { forMs: 500, from: 1, to: 1 },
    ]
    const seed = Math.floor(Math.random() * 2 ** 31)
    for (const spacing of ['even', 'random'] as const) {
      const times = timesOf(phases, spacing, seed)
      assert.equal(times.length, 3_001, 'half an arrival goes to the next phase')
      assert.equal(times.length, arrivalCount(phases))
      assert.deepEqual(
        times,
        times.toSorted((left, right) => left - right),
        `seed ${seed}`,
      )
      assert.equal(times.filter((time) => time >= 10_000 && time < 20_000).length, 1_000, `seed ${seed}`)
      assert.ok(
        times.every((time) => time >= 0 && time <= 31_000),
        `seed ${seed}`,
      )
    }
  })

  test('at random have gaps like those of people who do not know of one another', () => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const times = timesOf([{ ...steady, forMs: 100_000 }], 'random', seed)
    const gaps = times.slice(1).map((time, at) => time - times[at]!)
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const spread = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
    // Of an exponential distribution both are the same; of equal distances the spread would be none.
    assert.ok(
      Math.abs(mean - 10) < 0.2 && Math.abs(spread / mean - 1) < 0.1,
      `mean ${mean}, spread ${spread}, seed ${seed}`,
    )
  })

  test('of a phase without a rate are none', () => {
    assert.deepEqual(timesOf([{ forMs: 60_000, from: 0, to: 0 }], 'random', 1), [])
  })
})
