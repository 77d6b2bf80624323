import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verdictOf } from './goal.ts'

const interval = { mean: 1.1, low: 1.05, high: 1.16, pairs: 6 }

test('an upper bound is met by the upper end of the interval, not by its middle', () => {
  assert.equal(verdictOf({ metric: 'cpuMicroseconds', is: '<=', value: 1.16 }, interval), 'met')
  assert.equal(verdictOf({ metric: 'cpuMicroseconds', is: '<=', value: 1.15 }, interval), 'missed')
})

test('a lower bound is met by the lower end of the interval, not by its middle', () => {
  assert.equal(verdictOf({ metric: 'requestsPerSecond', is: '>=', value: 1.05 }, interval), 'met')
  assert.equal(verdictOf({ metric: 'requestsPerSecond', is: '>=', value: 1.1 }, interval), 'missed')
})

test('one pair meets no goal', () => {
  const unsure = { mean: 9, low: 0, high: Number.POSITIVE_INFINITY, pairs: 1 }
  assert.equal(verdictOf({ metric: 'requestsPerSecond', is: '>=', value: 1 }, unsure), 'missed')
  assert.equal(verdictOf({ metric: 'cpuMicroseconds', is: '<=', value: 100 }, unsure), 'missed')
})
