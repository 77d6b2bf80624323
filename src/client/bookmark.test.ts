import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { Bookmark, type Position } from '../core/bookmark.ts'
import { bookmark } from './bookmark.ts'

const position = fc.record({ epoch: fc.constantFrom('e1', 'e2', '旧'), position: fc.nat() }, { noNullPrototype: true })
const stores = fc.dictionary(fc.constantFrom('main', 'archive', 'größe', '📚'), position)
const encode = (of: Record<string, Position>) => new Bookmark(Object.entries(of)).encode()

suite('a client’s bookmark', () => {
  test('joins as the server’s does, and writes what the server reads', () => {
    fc.assert(
      fc.property(fc.array(stores), (answers) => {
        const ours = bookmark()
        const theirs = new Bookmark()
        for (const answer of answers) {
          assert.equal(ours.observe(encode(answer)), false)
          for (const [store, at] of Object.entries(answer)) theirs.observe(store, at)
        }
        const text = ours.encode()
        if (theirs.isEmpty) return assert.equal(text, undefined)
        assert.deepEqual(positions(Bookmark.decode(text!)), positions(theirs))
      }),
    )
  })

  test('ignores garbage, forgeries and other formats', () => {
    const before = encode({ main: { epoch: 'e1', position: 4 } })
    const one = bookmark(before)
    const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    for (const text of [
      '',
      'garbage!',
      '====',
      forged(null),
      forged({ v: 2, stores: { main: { epoch: 'e1', position: 9 } } }),
      forged({ v: 1, stores: null }),
      forged({ v: 1, stores: { main: null } }),
      forged({ v: 1, stores: { main: { epoch: 'e1', position: -1 } } }),
      forged({ v: 1, stores: { main: { epoch: 'e1', position: '9' } } }),
    ]) {
      assert.equal(one.observe(text), false)
      assert.equal(bookmark(text).encode(), undefined)
    }
    assert.equal(one.observe(null), false)
    assert.equal(one.encode(), before)
  })

  test('that is lost goes back where the answer says so, and stays elsewhere', () => {
    const archive = { epoch: 'a', position: 3 }
    const one = bookmark(encode({ main: { epoch: 'e1', position: 9 }, archive }))
    assert.equal(one.observe(`lost, ${encode({ main: { epoch: 'e1', position: 2 } })}`), true)
    assert.equal(one.encode(), encode({ main: { epoch: 'e1', position: 2 }, archive }))
    assert.equal(one.observe('lost'), true)
  })
})

function positions(of: Bookmark) {
  return ['main', 'archive', 'größe', '📚'].map((store) => of.positionOf(store))
}
