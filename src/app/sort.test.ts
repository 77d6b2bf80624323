import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sortOf } from './sort.ts'

test('a sort has one sign for all of its names', () => {
  assert.deepEqual(sortOf('departsAt'), { fields: ['departsAt'], descending: false })
  assert.deepEqual(sortOf('-departsAt'), { fields: ['departsAt'], descending: true })
  assert.deepEqual(sortOf('a,b'), { fields: ['a', 'b'], descending: false })
  assert.deepEqual(sortOf('-a,-b'), { fields: ['a', 'b'], descending: true })
  for (const text of ['-a,b', 'a,-b', '-a,-b,c', '-a,']) assert.equal(sortOf(text), undefined, text)
})

test('only one sign is taken off', () => {
  assert.deepEqual(sortOf('--a'), { fields: ['-a'], descending: true })
  assert.deepEqual(sortOf('-'), { fields: [''], descending: true })
})
