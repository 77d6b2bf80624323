import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalDecimal, compareDecimals, decimalOf, scaledOf } from './decimal.ts'

test('a decimal is exact as a scaled integer, and comes back from it', () => {
  for (const [text, scale, scaled] of [
    ['199.90', 2, 19990n],
    ['-0.05', 2, -5n],
    ['0', 2, 0n],
    ['7', 0, 7n],
    ['0.000000000000000001', 18, 1n],
    ['999999999999999999', 0, 999999999999999999n],
  ] as const) {
    assert.equal(scaledOf(text, scale), scaled)
    assert.equal(decimalOf(scaled, scale), canonicalDecimal(text, scale))
  }
  assert.equal(decimalOf(-5, 2), '-0.05')
  assert.equal(decimalOf(-5n, 0), '-5')
})

test('the canonical form has all digits and no negative zero', () => {
  for (const [text, scale, canonical] of [
    ['1', 2, '1.00'],
    ['1.5', 2, '1.50'],
    ['1.55', 2, '1.55'],
    ['-1.5', 2, '-1.50'],
    ['-0', 2, '0.00'],
    ['-0.00', 2, '0.00'],
    ['-0', 0, '0'],
    ['0.5', 1, '0.5'],
    ['12', 1, '12.0'],
  ] as const)
    assert.equal(canonicalDecimal(text, scale), canonical)
})

test('decimals compare by size, whatever their scale', () => {
  const sorted = ['-100', '-9.99', '-0.1', '-0.01', '0', '0.009', '0.01', '1', '1.10', '9.99', '10', '100.5']
  assert.deepEqual(sorted.toReversed().toSorted(compareDecimals), sorted)
  assert.equal(compareDecimals('1.50', '1.5'), 0)
  assert.equal(compareDecimals('-0', '0.00'), 0)
  assert.equal(compareDecimals('9007199254740993', '9007199254740992'), 1)
})
