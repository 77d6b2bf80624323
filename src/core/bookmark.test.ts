import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Bookmark } from './bookmark.ts'

const at = (position: number, epoch = 'e') => ({ epoch, position })
const textOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const stores = (bookmark: Bookmark) => JSON.parse(Buffer.from(bookmark.encode(), 'base64url').toString()).stores

test('a bookmark comes back from its text as it was', () => {
  const one = new Bookmark()
  assert.equal(one.isEmpty, true)
  one.observe('main', at(3))
  one.observe('other', at(5, 'f'))
  const again = Bookmark.decode(one.encode())
  assert.deepEqual([again.positionOf('main'), again.positionOf('other')], [at(3), at(5, 'f')])
  assert.equal(again.isEmpty, false)
  assert.deepEqual(stores(again), { main: at(3), other: at(5, 'f') })
})

test('what was observed grows and never goes back, per store', () => {
  const bookmark = new Bookmark()
  bookmark.observe('main', at(5))
  bookmark.observe('main', at(3))
  bookmark.observe('other', at(1))
  assert.deepEqual(stores(bookmark), { main: at(5), other: at(1) })
  bookmark.observe('main', at(7))
  assert.equal(bookmark.positionOf('main')!.position, 7)
})

test('a claim holds until its store has answered, which decides', () => {
  const bookmark = Bookmark.decode(textOf({ v: 1, stores: { main: at(5), other: at(9) } }))
  assert.deepEqual(bookmark.positionOf('main'), at(5))
  bookmark.observe('main', at(5))
  assert.equal(bookmark.isLost, false)
  assert.deepEqual(stores(bookmark), { other: at(9), main: at(5) })
})

test('a claim that the store cannot keep to is lost: ahead of it, or of another history', () => {
  for (const seen of [at(4), at(500, 'another')]) {
    const bookmark = Bookmark.decode(textOf({ v: 1, stores: { main: at(5) } }))
    bookmark.observe('main', seen)
    assert.equal(bookmark.isLost, true)
    assert.deepEqual(stores(bookmark), { main: seen })
  }
})

test('a store that begins a new history while a request runs is followed', () => {
  const bookmark = new Bookmark()
  bookmark.observe('main', at(900))
  bookmark.observe('main', at(2, 'new'))
  assert.deepEqual(bookmark.positionOf('main'), at(2, 'new'))
})

test('garbage decodes to nothing', () => {
  for (const text of [
    '',
    '%',
    'x'.repeat(4000),
    textOf(1),
    textOf({ v: 1 }),
    textOf({ v: 2, stores: { main: at(1) } }),
    textOf({ v: 1, stores: [at(1)] }).slice(0, -3),
    textOf({ v: 1, stores: { main: { epoch: 'e' } } }),
    textOf({ v: 1, stores: { main: { epoch: 'e', position: -1 } } }),
    textOf({ v: 1, stores: { main: { epoch: 'e', position: 0.5 } } }),
    textOf({ v: 1, stores: { main: { epoch: 'e', position: '1' } } }),
    textOf({ v: 1, stores: { main: { epoch: {}, position: 1 } } }),
  ])
    assert.equal(Bookmark.decode(text).isEmpty, true, text.slice(0, 50))
})

test('a store may have any name', () => {
  for (const name of ['__proto__', 'constructor', 'ü', '']) {
    const bookmark = Bookmark.decode(
      `${Buffer.from(`{"v":1,"stores":{${JSON.stringify(name)}:{"epoch":"e","position":4}}}`).toString('base64url')}`,
    )
    assert.deepEqual(bookmark.positionOf(name), at(4))
    assert.equal(({} as { epoch?: string }).epoch, undefined)
    assert.deepEqual(Bookmark.decode(bookmark.encode()).positionOf(name), at(4))
  }
})

test('joined bookmarks are as far as the furthest of them, and leave them as they were', () => {
  const one = Bookmark.decode(textOf({ v: 1, stores: { main: at(5) } }))
  const two = new Bookmark()
  two.observe('main', at(9))
  two.observe('other', at(1))
  const all = Bookmark.joined([one, two, new Bookmark()])
  assert.deepEqual([all.positionOf('main'), all.positionOf('other')], [at(9), at(1)])
  assert.deepEqual([one.positionOf('main'), two.positionOf('main')], [at(5), at(9)])
  assert.equal(all.isLost, false)
})
