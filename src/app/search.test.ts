import assert from 'node:assert/strict'
import { test } from 'node:test'
import { owner } from './access.ts'
import { t } from './field.ts'
import { resourceManifest } from './manifest.ts'
import { resource } from './resource.ts'
import { searchFilters, searchTermsOf } from './search.ts'

const inShort = (text: string) => {
  const terms = searchTermsOf(text)
  return 'detail' in terms ? terms.detail : terms.map(({ word, isPrefix }) => `${word}${isPrefix ? '*' : ''}`).join(' ')
}

test('a search text is its words, each once, and a star right behind a word makes it a beginning', () => {
  assert.equal(inShort('San Fran*'), 'san fran*')
  assert.equal(inShort('  são,PAULO  paulo paulo* '), 'sao paulo paulo*')
  assert.equal(inShort('a* * *b c *'), 'a* b c')
})

test('what engines take for operators only separates words', () => {
  assert.equal(inShort('"san francisco"'), 'san francisco')
  assert.equal(inShort('a:b AND NOT NEAR(c, 5)'), 'a b and not near c 5')
  assert.equal(inShort('^a + -b {x}:y'), 'a b x y')
  assert.equal(inShort(`a'; drop table x --`), 'a drop table x')
  assert.equal(inShort('=1=ab'), '1 ab')
})

test('a search text without words, with too many, too long or not well-formed is none', () => {
  for (const text of ['', ' ', '*', '"', '😀', '\u2044'])
    assert.equal(inShort(text), 'has no word to look for', JSON.stringify(text))
  assert.equal(inShort('a b c d e f g h'), 'a b c d e f g h')
  assert.equal(inShort('a b c d e f g h i'), 'may have at most 8 words')
  assert.equal(inShort('a '.repeat(100)), 'a')
  assert.equal(inShort('a '.repeat(10_000)), 'may have at most 200 characters')
  assert.equal(inShort('a\u0000'), 'must be well-formed text')
  assert.equal(inShort('\ud800'), 'must be well-formed text')
})

test('a search is narrowed by the first fields of access paths, and by what the rule of the list looks at', () => {
  const Note = resource('notes', { author: t.text(), team: t.text(), state: t.text(), text: t.text() })
    .index('team', 'createdAt')
    .index('state')
    .index('createdAt')
    .index('author', 'state')
  const filters = (of: typeof Note) => searchFilters(resourceManifest('notes', of.declaration))
  assert.deepEqual(filters(Note), [])
  assert.deepEqual(filters(Note.search('text') as never), ['team', 'state', 'author'])
  assert.deepEqual(filters(Note.search('text').access({ list: owner('id') }) as never), [
    'team',
    'state',
    'author',
    'id',
  ])
})
