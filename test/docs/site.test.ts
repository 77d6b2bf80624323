import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'
import { render } from '../../site/markdown.ts'
import { sections } from '../../site/navigation.ts'
import { siteOf } from '../../site/site.ts'
import { sourcesIn } from '../../site/source.ts'
import { temporaryFolder } from '../running-server.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const { files, broken } = siteOf(root)
const pages = [...files].filter(([path]) => path.endsWith('.html'))

suite('the site', () => {
  test('is every page of docs/, in the order in which one reads', () => {
    assert.deepEqual(broken, [])
    const folders = ['learn', 'guides', 'reference', 'understand', 'decisions']
    assert.deepEqual([...new Set(sourcesIn(root).map(({ path }) => dirname(path)))], folders)
    const written = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    assert.equal(written.filter((file) => file.endsWith('.md')).length + 1, pages.length)
    for (const { folder, first } of sections)
      for (const name of first) assert.ok(existsSync(join(root, folder, `${name}.md`)), `${folder} has no ${name}.md`)
  })

  test('has no address that leads nowhere', () => {
    const ids = new Map(pages.map(([path, html]) => [path, new Set(attributes(html, 'id'))]))
    for (const [path, html] of pages) {
      for (const address of [...attributes(html, 'href'), ...attributes(html, 'src')]) {
        if (/^(https?|data):/.test(address)) continue
        const [file, id] = address.split('#') as [string, string?]
        const to = file === '' ? path : normalize(join(dirname(path), file))
        assert.ok(files.has(to), `${path}: ${address}`)
        if (id !== undefined) assert.ok(ids.get(to)!.has(id), `${path}: ${address}`)
      }
    }
    const [entries] = /^const searchEntries = (.*)$/m.exec(files.get('script.js')!)!.slice(1)
    for (const [name, , address] of JSON.parse(entries!) as readonly string[][]) {
      const [file, id] = address!.split('#') as [string, string?]
      assert.ok(id === undefined ? files.has(file) : ids.get(file)!.has(id), `${name}: ${address}`)
    }
  })

  test('has names that a server can tell from anything else', () => {
    for (const path of files.keys()) assert.match(path, /^([a-z0-9-]+\/)*[a-z0-9-]+\.(html|css|js)$/)
  })

  test('loads one style and one script of its own, and has neither in its pages', () => {
    for (const [path, html] of pages) {
      assert.doesNotMatch(
        html,
        /<style|\sstyle=|\son\w+=|<script(?! src="[a-z./]+" defer><\/script>)|<iframe|<img/,
        path,
      )
      assert.equal(html.match(/<script/g)?.length, 1)
      assert.equal(html.match(/rel="stylesheet"/g)?.length, 1)
    }
    assert.doesNotMatch(files.get('style.css')!, /@import|url\(/)
    assert.doesNotMatch(files.get('script.js')!, /fetch|XMLHttpRequest|eval|innerHTML/)
    new Script(files.get('script.js')!)
  })

  test('says on each page what it is, and has one main part and one first heading', () => {
    const titles = pages.map(([, html]) => /<title>(.*)<\/title>/.exec(html)![1])
    assert.equal(new Set(titles).size, pages.length)
    for (const [path, html] of pages) {
      assert.equal(html.match(/<h1/g)?.length, 1, path)
      assert.equal(html.match(/<main id="content"/g)?.length, 1, path)
      assert.match(html, /<html lang="en">/)
      assert.match(html, /<body>\n<a class="skip" href="#content">/)
      const found = attributes(html, 'id')
      assert.equal(new Set(found).size, found.length, `${path} has an id twice`)
    }
  })

  test('finds errors, options and fields by their names', () => {
    const script = files.get('script.js')!
    for (const entry of [
      '"STORE_FULL","Errors: What a request may be told"',
      '"t.decimal","Fields"',
      '"--users <number>","The command line: banyan load"',
    ])
      assert.ok(script.includes(`[${entry},`), entry)
  })
})

test('nothing that a page says becomes markup', () => {
  const { html } = render('# A <b>b</b>\n\n<script>alert(1)</script>\n\n`<i>` and <img src=x onerror=y>\n', () => '')
  assert.doesNotMatch(html, /<script|<img|<b>|<i>/)
})

test('a link that leads nowhere fails the build, and nothing is written', () => {
  using folder = temporaryFolder()
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true })
    writeFileSync(join(folder.path, name), text)
  }
  const build = () =>
    spawnSync(process.execPath, [join(root, 'site/build.ts'), '--root', folder.path], { encoding: 'utf8' })
  write('docs/learn/tutorial.md', '# One\n\n[two](../guides/two.md#part) and [itself](#one)\n')
  write('docs/guides/two.md', '# Two\n\n## Part\n')
  assert.equal(build().status, 0)
  assert.ok(existsSync(join(folder.path, 'dist/guide/learn/tutorial.html')))
  write('docs/guides/two.md', '# Two\n\n[gone](three.md), [no part](../learn/tutorial.md#two)\n')
  const { status, stderr } = build()
  assert.equal(status, 1)
  assert.deepEqual(stderr.trim().split('\n'), [
    'docs/guides/two.md: the link three.md leads nowhere: there is no docs/guides/three.md',
    'docs/learn/tutorial.md: the link ../guides/two.md#part leads nowhere: docs/guides/two.md has no heading #part',
    'docs/guides/two.md: the link ../learn/tutorial.md#two leads nowhere: docs/learn/tutorial.md has no heading #two',
  ])
})

function attributes(html: string, name: string): readonly string[] {
  return [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value]) => value!.replaceAll('&amp;', '&'))
}
