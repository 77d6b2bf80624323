import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { createContext, runInContext, Script } from 'node:vm'
import { anyone, app, owner, resource, role, service, signedIn, t } from 'banyan'
import { manifestOf } from '../../app/manifest.ts'
import { openapi } from '../openapi/openapi.ts'
import { curlOf } from './curl.ts'
import { docsPage } from './docs.ts'
import { html, phrase, prose } from './html.ts'
import { script } from './script.ts'

const Parcel = resource('parcels', {
  sender: t.text({ description: '<img src=x onerror=alert(1)> & "quotes"' }),
  weight: t.integer({ minimum: 1, maximum: 31_500 }),
  kind: t.enum('</script><script>alert(2)</script>', 'box'),
})
  .index('sender', 'createdAt')
  .access({ read: owner('sender'), write: role('clerk') })
  .describe('</details></main><h1>Owned</h1>')

const post = service('post', { resources: { Parcel } })
  .operation('weigh', {
    http: 'POST /parcels/{id}/weigh',
    input: { id: t.id(), note: t.text() },
    description: "Puts it on `the scale`, & that's <b>all</b>.",
    access: signedIn,
    run: () => {},
  })
  .operation('hours', {
    http: 'GET /hours',
    output: { open: t.boolean() },
    access: anyone,
    run: () => ({ open: true }),
  })

const document = openapi(manifestOf(app('post', { version: 'v1', services: [post] })))
const page = docsPage(document, { development: true })
const [markup] = page.html.split('<script>') as [string]

test('the page shows every route once, and every schema', () => {
  const ids = [...page.html.matchAll(/<details class="(?:route|schema)" id="([^"]+)"/g)].map((match) => match[1])
  const operations = Object.values(document.paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId),
  )
  const schemas = Object.keys(document.components.schemas).map((name) => `schema-${name}`)
  assert.deepEqual(ids.sort(), [...operations, ...schemas].sort())
})

test('every link within the page has its target', () => {
  const ids = new Set([...page.html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]))
  for (const [, target] of markup.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.has(target), `there is no #${target}`)
})

test('nothing that an app says becomes markup', () => {
  assert.doesNotMatch(markup, /<img|onerror=alert\(1\)>|<script|<h1>Owned|<b>all/)
  assert.match(markup, /&lt;img src=x onerror=alert\(1\)&gt; &amp; &quot;quotes&quot;/)
  assert.equal(page.html.match(/<\/script>/g)?.length, 1)
  assert.equal(
    html`<p title="${'"><i>'}">${'<i>'}${[html`<b>`, '<u>']}</p>`.text,
    '<p title="&quot;&gt;&lt;i&gt;">&lt;i&gt;<b>&lt;u&gt;</p>',
  )
})

test('descriptions keep their paragraphs and their code', () => {
  assert.equal(prose('One `a<b`.\n\nTwo.').text, '<p>One <code>a&lt;b</code>.</p><p>Two.</p>')
  assert.equal(phrase('a ` alone').text, 'a ` alone')
})

test('the page loads nothing, and its policy allows its own style and script only', () => {
  assert.doesNotMatch(markup, /<[^>]+ (?:src|style|on\w+)=|<link(?! rel="icon" href="data:,")|@import|url\(/)
  assert.doesNotMatch(markup, /<a [^>]*href="(?:\w+:|\/\/)/)
  for (const tag of ['script', 'style'] as const) {
    const [, text] = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page.html)!
    const hash = createHash('sha256').update(text!).digest('base64')
    assert.ok(page.contentSecurityPolicy.includes(`${tag}-src 'sha256-${hash}'`))
  }
  assert.match(page.contentSecurityPolicy, /default-src 'none'/)
  assert.doesNotMatch(page.contentSecurityPolicy, /unsafe/)
})

test('the script is JavaScript, and writes commands as the page does', () => {
  new Script(script())
  const request = { method: 'PUT', url: 'http://localhost/a?b[in]=c', headers: { 'If-Match': '"v1"' }, body: "it's" }
  const carried = runInContext(`${script().split('\nconst all')[0]}\ncurlOf`, createContext({})) as typeof curlOf
  assert.equal(carried(request), curlOf(request))
})

test('a command survives the shell', () => {
  const body = JSON.stringify({ text: `it's "quoted" $HOME \`id\` \\ back\nline` }, null, 2)
  const url = "http://localhost:4000/v1/parcels?sender[prefix]=O'Neill"
  const command = curlOf({ method: 'PATCH', url, headers: { 'If-Match': '"v1"' }, body })
  const script = command.replace(/^curl /, "printf '%s\\0' ")
  const given = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)
  assert.deepEqual(given, ['-i', '-g', '-X', 'PATCH', url, '-H', 'If-Match: "v1"', '-d', body])
})

test('in development a command has the identity that its route needs, else a place for a token', () => {
  const commandOf = (id: string, of = page) => new RegExp(`<pre id="curl-${id}"[^>]*>([^<]*)</pre>`).exec(of.html)![1]!
  assert.match(commandOf('parcels.list'), /Authorization: Bearer dev:ada&#39;/)
  assert.match(commandOf('parcels.create'), /Authorization: Bearer dev:ada:clerk&#39;/)
  assert.doesNotMatch(commandOf('post.hours'), /Authorization/)
  const production = docsPage(document, { development: false })
  assert.match(commandOf('parcels.create', production), /Bearer YOUR_TOKEN/)
  assert.doesNotMatch(production.html, /dev:/)
})

test('the same document gives the same page', () => {
  assert.equal(docsPage(document, { development: true }).html, page.html)
})
