import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyone, app, resource, service, t, where } from '../../src/index.ts'
import { api, topologies } from './api.ts'
import { labSuite } from './lab-suite.ts'

labSuite('access', (it) => {
  const vault = (holder: string) =>
    it.got('POST /v1/vaults', { as: holder, body: { holder, content: `of ${holder}` } }) as Promise<{ id: string }>
  const paper = (team: string, stage = 'draft') => it.made('papers', { team, stage, title: it.word() })
  const titles = async (query: string, as: string) =>
    (await it.got(`GET /v1/papers?${query}`, { as })).data.map(({ title }: { title: string }) => title)

  test('credentials are taken in their form or refused, never ignored', async () => {
    const asked = (authorization: string, path = '/v1/samples') => it.ask(`GET ${path}`, { headers: { authorization } })
    for (const authorization of ['Bearer dev:ada', 'bearer dev:ada:operator', 'Bearer dev:ada:a,b-c,d_e'])
      assert.equal((await asked(authorization)).status, 200, authorization)
    assert.equal((await asked(`Bearer dev:${'x'.repeat(128)}`)).status, 200)
    for (const authorization of [
      '',
      'Bearer',
      'Bearer dev:',
      'Bearer dev: ada',
      'Bearer dev:ada:',
      'Bearer dev:ada:a,',
      'Bearer dev:ada:a:b',
      'Bearer dev:a,b',
      'Basic YWRhOng=',
      'dev:ada',
      'Bearer eyJhbGciOiJub25lIn0.e30.',
      `Bearer dev:${'x'.repeat(129)}`,
      `Bearer dev:ada:${Array.from({ length: 33 }, (_, at) => `r${at}`)}`,
    ]) {
      const answer = await asked(authorization)
      assert.deepEqual([authorization, answer.status, answer.body.code], [authorization, 401, 'CREDENTIALS_INVALID'])
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
    }
  })

  test('what is private to others is 404 in every way in which it could be asked for', async () => {
    const { id } = await vault('ada')
    for (const [request, body] of [
      [`GET /v1/vaults/${id}`, undefined],
      [`HEAD /v1/vaults/${id}`, undefined],
      [`PATCH /v1/vaults/${id}`, { content: 'mine' }],
      [`PUT /v1/vaults/${id}`, { holder: 'eve', content: 'mine' }],
      [`DELETE /v1/vaults/${id}`, undefined],
    ] as const) {
      for (const headers of [{}, { 'if-match': '"v1"' }, { 'if-match': '"v9"' }, { 'if-none-match': '*' }])
        assert.equal((await it.ask(request, { as: 'eve', body, headers })).status, 404, request)
      const known = await it.ask(request, { as: 'eve', body })
      const missing = await it.ask(request.replace(id, '01a20af5-1baf-7885-9aa2-7ca04b9899c9'), { as: 'eve', body })
      if (known.body === '') continue
      const words = ({ code, title, hint, status }: any) => [code, title, hint, status]
      assert.deepEqual(words(known.body), words(missing.body))
      assert.equal(known.body.detail.replace(id, 'x'), missing.body.detail.replace(/01a2[\w-]+/, 'x'))
    }
    await it.refused(401, 'SIGN_IN_NEEDED', `GET /v1/vaults/${id}`)
    assert.equal((await it.got(`GET /v1/vaults/${id}`, { as: 'ada' })).content, 'of ada')
    assert.equal((await it.got(`GET /v1/vaults/${id}`, { as: 'bob:auditor' })).content, 'of ada')
  })

  test('an owner gives nothing away and takes nothing from others', async () => {
    await it.refused(403, 'FORBIDDEN', 'POST /v1/vaults', { as: 'eve', body: { holder: 'ada', content: 'x' } })
    const { id } = await vault('ada')
    await it.refused(403, 'FORBIDDEN', `PATCH /v1/vaults/${id}`, { as: 'ada', body: { holder: 'eve' } })
    await it.refused(403, 'FORBIDDEN', `PUT /v1/vaults/${id}`, { as: 'ada', body: { holder: 'eve', content: 'x' } })
    assert.equal((await it.got(`GET /v1/vaults/${id}`, { as: 'ada' })).version, 1)
    assert.deepEqual((await it.got('GET /v1/vaults?holder=ada', { as: 'eve' })).data, [])
  })

  test("a list shows the caller's rows, page by page, and an auditor everything", async () => {
    const [one, two] = [it.word(), it.word()]
    const mine = [await vault(one), await vault(one), await vault(one)].map(({ id }) => id)
    await vault(two)
    const first = await it.got('GET /v1/vaults?limit=2', { as: one })
    const rest = await it.got(`GET /v1/vaults?limit=2&after=${first.page.next}`, { as: one })
    assert.deepEqual(
      [...first.data, ...rest.data].map(({ id }) => id),
      mine,
    )
    assert.equal(rest.page.next, null)
    await it.refused(400, 'CURSOR_INVALID', `GET /v1/vaults?after=${first.page.next}`, { as: two })
    await it.refused(400, 'CURSOR_INVALID', `GET /v1/vaults?after=${first.page.next}`, { as: 'x:auditor' })
    assert.equal((await it.got(`GET /v1/vaults?holder=${one}`, { as: 'x:auditor' })).data.length, 3)
    assert.deepEqual((await it.got(`GET /v1/vaults?holder[in]=${two},${one}`, { as: one })).data.length, 3)
    assert.deepEqual((await it.got(`GET /v1/vaults?holder=${two}`, { as: one })).data, [])
    for (const query of [`holder[gte]=${one}`, `holder[prefix]=${one.slice(0, 4)}`, `id[gt]=${mine[0]}`])
      assert.ok([200, 400].includes((await it.ask(`GET /v1/vaults?${query}`, { as: two })).status))
    for (const query of ['', 'sort=-id', `holder[in]=${one},${two}`, `id[in]=${mine}`, `id[gt]=${mine[0]}`]) {
      const { body } = await it.ask(`GET /v1/vaults?${query}`, { as: two })
      for (const row of body.data ?? []) assert.equal(row.holder, two, query)
    }
    await it.refused(401, 'SIGN_IN_NEEDED', 'GET /v1/vaults')
  })

  test("a rule on the caller's roles filters by all of them", async () => {
    const [red, blue] = [it.word(), it.word()]
    const [one, two] = [await paper(red), await paper(blue)]
    assert.deepEqual(await titles('', `ada:${red}`), [one.title])
    assert.deepEqual((await titles('sort=stage', `ada:${red},${blue}`)).toSorted(), [one.title, two.title].toSorted())
    assert.deepEqual(await titles(`team=${blue}`, `ada:${red},${blue}`), [two.title])
    assert.deepEqual(await titles(`team=${blue}&stage=draft`, `ada:${red},${blue}`), [two.title])
    assert.deepEqual(await titles(`team=${blue}`, `ada:${red}`), [])
    assert.deepEqual(await titles('', 'ada:nothing'), [])
    assert.deepEqual(await titles('', 'ada'), [])
    assert.deepEqual(await titles(`team=${red}`, 'ed:editor'), [one.title])
    await it.refused(404, 'STORE_MISSING', `GET /v1/papers/${one.id}`, { as: `ada:${blue}` })
    assert.equal((await it.got(`GET /v1/papers/${one.id}`, { as: `ada:${blue},${red}` })).id, one.id)
    const printed = await paper(red, 'printed')
    assert.equal((await it.got(`GET /v1/papers/${printed.id}`)).id, printed.id)
    assert.equal((await it.got(`GET /v1/papers/${printed.id}`, { as: 'x' })).id, printed.id)
  })

  test('a rule on the state of a row tests it before and after a change', async () => {
    const { id } = await paper('red')
    await it.got(`PATCH /v1/papers/${id}`, { body: { title: 'by anyone, while it is a draft' } })
    await it.refused(403, 'FORBIDDEN', `PATCH /v1/papers/${id}`, { body: { stage: 'printed' } })
    const printed = await paper('red', 'printed')
    await it.refused(404, 'STORE_MISSING', `PATCH /v1/papers/${printed.id}`, { body: { title: 'x' } })
    await it.refused(404, 'STORE_MISSING', `DELETE /v1/papers/${printed.id}`)
    assert.equal((await it.ask(`DELETE /v1/papers/${id}`)).status, 204)
    await it.refused(405, 'METHOD_NOT_ALLOWED', `PUT /v1/papers/${printed.id}`, { body: {} })
  })

  test('who may not is told so before anything of the request is looked at', async () => {
    for (const body of [{}, { nope: 1 }, { teeth: 'x' }]) {
      await it.refused(401, 'SIGN_IN_NEEDED', 'POST /v1/keys', { body })
      await it.refused(401, 'SIGN_IN_NEEDED', 'PATCH /v1/keys/x', { body })
      await it.refused(401, 'SIGN_IN_NEEDED', 'PUT /v1/keys/x', { body })
    }
    await it.refused(401, 'SIGN_IN_NEEDED', 'DELETE /v1/keys/x')
  })

  test('an included row is null where the caller may not read it, as where there is none', async () => {
    const { id } = await vault('ada')
    const key = await it.got('POST /v1/keys', { as: 'ada', body: { vault: id, teeth: 1 } })
    const list = async (as?: string) => {
      const answer = await it.ask(`GET /v1/keys?vault=${id}&include=vault,spare`, as === undefined ? {} : { as })
      return { ...answer, included: answer.body.data[0].included }
    }
    assert.deepEqual((await list('ada')).included.vault.content, 'of ada')
    assert.deepEqual((await list('bob:auditor')).included.vault.content, 'of ada')
    assert.deepEqual((await list('eve')).included, { vault: null, spare: null })
    assert.deepEqual((await list()).included, { vault: null, spare: null })
    await it.got(`PATCH /v1/keys/${key.id}`, { as: 'ada', body: { spare: key.id } })
    assert.deepEqual(Object.keys((await list()).included.spare).includes('included'), false, 'one level')
  })

  test("an answer that includes what depends on the caller is the caller's own", async () => {
    const { id } = await vault('ada')
    await it.got('POST /v1/keys', { as: 'ada', body: { vault: id, teeth: 1 } })
    const caching = async (query: string) =>
      (await it.ask(`GET /v1/keys?${query}`, { as: 'ada' })).headers.get('cache-control')
    assert.equal(await caching(`vault=${id}`), 'no-cache')
    assert.equal(await caching(`vault=${id}&include=spare`), 'no-cache')
    assert.equal(await caching(`vault=${id}&include=vault`), 'private, no-cache')
    assert.equal(await caching(`vault=${id}&include=spare,vault`), 'private, no-cache')
  })

  test('private fields can be given, read, filtered and sorted by nobody', async () => {
    const { body: row } = await it.ask('POST /v1/accounts', { as: 'ada', body: { number: it.word() } })
    for (const query of [
      'pin=x',
      'pin[prefix]=p',
      'token=x',
      'sort=pin',
      'fields=pin',
      'fields=id,token',
      'include=pin',
    ]) {
      const { status, body } = await it.ask(`GET /v1/accounts?${query}`)
      assert.equal(status, 400, query)
      assert.equal(JSON.stringify(body).includes('pin-of'), false)
    }
    for (const body of [{ pin: 'x' }, { token: null }])
      for (const method of ['PATCH', 'PUT'])
        await it.refused(422, 'INVALID', `${method} /v1/accounts/${row.id}`, {
          as: 'ada',
          body: { ...(method === 'PUT' ? { number: row.number } : {}), ...body },
        })
    await it.refused(422, 'INVALID', 'POST /v1/accounts', { as: 'ada', body: { number: 'x', pin: 'x' } })
  })
})

