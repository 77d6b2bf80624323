import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { project } from './project.ts'

const document = readFileSync(new URL('../external/pricing.json', import.meta.url), 'utf8')
const [version] = [JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version as string]

test('a document becomes a typed file, which is told when the document has moved on', async () => {
  using it = project({ 'pricing.json': document })
  const run = (...args: string[]) => it.run(['external', 'pricing.json', '--out', 'src/pricing.ts', ...args])
  const { out } = await run()
  assert.match(out, /src\/pricing\.ts is written/)
  assert.match(out, /It has 8 calls: listQuotes, quote, getQuote, replaceQuote, dropQuote, reserve, listTags, setTags/)
  assert.match(out, /Left out:\n {2}POST \/pictures: its body is image\/png, not JSON/)
  const text = readFileSync(join(it.path, 'src/pricing.ts'), 'utf8')
  // The tests of the runtime are typed by this very file.
  assert.equal(text, readFileSync(new URL('../external/pricing.ts', import.meta.url), 'utf8'), `made by ${version}`)
  assert.doesNotMatch(text, /Unused|Sold out|pictures/)

  assert.equal((await run('--check')).code, 0)
  it.write('pricing.json', document.replace('"minLength": 1', '"minLength": 2'))
  const stale = await run('--check')
  assert.equal(stale.code, 1)
  assert.match(stale.err, /src\/pricing\.ts is not up to date; write it with banyan external pricing\.json --out/)
})

test('a few calls of a large document may be enough', async () => {
  using it = project({ 'vendor.json': document })
  const args = ['external', 'vendor.json', '--name', 'price-list', '--only', 'getQuote', '--out', 'prices.ts']
  const { out } = await it.run(args)
  assert.match(out, /It has 1 call: getQuote\.\n$/)
  const text = readFileSync(join(it.path, 'prices.ts'), 'utf8')
  assert.match(text, /export const priceList = external<'price-list', PriceListCalls>\('price-list', document\)/)
  assert.doesNotMatch(text, /Wish|reservations/)
})

test('a schema that no validator understands leaves its call out', async () => {
  const bad = JSON.parse(document)
  bad.components.schemas.Wish.properties.flight.pattern = '(unclosed'
  using it = project({ 'pricing.json': JSON.stringify(bad) })
  const { out } = await it.run(['external', 'pricing.json', '--out', 'pricing.ts'])
  assert.match(out, /It has 6 calls/)
  assert.match(out, /POST \/quotes: its schema cannot be used/)
})
