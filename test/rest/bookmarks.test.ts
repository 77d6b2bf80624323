import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lab } from './lab.ts'
import { labSuite } from './lab-suite.ts'

labSuite('bookmarks', (it) => {
  const header = 'banyan-bookmark'
  const decoded = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString())
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const write = async () => (await it.ask('POST /v1/samples', { as: 'ada', body: { group: 'g' } })).headers.get(header)!
  const read = async (headers: Record<string, string>) =>
    (await it.ask('GET /v1/samples?limit=1', { headers })).headers.get(header)!

  test('an answer says how far its store had come: an epoch, and a position that grows with every commit', async () => {
    const first = decoded(await write())
    assert.deepEqual(Object.keys(first), ['v', 'stores'])
    assert.equal(first.v, 1)
    const second = decoded(await write())
    assert.equal(second.stores.main.epoch, first.stores.main.epoch)
    assert.ok(second.stores.main.position > first.stores.main.position)
    assert.deepEqual(decoded(await read({})), second)
  })

  test("every answer that touched a store has one, refusals of the store's own included or not, and never an older one", async () => {
    const written = await write()
    for (const request of ['GET /v1/samples', 'HEAD /v1/samples', 'GET /v1/samples?group=nobody'])
      assert.equal((await it.ask(request, { headers: { [header]: written } })).headers.get(header), written)
    const { id } = await it.made('samples', { group: 'g' })
    const answer = await it.ask(`GET /v1/samples/${id}`, { headers: { 'if-none-match': '"v1"' } })
    assert.equal(answer.status, 304)
    assert.notEqual(answer.headers.get(header), null)
    lab.run = ({ data }) => data.transaction((tx) => tx.places.get('nothing'))
    assert.notEqual((await it.ask('POST /v1/plain', { as: 'ada' })).headers.get(header), null)
  })

  test('a cookie carries it for browsers, only on answers to writes of a signed-in caller', async () => {
    const cookieOf = async (...asked: Parameters<typeof it.ask>) => (await it.ask(...asked)).headers.get('set-cookie')
    const cookie = await cookieOf('POST /v1/samples', { as: 'ada', body: { group: 'g' } })
    assert.match(cookie!, /^Banyan-Bookmark=[\w-]+; Path=\/; HttpOnly; SameSite=Lax$/)
    assert.equal(await cookieOf('POST /v1/samples', { body: { group: 'g' } }), null)
    assert.equal(await cookieOf('GET /v1/samples', { as: 'ada' }), null)
    assert.equal(await cookieOf('GET /v1/vaults', { as: 'ada' }), null)
    const text = /=([\w-]+)/.exec(cookie!)![1]!
    assert.equal(await read({ cookie: `a=b; Banyan-Bookmark=${text}; c=d` }), await read({}))
    const ahead = decoded(text)
    ahead.stores.main.position += 1_000_000
    assert.match(await read({ cookie: `Banyan-Bookmark=${encoded(ahead)}` }), /^lost, /)
    assert.equal(await read({ cookie: `Other-Banyan-Bookmark=${encoded(ahead)}` }), await read({}))
    assert.equal(await read({ cookie: 'Banyan-Bookmark=%%%; Banyan-Bookmark' }), await read({}))
  })

  test('one that is ahead of the store, or of another history, is answered at once, and said to be lost', async () => {
    const written = await write()
    const { stores } = decoded(written)
    for (const main of [
      { ...stores.main, position: stores.main.position + 1 },
      { ...stores.main, position: Number.MAX_SAFE_INTEGER },
      { ...stores.main, epoch: 'another' },
      { epoch: '', position: 0 },
    ]) {
      const began = performance.now()
      const answer = await read({ [header]: encoded({ v: 1, stores: { main } }) })
      assert.equal(answer, `lost, ${written}`)
      assert.ok(performance.now() - began < 5_000)
    }
    const write_ = await it.ask('POST /v1/samples', {
      as: 'ada',
      body: { group: 'g' },
      headers: { [header]: encoded({ v: 1, stores: { main: { ...stores.main, epoch: 'another' } } }) },
    })
    assert.equal(write_.status, 201)
    assert.match(write_.headers.get(header)!, /^lost, /)
  })

  test('garbage and forgeries are ignored', async () => {
    const now = await read({})
    const { stores } = decoded(now)
    for (const text of [
      '',
      'garbage',
      '%00',
      'lost',
      `lost, ${now}`,
      'bnVsbA',
      encoded(null),
      encoded([]),
      encoded({ v: 2, stores }),
      encoded({ v: 1 }),
      encoded({ v: 1, stores: null }),
      encoded({ v: 1, stores: { main: null } }),
      encoded({ v: 1, stores: { main: { epoch: 1, position: 1 } } }),
      encoded({ v: 1, stores: { main: { ...stores.main, position: -1 } } }),
      encoded({ v: 1, stores: { main: { ...stores.main, position: 1.5 } } }),
      encoded({ v: 1, stores: { main: { ...stores.main, position: '9' } } }),
      'x'.repeat(5000),
    ])
      assert.equal(await read({ [header]: text }), now, text.slice(0, 60))
    assert.equal(await read({ [header]: encoded({ v: 1, stores: { main: { ...stores.main, position: 0 } } }) }), now)
  })

  test('what a caller has seen of other stores goes back to it unchanged', async () => {
    const other = { epoch: 'e', position: 7 }
    const answer = decoded(await read({ [header]: encoded({ v: 1, stores: { other } }) }))
    assert.deepEqual(answer.stores.other, other)
    assert.equal(typeof answer.stores.main.epoch, 'string')
  })
})
