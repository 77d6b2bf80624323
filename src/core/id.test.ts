import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateId, idPattern } from './id.ts'
import { seededRandom, systemRandom } from './random.ts'
import { slotCount, slotOfId } from './slot.ts'

const pattern = new RegExp(idPattern)

test('an id is a UUIDv7 whose first 48 bits are the time', () => {
  const id = generateId(0x0123456789ab, seededRandom(1))
  assert.match(id, pattern)
  assert.ok(id.startsWith('01234567-89ab-7'))
  assert.match(generateId(0, seededRandom(1)), /^00000000-0000-7/)
})

test('the example of RFC 9562 has its time and version where ours have them', () => {
  // Appendix A.6: 2022-02-22 19:22:22 UTC.
  const example = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'
  assert.match(example, pattern)
  assert.equal(generateId(1645557742000, seededRandom(1)).slice(0, 15), example.slice(0, 15))
})

test('an id carries the slot that it was given in its last ten bits, and any slot without one', () => {
  const random = systemRandom()
  for (const slot of [0, 1, 255, 256, 511, 1022, slotCount - 1]) {
    const id = generateId(Date.now(), random, slot)
    assert.match(id, pattern)
    assert.equal(slotOfId(id), slot)
  }
  const slots = new Set(Array.from({ length: 20_000 }, () => slotOfId(generateId(Date.now(), random))))
  assert.equal(slots.size, slotCount)
})

test('ids of later milliseconds sort behind those of earlier ones, and none comes twice', () => {
  const random = systemRandom()
  const ids = Array.from({ length: 1000 }, (_, at) => generateId(1_800_000_000_000 + at, random, 7))
  assert.deepEqual(ids, ids.toSorted())
  const together = Array.from({ length: 50_000 }, () => generateId(1_800_000_000_000, random, 7))
  assert.equal(new Set(together).size, together.length)
})

test('every random bit of an id varies', () => {
  const random = systemRandom()
  let [ones, zeros] = [0n, 0n]
  for (let at = 0; at < 200; at++) {
    const bits = BigInt(`0x${generateId(0, random).replaceAll('-', '')}`)
    ones |= bits
    zeros |= ~bits & ((1n << 128n) - 1n)
  }
  const varying = (ones & zeros).toString(2).padStart(128, '0')
  // 48 bits of time, 4 of version, 2 of variant stand still.
  assert.equal(varying, `${'0'.repeat(52)}${'1'.repeat(12)}00${'1'.repeat(62)}`)
})
