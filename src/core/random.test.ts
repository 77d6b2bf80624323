import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom, systemRandom } from './random.ts'

test('bytes of the system come in the number asked for, and differ', () => {
  const random = systemRandom()
  const drawn = Array.from({ length: 2000 }, () => Buffer.from(random.bytes(10)).toString('hex'))
  assert.ok(drawn.every((text) => text.length === 20))
  assert.equal(new Set(drawn).size, drawn.length)
})

test('bytes stay as they are until the next call, also where a block ends', () => {
  const random = systemRandom()
  for (let call = 0; call < 1000; call++) {
    const bytes = random.bytes(17)
    assert.equal(bytes.length, 17)
    const copy = [...bytes]
    assert.deepEqual([...bytes], copy)
  }
})

test('a seed gives the same sequence again, and another seed another', () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed)
    return [...Array.from({ length: 20 }, () => random.next()), ...random.bytes(8)]
  }
  assert.deepEqual(draw(7), draw(7))
  assert.notDeepEqual(draw(7), draw(8))
  assert.ok(draw(0).every(Number.isFinite))
})

test('a seeded sequence is spread evenly', () => {
  const random = seededRandom(42)
  const counts = new Uint32Array(10)
  for (let at = 0; at < 100_000; at++) counts[random.below(10)]!++
  assert.ok(
    counts.every((count) => Math.abs(count - 10_000) < 500),
    counts.join(),
  )
})
