import assert from 'node:assert/strict'
import { test } from 'node:test'
import { volatileKeyRing } from '../keyring/keyring.ts'
import { decodeCursor, encodeCursor, type Signer } from './cursor.ts'

function signer(): Signer {
  const keys = volatileKeyRing()
  return {
    sign: (text) => keys.sign('cursor', text),
    verify: (text, signature) => keys.verify('cursor', text, signature),
  }
}

test('a cursor comes back as the key it was made of, for the same list and server only', () => {
  const [one, other] = [signer(), signer()]
  for (const key of [[], [null, 'x'], ['é"\n\u{1f30d}', 1, true, '9007199254740993']]) {
    const cursor = encodeCursor(key, 'shape', one)
    assert.match(cursor, /^[\w-]*\.[\w-]{22}$/)
    assert.deepEqual(decodeCursor(cursor, 'shape', one), key)
    assert.equal(decodeCursor(cursor, 'other shape', one), undefined)
    assert.equal(decodeCursor(cursor, 'shape', other), undefined)
  }
})

test('no changed character goes unnoticed', () => {
  const one = signer()
  const cursor = encodeCursor(['key', 7], 'shape', one)
  for (let at = 0; at < cursor.length; at++) {
    const changed = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`
    const decoded = decodeCursor(changed, 'shape', one)
    // The last digit of base64url may have bits that stand for nothing.
    if (decoded !== undefined) assert.deepEqual(decoded, ['key', 7])
    assert.ok(decoded === undefined || at === cursor.length - 1 || at === cursor.indexOf('.') - 1, String(at))
  }
  for (const text of ['', '.', 'x', `${cursor}x`, cursor.slice(1), 'x'.repeat(10_000)])
    assert.equal(decodeCursor(text, 'shape', one), undefined)
})

test('where the list ends and the key begins cannot be moved', () => {
  const one = signer()
  const cursor = encodeCursor(['b'], 'a', one)
  const [, signature] = cursor.split('.')
  const moved = `${Buffer.from('\n["b"]').toString('base64url')}.${signature}`
  assert.equal(decodeCursor(moved, '', one), undefined)
})
