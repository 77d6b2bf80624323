import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slotCount, slotOfId, slotOfValue } from './slot.ts'

test('the slot of a value is the CRC-32 of its UTF-8 modulo 1,024', () => {
  // The check value of CRC-32: 0xcbf43926 for "123456789".
  assert.equal(slotOfValue('123456789'), 0xcbf43926 % slotCount)
  assert.equal(slotOfValue(''), 0)
  // Rows stay where they are: these hold in every process and for all time.
  assert.equal(slotOfValue('LHR'), 0x3b045863 % slotCount)
  assert.equal(slotOfValue('é'), 0xe048d3e % slotCount)
})

test('the slot of an id is its last ten bits', () => {
  assert.equal(slotOfId('00000000-0000-7000-8000-000000000000'), 0)
  assert.equal(slotOfId('00000000-0000-7000-8000-0000000003ff'), 1023)
  assert.equal(slotOfId('00000000-0000-7000-8000-000000000400'), 0)
  assert.equal(slotOfId('00000000-0000-7000-8000-fffffffffc05'), 5)
})

test('values spread over the slots', () => {
  const rows = new Uint32Array(slotCount)
  for (let at = 0; at < 100 * slotCount; at++) rows[slotOfValue(`value ${at}`)]!++
  assert.ok(
    rows.every((count) => count > 50 && count < 170),
    `${Math.min(...rows)} to ${Math.max(...rows)}`,
  )
})
