import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { dirname, join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { siteOf } from '../../site/site.ts'
import { temporaryFolder } from '../running-server.ts'
import { type Api, api, embedded } from './api.ts'

suite('the guide of a development server', () => {
  const { files } = siteOf(fileURLToPath(new URL('../../', import.meta.url)))
  const folder = temporaryFolder()
  const guideFolder = join(folder.path, 'guide')
  const secret = 'not of the guide'
  let running: Api

  before(async () => {
    for (const [path, content] of files) {
      mkdirSync(dirname(join(guideFolder, path)), { recursive: true })
      writeFileSync(join(guideFolder, path), content)
    }
    for (const name of ['secret.html', 'guide/.hidden.html', 'guide/notes.txt', 'guide/Upper.html'])
      writeFileSync(join(folder.path, name), secret)
    running = await api(embedded.memory!, undefined, { guideFolder })
  })
  after(async () => {
    await running[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  test('is every file of the site, as it was built, with its type', async () => {
    const types: Readonly<Record<string, string>> = { html: 'text/html', css: 'text/css', js: 'text/javascript' }
    for (const [path, content] of files) {
      const { status, headers, body } = await running.ask(`GET /guide/${path}`)
      assert.deepEqual([status, body], [200, content], path)
      assert.equal(headers.get('content-type'), `${types[path.split('.').at(-1)!]}; charset=utf-8`)
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.match(headers.get('content-security-policy')!, /^default-src 'none'; style-src 'self'; script-src 'self';/)
      assert.doesNotMatch(headers.get('content-security-policy')!, /unsafe|https?:|\*/)
    }
  })

  test('begins at /guide, and folders at their first page', async () => {
    const { status, headers } = await fetch(`${running.url}/guide`, { redirect: 'manual' })
    assert.deepEqual([status, headers.get('location')], [302, '/guide/'])
    assert.equal((await running.ask('GET /guide/')).body, files.get('index.html'))
    assert.equal((await running.ask('GET /guide/decisions/')).body, files.get('decisions/index.html'))
  })

  test('is not sent again while it is the same', async () => {
    const first = await running.ask('GET /guide/style.css')
    const etag = first.headers.get('etag')!
    const again = await running.ask('GET /guide/style.css', { headers: { 'if-none-match': etag } })
    assert.deepEqual([again.status, again.body, again.headers.get('etag')], [304, '', etag])
    const other = await running.ask('GET /guide/script.js', { headers: { 'if-none-match': etag } })
    assert.equal(other.status, 200)
    writeFileSync(join(guideFolder, 'changing.html'), 'one')
    const one = await running.ask('GET /guide/changing.html')
    writeFileSync(join(guideFolder, 'changing.html'), 'two')
    const two = await running.ask('GET /guide/changing.html', {
      headers: { 'if-none-match': one.headers.get('etag')! },
    })
    assert.deepEqual([two.status, two.body], [200, 'two'])
  })

  test('has heads, and refuses to be written', async () => {
    const head = await running.ask('HEAD /guide/index.html')
    assert.deepEqual([head.status, head.body], [200, ''])
    const post = await running.ask('POST /guide/index.html', { body: {} })
    assert.deepEqual([post.status, post.headers.get('allow'), post.body.code], [405, 'GET, HEAD', 'METHOD_NOT_ALLOWED'])
  })

  test('leads nowhere else, however the way is written', async () => {
    const ways = [
      '../secret.html',
      '..%2fsecret.html',
      '%2e%2e/secret.html',
      '%2e%2e%2fsecret.html',
      '%252e%252e%252fsecret.html',
      'learn/../../secret.html',
      'learn/..%2f..%2fsecret.html',
      '..\\secret.html',
      '..%5csecret.html',
      '.%00./secret.html',
      'index.html%00',
      '%c0%ae%c0%ae/secret.html',
      '/secret.html',
      '%2f%2fsecret.html',
      `%2f${encodeURIComponent(join(folder.path, 'secret.html'))}`,
      '.hidden.html',
      'notes.txt',
      'Upper.html',
      'learn',
      'learn/index.html',
      `${'a/'.repeat(400)}a.html`,
      `${'a'.repeat(900)}.html`,
      `${'a'.repeat(5000)}.html`,
      '%',
    ]
    for (const way of ways) {
      const { status, text } = await asked(`${running.url}/guide/`, way)
      assert.ok(status === 400 || status === 404, `${way}: ${status}`)
      assert.match(text, /"code":"(ROUTE_MISSING|MALFORMED_REQUEST)"/, way)
      assert.ok(!text.includes(secret), way)
    }
  })

  test('is named on the page of the API', async () => {
    assert.match((await running.ask('GET /docs')).body, /<a href="\/guide\/">Banyan guide<\/a>/)
  })

  test('is not there in production, nor where it was not built', async () => {
    for (const options of [{ guideFolder, production: true }, {}]) {
      await using other = await api(embedded.memory!, undefined, options)
      for (const path of ['/guide', '/guide/', '/guide/index.html'])
        assert.equal((await other.ask(`GET ${path}`)).status, 404, path)
      assert.doesNotMatch((await other.ask('GET /docs')).body, /href="\/guide/)
    }
  })
})

/** Asks for a path as it stands; `fetch` would make a decent one of it. */
async function asked(url: string, way: string): Promise<{ readonly status: number; readonly text: string }> {
  const { port, pathname } = new URL(url)
  const [answer] = (await once(get({ host: '127.0.0.1', port, path: pathname + way }), 'response')) as [IncomingMessage]
  return { status: answer.statusCode!, text: await textOf(answer) }
}
