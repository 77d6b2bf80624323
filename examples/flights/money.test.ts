import assert from 'node:assert/strict'
import { test } from 'node:test'
import { centsOf, priceOf, times } from './money.ts'

test('prices are multiplied in whole cents', () => {
  assert.equal(times('199.90', 3), '599.70')
  assert.equal(times('0.01', 9), '0.09')
  assert.equal(times('0.00', 5), '0.00')
  assert.equal(times('9999999.99', 9), '89999999.91')
})

test('a price is a whole number of cents, and back', () => {
  for (const [price, cents] of [
    ['199.90', 19_990],
    ['0.00', 0],
    ['0.07', 7],
    ['9999999.99', 999_999_999],
  ] as const) {
    assert.equal(centsOf(price), cents)
    assert.equal(priceOf(cents), price)
  }
})
