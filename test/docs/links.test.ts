import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const pages = globSync(['*.md', 'docs/**/*.md', 'examples/*/*.md', 'template/*.md', 'create/*.md', 'bench/*.md'], {
  cwd: root,
})

test('every link between pages leads to a file, and every anchor to a heading', () => {
  const broken = pages.flatMap((page) =>
    linksOf(readFileSync(join(root, page), 'utf8')).flatMap(({ file, anchor }) => {
      const path = file === '' ? join(root, page) : join(root, dirname(page), file)
      if (!existsSync(path)) return [`${page}: there is no ${file}`]
      const isThere = anchor === undefined || anchorsOf(readFileSync(path, 'utf8')).includes(anchor)
      return isThere ? [] : [`${page}: ${file} has no heading #${anchor}`]
    }),
  )
  assert.deepEqual(broken, [])
  assert.ok(pages.length > 20)
})

function linksOf(text: string): readonly { readonly file: string; readonly anchor: string | undefined }[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '')
  return [...prose.matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map((match) => ({
    file: match[1]!,
    anchor: match[2],
  }))
}

/** As the usual renderers make them of headings. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map((match) =>
    match[1]!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
