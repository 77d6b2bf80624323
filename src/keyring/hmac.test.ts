import assert from 'node:assert/strict'
import { createHmac, randomBytes, randomInt } from 'node:crypto'
import { test } from 'node:test'
import { hmacSha256 } from './hmac.ts'

test('gives the digests of RFC 4231', () => {
  const digest = (key: string, text: string) => hmacSha256(Buffer.from(key, 'hex'))(text).toString('hex')
  assert.equal(digest('0b'.repeat(20), 'Hi There'), 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7')
  assert.equal(
    digest('aa'.repeat(131), 'Test Using Larger Than Block-Size Key - Hash Key First'),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  )
})

test('gives what createHmac gives, for keys and texts of every length, one after another', () => {
  for (let run = 0; run < 500; run++) {
    const secret = randomBytes(randomInt(0, 200))
    const mac = hmacSha256(secret)
    for (const text of [randomBytes(randomInt(0, 300)).toString('latin1'), 'ä€😀'.repeat(randomInt(0, 50)), ''])
      assert.deepEqual(
        mac(text),
        createHmac('sha256', secret).update(text).digest(),
        `${secret.toString('hex')} ${text}`,
      )
  }
})