for (const [name, topology] of Object.entries(topologies))
  test(`a constant of a rule is the same value however it is written, over ${name}`, async () => {
    const at = '2030-01-01T01:00:00+01:00'
    const Offer = resource('offers', { price: t.decimal(6, 2), from: t.timestamp() })
      .index('price')
      .access({ create: anyone, get: where('from', 'eq', at), list: where('price', 'in', ['1.5', '2']) })
    const offers = service('offers', { resources: { Offer } }).operation('ask', {
      http: 'POST /ask',
      input: { price: t.decimal(6, 2) },
      access: where('price', 'eq', '7'),
      run: () => {},
    })
    await using it = await api(topology, app('offers', { version: 'v1', services: [offers] }))
    const made = async (price: string, from: string) =>
      (await it.ask('POST /v1/offers', { body: { price, from } })).body.id as string
    const [one, two, three] = [
      await made('1.50', at),
      await made('2', '2030-01-01T00:00:00Z'),
      await made('1.51', '2030-01-01T00:00:00.001Z'),
    ]
    const statuses = await Promise.all(
      [one, two, three].map(async (id) => (await it.ask(`GET /v1/offers/${id}`)).status),
    )
    assert.deepEqual(statuses, [200, 200, 404])
    const { body } = await it.ask('GET /v1/offers')
    assert.deepEqual(
      body.data.map(({ price }: { readonly price: string }) => price),
      ['1.50', '2.00'],
    )
    assert.equal((await it.ask('GET /v1/offers?price=2.0')).body.data.length, 1)
    assert.equal((await it.ask('POST /v1/ask', { body: { price: '7.0' } })).status, 204)
    assert.equal((await it.ask('POST /v1/ask', { body: { price: '7.01' } })).status, 403)
  })
