import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { chance } from './chance.ts'
import { latencies } from './latency.ts'

suite('latencies', () => {
  test('are given back right to three digits, from microseconds to minutes', () => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const random = chance(seed)
    const kept = latencies()
    const values = Array.from({ length: 20_000 }, () => Math.exp(random.next() * 18) / 1000)
    for (const value of values) kept.record(value)
    values.sort((left, right) => left - right)
    const summary = kept.summary()!
    for (const [figure, share] of [
      ['p50', 0.5],
      ['p90', 0.9],
      ['p95', 0.95],
      ['p99', 0.99],
      ['max', 1],
    ] as const) {
      const exact = values[Math.ceil(share * values.length) - 1]!
      assert.ok(
        Math.abs(summary[figure] / exact - 1) < 0.001,
        `${figure} is ${summary[figure]} for ${exact}, seed ${seed}`,
      )
    }
    assert.equal(kept.count, values.length)
  })

  test('are never lost: nothing at all and more than an hour count too', () => {
    const kept = latencies()
    for (const ms of [0, 10 * 3_600_000]) kept.record(ms)
    assert.equal(kept.count, 2)
    assert.ok(kept.summary()!.max >= 3_600_000)
  })

  test('have no summary where there is none, and add up', () => {
    const [kept, others] = [latencies(), latencies()]
    assert.equal(kept.summary(), null)
    others.record(5)
    kept.add(others)
    assert.deepEqual([kept.count, Math.round(kept.summary()!.p50)], [1, 5])
    kept.reset()
    assert.equal(kept.summary(), null)
  })
})
