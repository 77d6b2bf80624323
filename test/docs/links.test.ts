import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Links } from '../../site/links.ts'
import { render } from '../../site/markdown.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const files = globSync(['*.md', 'docs/**/*.md', 'examples/*/*.md', 'template/*.md', 'create/*.md', 'bench/*.md'], {
  cwd: root,
})

test('every link between pages leads to a file, and every anchor to a heading', () => {
  const places = files.map((file) => ({ file, path: file }))
  const links = new Links(root, places)
  const pages = places.map((place) => ({
    ...place,
    ...render(readFileSync(join(root, place.file), 'utf8'), (href) => links.from(place, href)),
  }))
  links.checkAnchors(pages)
  assert.deepEqual(links.broken, [])
  assert.ok(pages.length > 20)
})
