import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationMs } from './duration.ts'

test('a duration is a number and its unit', () => {
  for (const [text, ms] of [
    ['500ms', 500],
    ['30s', 30_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['1w', 604_800_000],
    ['1.5s', 1_500],
    ['-1h', -3_600_000],
    ['0s', 0],
  ] as const)
    assert.equal(durationMs(text), ms)
})

test('anything else is refused with what to write', () => {
  for (const text of ['', '30', 's', '30 s', '30S', '1y', '1h30m', '.5s', '1e3ms', '30s ', 'Infinityms'])
    assert.throws(() => durationMs(text), {
      name: 'TypeError',
      message: /is not a duration; write a number and a unit/,
    })
})
