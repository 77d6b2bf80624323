import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { basename } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

/** The client with everything that it imports at run time, as a browser would load it. */
function modules(): Map<string, string> {
  const found = new Map<string, string>()
  const follow = (url: URL) => {
    if (found.has(url.href)) return
    const code = stripTypeScriptTypes(readFileSync(url, 'utf8'))
    found.set(url.href, code)
    for (const [, specifier] of code.matchAll(/\bfrom\s+'([^']+)'/g)) {
      assert.match(specifier!, /^\.\.?\//, `${basename(url.pathname)} imports ${specifier}, which browsers do not have`)
      follow(new URL(specifier!, url))
    }
  }
  follow(new URL('./client.ts', import.meta.url))
  return found
}

test('the client is small and imports only itself and pure functions of core', (context) => {
  const all = modules()
  const foreign = [...all.keys()].filter((href) => !href.includes('/src/client/')).map((href) => href.split('/src/')[1])
  assert.deepEqual(foreign.toSorted(), ['core/backoff.ts', 'core/duration.ts'])
  const code = [...all.values()]
    .join('\n')
    .replaceAll(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    .replaceAll(/\s*\n\s*/g, '\n')
    .replaceAll(/ +/g, ' ')
  const bytes = { plain: Buffer.byteLength(code), gzip: gzipSync(code).length }
  context.diagnostic(`${bytes.plain} bytes without comments, ${bytes.gzip} compressed`)
  assert.ok(bytes.gzip < 8_000, `${bytes.gzip} bytes compressed`)
})

test('the client works where nothing of Node’s own is', () => {
  const script = `
    new Headers() // Node loads its own with the first use, and they need the rest.
    for (const name of ['Buffer', 'process', 'global', 'setImmediate', 'clearImmediate']) delete globalThis[name]
    const { bookmarkOf, client } = await import(${JSON.stringify(new URL('./client.ts', import.meta.url).href)})
    const bookmark = btoa(JSON.stringify({ v: 1, stores: { main: { epoch: 'e', position: 1 } } }))
    const api = client('/api', {
      token: 'dev:ada',
      openapi: { paths: { '/v1/books': { post: { operationId: 'books.create' } } } },
      // Node's Response needs its Buffer.
      fetch: async (url, { headers }) => ({
        ok: true,
        headers: new Headers({ 'banyan-bookmark': bookmark }),
        text: async () => JSON.stringify([url, headers.get('idempotency-key').length]),
      }),
    })
    console.log(JSON.stringify([await api.books.create({}), bookmarkOf(api) === bookmark.replaceAll('=', '')]))
  `
  // A call that has its answer keeps nothing alive: the timeout is shorter than that of a call.
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 10_000,
  })
  assert.equal(stderr, '')
  assert.equal(stdout, '[["/api/v1/books",32],true]\n')
})
