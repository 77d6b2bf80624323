import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { folded, wordsOf } from './words.ts'

test('words are runs of letters, numbers and their marks', () => {
  assert.deepEqual(
    wordsOf("Chicago O'Hare Int'l (ORD), 2nd-busiest"),
    'chicago o hare int l ord 2nd busiest'.split(' '),
  )
  assert.deepEqual(
    wordsOf('हिन्दी 世界, 서울!'),
    ['हिन्दी', '世界', '서울'].map((word) => word.normalize('NFKD')),
  )
  assert.deepEqual(wordsOf(' \u0000\t"*()=😀\uffff '), [])
})

test('case and diacritics do not tell words apart, letters of their own do', () => {
  for (const [one, other] of [
    ['Zürich', 'ZURICH'],
    ['Sa\u0303o', 'são'],
    ['straße', 'STRASSE'],
    ['STRAẞE', 'strasse'],
    ['İstanbul', 'istanbul'],
    ['ΛΌΓΟΣ', 'λόγος'],
    ['ﬁnance', 'FINANCE'],
    ['ＡＢＣ', 'abc'],
    ['x²', 'x2'],
  ] as const)
    assert.deepEqual(wordsOf(one), wordsOf(other), `${one} ${other}`)
  assert.notDeepEqual(wordsOf('ø'), wordsOf('o'))
  assert.notDeepEqual(wordsOf('が'), wordsOf('か'))
})

test('only the first 64 characters of a word count, and none is cut in half', () => {
  assert.equal(wordsOf('a'.repeat(1000))[0]!.length, 64)
  assert.equal([...wordsOf('𠮷'.repeat(1000))[0]!].length, 64)
})

test('a text that is folded stays as it is when it is folded again, and what begins a text begins its folded form', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(folded(folded(text)), folded(text))
      assert.equal(folded(text.toLowerCase()), folded(folded(text).toUpperCase()))
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (begin, end) => {
      assert.ok(folded(`${begin} ${end}`).startsWith(folded(begin)))
    }),
  )
})
