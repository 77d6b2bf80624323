import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryAfterMsOf } from './backoff.ts'

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2030-01-01T00:00:00Z')
  assert.equal(retryAfterMsOf('2', now), 2_000)
  assert.equal(retryAfterMsOf('Tue, 01 Jan 2030 00:00:05 GMT', now), 5_000)
  assert.equal(retryAfterMsOf('Mon, 31 Dec 2029 00:00:00 GMT', now), 0)
  assert.equal(retryAfterMsOf('soon', now), undefined)
  assert.equal(retryAfterMsOf(null, now), undefined)
})
