import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import fc from 'fast-check'
import { type Lab, labSuite } from './lab-suite.ts'
import rail from './rail.ts'

const deprecation = '@1780272000'
const sunset = 'Tue, 01 Jun 2027 00:00:00 GMT'

const suite = (subject: string, define: (it: Lab) => void) =>
  labSuite(
    `an older version: ${subject}`,
    (it) => {
      before(async () => {
        for (const id of ['LAX', 'PHX', 'SFO', 'EGLL'])
          await it.got(`PUT /v2/stations/${id}`, { as: 'ada', body: { name: `Station ${id}` } })
      })
      define(it)
    },
    undefined,
    rail,
  )

let numbers = 0

/** A train as v2 has it. */
const train = (more: object = {}) => ({
  number: `T${numbers++}`,
  origin: 'LAX',
  destination: 'PHX',
  departsAt: '2030-01-01T08:00:00.000Z',
  price: '199.90',
  currency: 'GBP',
  ...more,
})

/** A train as v1 has it. */
const oldTrain = (more: object = {}) => ({
  number: `T${numbers++}`,
  route: 'LAX-PHX',
  departure: '2030-01-01T08:00:00.000Z',
  fare: 19990,
  ...more,
})

const made = (it: Lab, version: string, value: object) =>
  it.got(`POST /${version}/trains`, { as: 'ada', body: value }) as Promise<Record<string, any>> // `any`: tests look into rows of both shapes.

suite('reading', (it) => {
  test('a row has the fields, the names and the order of the version', async () => {
    const { body: now } = await it.ask('POST /v2/trains', {
      as: 'ada',
      body: train({ stage: 'boarding', notes: { a: [1] }, depot: 'north' }),
    })
    const { body, headers } = await it.ask(`GET /v1/trains/${now.id}`)
    assert.deepEqual(Object.entries(body), [
      ['id', now.id],
      ['number', now.number],
      ['route', 'LAX-PHX'],
      ['departure', now.departsAt],
      ['fare', 19990],
      ['stage', 'open'],
      ['operator', null],
      ['replacement', null],
      ['remarks', { a: [1] }],
      ['depot', 'north'],
      ['platform', null],
      ['createdAt', now.createdAt],
      ['updatedAt', now.updatedAt],
      ['version', 1],
    ])
    assert.equal(headers.get('etag'), '"v1"')
    assert.equal((await it.ask(`HEAD /v1/trains/${now.id}`)).headers.get('etag'), '"v1"')
  })

  test('a tag is the version of the row in both, and tells whether it has changed', async () => {
    const { id } = await made(it, 'v2', train())
    const asked = (version: string, tag: string, query = '') =>
      it.ask(`GET /${version}/trains/${id}${query}`, { headers: { 'if-none-match': tag } })
    for (const version of ['v1', 'v2']) assert.equal((await asked(version, '"v1"')).status, 304)
    await it.got(`PATCH /v1/trains/${id}`, { as: 'ada', body: { fare: 5 } })
    for (const version of ['v1', 'v2']) assert.equal((await asked(version, '"v1"')).status, 200)
    const { headers } = await it.ask(`GET /v1/trains/${id}?fields=fare,departure`)
    assert.equal((await asked('v1', headers.get('etag')!, '?fields=fare,departure')).status, 304)
    assert.equal((await asked('v1', headers.get('etag')!, '?fields=fare')).status, 200)
  })

  test('fields are those of the version, computed ones too, in the order asked for', async () => {
    const { id } = await made(it, 'v2', train())
    const fields = async (names: string) => JSON.stringify(await it.got(`GET /v1/trains/${id}?fields=${names}`))
    assert.equal(await fields('fare,route,version'), '{"fare":19990,"route":"LAX-PHX","version":1}')
    assert.equal(await fields('departure,id'), `{"departure":"2030-01-01T08:00:00.000Z","id":"${id}"}`)
    for (const name of ['price', 'departsAt', 'currency', 'pin', '~price', 'origin'])
      await it.refused(400, 'PARAMETER_INVALID', `GET /v1/trains/${id}?fields=${name}`)
  })

  test('lists filter and sort by fields that are unchanged or renamed', async () => {
    const depot = it.word()
    const days = ['2030-03-01', '2030-01-01', '2030-02-01'].map((day) => `${day}T00:00:00.000Z`)
    for (const departsAt of days) await made(it, 'v2', train({ depot, departsAt }))
    const departures = async (query: string) =>
      (await it.got(`GET /v1/trains?depot=${depot}&${query}`)).data.map(({ departure }: any) => departure.slice(5, 7))
    assert.deepEqual(await departures('sort=departure'), ['01', '02', '03'])
    assert.deepEqual(await departures('sort=-departure'), ['03', '02', '01'])
    assert.deepEqual(await departures(`departure[gte]=${days[2]}`), ['02', '03'])
    assert.deepEqual(await departures(`departure[gt]=${days[1]}&departure[lt]=${days[0]}&sort=-departure`), ['02'])
    assert.deepEqual((await departures(`departure[in]=${days[0]},${days[1]}`)).sort(), ['01', '03'])
  })

  test('pages follow one another under the version, and a cursor means the same in both', async () => {
    const depot = it.word()
    for (const day of ['01', '02', '03'])
      await made(it, 'v2', train({ depot, departsAt: `2030-01-${day}T00:00:00.000Z` }))
    const first = await it.ask(`GET /v1/trains?depot=${depot}&sort=departure&limit=2`)
    const links = first.headers.get('link')!.split(', ')
    assert.match(
      links[0]!,
      new RegExp(`^</v1/trains\\?depot=${depot}&sort=departure&limit=2&after=[^>]+>; rel="next"$`),
    )
    assert.equal(links[1], '</v2/trains>; rel="successor-version"')
    const rest = await it.got(`GET ${links[0]!.slice(1).split('>')[0]}`)
    assert.deepEqual([rest.data.length, rest.page.next], [1, null])
    const { data } = await it.got(`GET /v2/trains?depot=${depot}&sort=departsAt&limit=2&after=${first.body.page.next}`)
    assert.equal(data[0].id, rest.data[0].id)
  })

  test('a computed field has no filter and no order, and the refusal says what it is made of', async () => {
    for (const query of ['fare=1', 'fare[gt]=1', 'route=LAX-PHX', 'route[prefix]=LAX', 'stage=open']) {
      const { body } = await it.refused(400, 'PARAMETER_UNKNOWN', `GET /v1/trains?${query}`)
      assert.match(
        body.errors[0].detail,
        /^is made of (price|origin, destination|stage), and no list goes by it; .*depot/,
      )
      assert.match(body.hint, /\/v1\/openapi\.json/)
    }
    await it.refused(400, 'PARAMETER_INVALID', 'GET /v1/trains?sort=fare')
    for (const query of ['price=1', 'origin=LAX', 'departsAt=2030-01-01T00:00:00.000Z', '~price=1', 'currency=EUR'])
      await it.refused(400, 'PARAMETER_UNKNOWN', `GET /v1/trains?${query}`)
  })

  test('a list that no path answers is refused in the words of the version', async () => {
    const { body } = await it.refused(
      400,
      'LIST_UNSUPPORTED',
      'GET /v1/trains?departure=2030-01-01T00:00:00.000Z&number=T1',
    )
    assert.match(
      body.detail,
      /filters departure, number; declared are \(id\), \(depot, departure\), \(departure\), \(number\)/,
    )
    assert.doesNotMatch(body.detail, /departsAt|origin|price/)
  })

  test('lists are searched and counted, narrowed by fields under their names in the version', async () => {
    const line = it.word()
    for (const [id, name] of [
      ['QAA', 'Grand Central'],
      ['QAB', 'Central Park'],
      ['QAC', 'Parkway'],
    ] as const)
      await it.got(`PUT /v2/stations/${id}`, { as: 'ada', body: { name, line, motto: 'onwards' } })
    const found = await it.got(`GET /v1/stations?search=central&track=${line}&total=true&fields=title`)
    assert.deepEqual(found.data.map(({ title }: any) => title).sort(), ['Central Park', 'Grand Central'])
    assert.deepEqual(found.page.total, { count: 2, kind: 'exact' })
    assert.equal((await it.got(`GET /v1/stations?track=${line}&total=true&limit=1`)).page.total.count, 3)
    const { body } = await it.refused(400, 'SEARCH_UNSUPPORTED', 'GET /v1/stations?search=central&title[gt]=a')
    assert.match(body.detail, /by a range, here of title/)
    const other = await it.refused(400, 'SEARCH_UNSUPPORTED', 'GET /v1/stations?search=central&title=a')
    assert.match(other.body.detail, /cannot be narrowed by title; it goes with track/)
  })

  test('references are included under their names in the version, and the rows in its shape', async () => {
    const spare = await made(it, 'v2', train())
    const { id } = await made(it, 'v2', train({ relief: spare.id }))
    const { included, replacement } = await it.got(`GET /v1/trains/${id}?include=replacement`)
    assert.equal(replacement, spare.id)
    assert.deepEqual(Object.keys(included), ['replacement'])
    assert.deepEqual([included.replacement.fare, included.replacement.price], [19990, undefined])
    const { data } = await it.got(`GET /v1/trains?replacement=${spare.id}&include=replacement&fields=fare`)
    assert.deepEqual(Object.keys(data[0]), ['fare', 'included'])
    assert.equal(data[0].included.replacement.route, 'LAX-PHX')
    await it.refused(400, 'PARAMETER_INVALID', `GET /v1/trains/${id}?include=relief`)
    await it.refused(400, 'PARAMETER_INVALID', `GET /v1/trains/${id}?include=route`)
  })

  test('what the version does not know is an id, and no route', async () => {
    const operator = await it.got('POST /v2/operators', { as: 'ada', body: { name: 'Northern' } })
    const { id } = await made(it, 'v2', train({ operator: operator.id }))
    assert.equal((await it.got(`GET /v1/trains/${id}`)).operator, operator.id)
    await it.refused(400, 'PARAMETER_INVALID', `GET /v1/trains/${id}?include=operator`)
    await it.refused(404, 'ROUTE_MISSING', 'GET /v1/operators')
    await it.refused(404, 'ROUTE_MISSING', `GET /v1/operators/${operator.id}`)
    await it.refused(405, 'METHOD_NOT_ALLOWED', 'POST /v1/trains/merge', { as: 'ada' })
    assert.equal((await it.ask('POST /v2/trains/merge', { as: 'ada' })).status, 204)
  })

  test('callers see in it what they see anyhow, by rules on fields that it calls otherwise or does not show', async () => {
    const { id } = await made(it, 'v2', train())
    const ticket = await it.got('POST /v2/tickets', { as: 'eve', body: { train: id, seats: 1, category: 'first' } })
    assert.equal((await it.got(`GET /v1/tickets/${ticket.id}`, { as: 'eve' })).passenger, 'eve')
    await it.refused(404, 'STORE_MISSING', `GET /v1/tickets/${ticket.id}`, { as: 'bob' })
    assert.deepEqual((await it.got(`GET /v1/tickets?passenger=eve`, { as: 'bob' })).data, [])
    assert.equal((await it.got(`GET /v1/tickets?passenger=eve&sort=createdAt`, { as: 'eve' })).data[0].ride, id)
    const team = it.word()
    const memo = await it.got('POST /v2/memos', { as: 'ada', body: { from: 'ada', team } })
    assert.deepEqual(Object.keys(await it.got(`GET /v1/memos/${memo.id}`, { as: `x:${team}` })).slice(0, 3), [
      'id',
      'sender',
      'body',
    ])
    await it.refused(404, 'STORE_MISSING', `GET /v1/memos/${memo.id}`, { as: 'x:other' })
    assert.equal((await it.got('GET /v1/memos?sort=-createdAt', { as: `x:${team}` })).data[0].id, memo.id)
    await it.refused(400, 'PARAMETER_UNKNOWN', `GET /v1/memos?team=${team}`, { as: `x:${team}` })
  })
})

suite('writing', (it) => {
  const now = (id: string) => it.got(`GET /v2/trains/${id}`)
  const then = (id: string) => it.got(`GET /v1/trains/${id}`)
  const pointers = ({ errors }: { errors: { pointer: string }[] }) => errors.map(({ pointer }) => pointer).sort()

  test('what is made in the version is there in both, and lies under its own path', async () => {
    const { status, headers, body } = await it.ask('POST /v1/trains', {
      as: 'ada',
      body: oldTrain({ fare: 5, stage: 'closed', remarks: { a: 1 }, depot: 'south', platform: null }),
    })
    assert.equal(status, 201)
    assert.equal(headers.get('location'), `/v1/trains/${body.id}`)
    assert.equal(headers.get('etag'), '"v1"')
    assert.deepEqual(await then(body.id), body)
    const { number } = body
    assert.deepEqual(
      Object.entries(await now(body.id)).slice(1, 12),
      Object.entries({
        ...{ number, origin: 'LAX', destination: 'PHX', departsAt: '2030-01-01T08:00:00.000Z', price: '0.05' },
        ...{ currency: 'EUR', stage: 'left', operator: null, relief: null, notes: { a: 1 }, depot: 'south' },
      }),
    )
  })

  test('what may be left out has its default', async () => {
    const { id, stage } = await made(it, 'v1', oldTrain())
    assert.deepEqual([stage, (await now(id)).stage], ['open', 'planned'])
  })

  test('a patch changes what it names, and what that was made of', async () => {
    const { id } = await made(it, 'v2', train({ stage: 'boarding', notes: { a: 1, b: { c: 2 } } }))
    const patch = async (body: object) => {
      await it.got(`PATCH /v1/trains/${id}`, {
        as: 'ada',
        body,
        headers: { 'content-type': 'application/merge-patch+json' },
      })
      const { createdAt: _, updatedAt: __, ...row } = await now(id)
      return row
    }
    const before = await patch({})
    assert.deepEqual(await patch({ fare: 12 }), { ...before, price: '0.12', version: 3 })
    assert.deepEqual(await patch({ route: 'SFO-EGLL' }), {
      ...before,
      price: '0.12',
      origin: 'SFO',
      destination: 'EGLL',
      version: 4,
    })
    assert.deepEqual((await patch({ remarks: { a: null, b: { d: 3 } } })).notes, { b: { c: 2, d: 3 } })
    assert.deepEqual((await patch({ departure: '2031-01-01T01:00:00+01:00' })).departsAt, '2031-01-01T00:00:00.000Z')
    assert.equal((await patch({ stage: 'open' })).stage, 'boarding', 'it shows that already')
    assert.equal((await patch({ stage: 'closed' })).stage, 'left')
    assert.equal((await patch({ remarks: null })).notes, null)
    assert.equal((await patch({ platform: null })).currency, 'GBP')
  })

  test('a patch is merged into JSON that is made of other fields', async () => {
    const { id, body } = await it.got('POST /v1/memos', { as: 'ada', body: { sender: 'ada', body: { subject: 'a' } } })
    assert.deepEqual(body, { subject: 'a' })
    const patch = async (version: number, value: unknown) => {
      const headers = { 'if-match': `"v${version}"` }
      const answer = await it.got(`PATCH /v1/memos/${id}`, { as: 'ada', body: { body: value }, headers })
      const row = await it.got(`GET /v2/memos/${id}?fields=subject,words`, { as: 'x:crew' })
      return [answer.body, row]
    }
    assert.deepEqual(await patch(1, { words: 'b' }), [
      { subject: 'a', words: 'b' },
      { subject: 'a', words: 'b' },
    ])
    assert.deepEqual(await patch(2, { subject: 'c', words: null }), [{ subject: 'c' }, { subject: 'c', words: '' }])
    for (const value of [{ subject: null }, { other: 1 }, null, 'text'])
      await it.refused(422, 'INVALID', `PATCH /v1/memos/${id}`, {
        as: 'ada',
        body: { body: value },
        headers: { 'if-match': '"v3"' },
      })
  })

  test('a replacement keeps what the version cannot show', async () => {
    const { id } = await made(it, 'v2', train({ stage: 'boarding', depot: 'north' }))
    const shown = await then(id)
    const { createdAt: _, updatedAt: __, version: ___, id: ____, ...given } = shown
    const again = await it.got(`PUT /v1/trains/${id}`, { as: 'ada', body: given })
    assert.deepEqual({ ...again, updatedAt: shown.updatedAt, version: 1 }, shown)
    assert.deepEqual([(await now(id)).currency, (await now(id)).stage], ['GBP', 'boarding'])
    await it.got(`PUT /v1/trains/${id}`, { as: 'ada', body: oldTrain({ fare: 7, stage: 'closed' }) })
    const { price, stage, currency, notes, depot } = await now(id)
    assert.deepEqual([price, stage, currency, notes, depot], ['0.07', 'left', 'GBP', null, 'north'])
    await it.refused(422, 'INVALID', `PUT /v1/trains/${id}`, { as: 'ada', body: oldTrain({ depot: 'south' }) })
  })

  test('ids that clients give are given in it too', async () => {
    const { status, headers, body } = await it.ask('PUT /v1/stations/ABC', { as: 'ada', body: { title: 'Abc' } })
    assert.deepEqual([status, headers.get('location'), body.title], [201, '/v1/stations/ABC', 'Abc'])
    assert.equal((await it.got('GET /v2/stations/ABC')).name, 'Abc')
    assert.equal((await it.got('GET /v1/stations?title[prefix]=Ab')).data[0].id, 'ABC')
    assert.equal((await it.ask('DELETE /v1/stations/ABC', { as: 'ada' })).status, 204)
    await it.refused(404, 'STORE_MISSING', 'GET /v2/stations/ABC')
    assert.equal((await it.got('POST /v1/stations', { as: 'ada', body: { id: 'ABC', title: 'again' } })).version, 2)
  })

  test('names of the other version are not taken, and none is ignored', async () => {
    const { id } = await made(it, 'v2', train())
    for (const [name, value] of Object.entries({
      price: '1.00',
      departsAt: '2030-01-01T00:00:00.000Z',
      currency: 'EUR',
      pin: 'x',
      '~price': 1,
    }))
      for (const request of ['POST /v1/trains', `PUT /v1/trains/${id}`, `PATCH /v1/trains/${id}`]) {
        const body = request.startsWith('PATCH') ? {} : oldTrain()
        const refused = await it.refused(422, 'INVALID', request, { as: 'ada', body: { ...body, [name]: value } })
        assert.deepEqual(pointers(refused.body), [`/${name.replace('~', '~0')}`])
      }
    const kept = await it.refused(422, 'INVALID', `PATCH /v1/trains/${id}`, { as: 'ada', body: { platform: '7a' } })
    assert.match(kept.body.errors[0].detail, /no longer kept: it can be given as null only/)
    assert.equal((await now(id)).version, 1)
  })

  test('what is wrong is told in the names of the version', async () => {
    const { id, number } = await made(it, 'v1', oldTrain())
    for (const [body, expected] of [
      [{ fare: -1, route: 'lax-phx' }, ['/fare', '/route']],
      [{ fare: '1.00' }, ['/fare']],
      [{ departure: 'tomorrow' }, ['/departure']],
      [{ departure: '1999-01-01T00:00:00.000Z' }, ['/departure']],
      [{ route: 'LAX-LAX' }, ['/route']],
      [{ remarks: { a: 'x'.repeat(70_000) } }, ['/remarks']],
    ] as const)
      for (const request of ['POST /v1/trains', `PUT /v1/trains/${id}`, `PATCH /v1/trains/${id}`]) {
        const whole = request.startsWith('PATCH') ? body : oldTrain(body)
        const answer = await it.refused(422, 'INVALID', request, { as: 'ada', body: whole })
        assert.deepEqual(pointers(answer.body), expected, request)
        assert.doesNotMatch(JSON.stringify(answer.body), /departsAt|notes/)
      }
    const missing = await it.refused(422, 'INVALID', 'POST /v1/trains', { as: 'ada', body: { number: 'x' } })
    assert.deepEqual(pointers(missing.body), ['/departure', '/fare', '/route'])
    const unknown = await it.refused(422, 'STORE_REFERENCE', 'POST /v1/trains', {
      as: 'ada',
      body: oldTrain({ route: 'LAX-ZZZ' }),
    })
    assert.deepEqual(unknown.body.errors, [
      { pointer: '/route', detail: 'becomes destination, which names no row of stations' },
    ])
    const lost = await it.refused(422, 'STORE_REFERENCE', `PATCH /v1/trains/${id}`, {
      as: 'ada',
      body: { replacement: '01941f29-7c00-7000-8000-000000000000' },
    })
    assert.deepEqual(pointers(lost.body), ['/replacement'])
    const taken = await it.refused(409, 'STORE_UNIQUE', 'POST /v1/trains', { as: 'ada', body: oldTrain({ number }) })
    assert.deepEqual(pointers(taken.body), ['/number'])
    const fixed = await it.refused(422, 'INVALID', `PATCH /v1/trains/${id}`, { as: 'ada', body: { depot: 'x' } })
    assert.deepEqual(pointers(fixed.body), ['/depot'])
  })

  test('a change may say which version of the row it was made from', async () => {
    const { id } = await made(it, 'v1', oldTrain())
    await it.got(`PATCH /v2/trains/${id}`, { as: 'ada', body: { price: '1.00' } })
    const headers = { 'if-match': '"v1"' }
    await it.refused(412, 'PRECONDITION_FAILED', `PATCH /v1/trains/${id}`, { as: 'ada', body: { fare: 1 }, headers })
    await it.got(`PATCH /v1/trains/${id}`, { as: 'ada', body: { fare: 1 }, headers: { 'if-match': '"v2"' } })
    const memo = await it.got('POST /v1/memos', { as: 'ada', body: { sender: 'ada' } })
    await it.refused(428, 'PRECONDITION_REQUIRED', `PATCH /v1/memos/${memo.id}`, { as: 'ada', body: { sender: 'eve' } })
  })

  test('rights are asked before anything is converted or told', async () => {
    const { id } = await made(it, 'v2', train())
    for (const body of [{}, { fare: -1 }, { route: 'x' }])
      await it.refused(401, 'SIGN_IN_NEEDED', `PATCH /v1/trains/${id}`, { body })
    const ticket = await it.got('POST /v2/tickets', { as: 'eve', body: { train: id, seats: 1, category: 'first' } })
    await it.refused(404, 'STORE_MISSING', `PATCH /v1/tickets/${ticket.id}`, { as: 'bob', body: { passenger: 7 } })
    await it.refused(403, 'FORBIDDEN', 'POST /v1/tickets', { as: 'bob', body: { ride: id, passenger: 'eve' } })
  })

  test('batches are in the shape of the version, each outcome and each problem', async () => {
    const { id } = await made(it, 'v1', oldTrain())
    const { number } = await made(it, 'v1', oldTrain())
    const operations = [
      { op: 'create', value: oldTrain({ fare: 3 }) },
      { op: 'update', id, value: { fare: 4 } },
      { op: 'update', id, value: { route: 'SFO-SFO' } },
      { op: 'create', value: oldTrain({ number }) },
      { op: 'create', value: { price: '1.00' } },
      { op: 'delete', id },
    ]
    const { outcomes } = await it.got('POST /v1/trains:batch', { as: 'ada', body: { operations } })
    assert.deepEqual(
      outcomes.map(({ status }: any) => status),
      [201, 200, 422, 409, 422, 204],
    )
    assert.deepEqual([outcomes[0].value.fare, outcomes[0].value.price, outcomes[1].value.fare], [3, undefined, 4])
    assert.deepEqual(
      outcomes.slice(2, 5).map(({ problem }: any) => pointers(problem)),
      [['/route'], ['/number'], ['/departure', '/fare', '/number', '/price', '/route']],
    )
  })

  test('an atomic batch points into the member, in the names of the version', async () => {
    const station = (id: string, more: object = {}) => ({ op: 'create', value: { id, title: 'x', ...more } })
    const refused = (operations: object[]) =>
      it.refused(422, 'INVALID', 'POST /v1/stations:batch', { as: 'ada', body: { atomic: true, operations } })
    assert.deepEqual(pointers((await refused([station('QQQ'), station('QQR', { name: 'x' })])).body), [
      '/operations/1/value/name',
    ])
    const { id } = await made(it, 'v1', oldTrain())
    const wrong = await it.refused(422, 'INVALID', 'POST /v1/trains:batch', {
      as: 'ada',
      body: { atomic: true, operations: [{ op: 'update', id, value: { route: 'SFO-SFO' } }] },
    })
    assert.deepEqual(pointers(wrong.body), ['/operations/0/value/route'])
    const { number } = await made(it, 'v1', oldTrain())
    const taken = await it.refused(409, 'STORE_UNIQUE', 'POST /v1/trains:batch', {
      as: 'ada',
      body: { atomic: true, operations: [{ op: 'update', id, value: { number } }] },
    })
    assert.deepEqual(pointers(taken.body), ['/operations/0/value/number'])
  })

  test('a key belongs to the version: neither meets the other, and each gets its own shape again', async () => {
    const key = it.word()
    const headers = { 'idempotency-key': key }
    const [old, current] = [oldTrain(), train()]
    const first = await it.ask('POST /v1/trains', { as: 'ada', body: old, headers })
    const second = await it.ask('POST /v2/trains', { as: 'ada', body: current, headers })
    assert.deepEqual([first.status, second.status], [201, 201])
    assert.notEqual(first.body.id, second.body.id)
    assert.deepEqual((await it.ask('POST /v1/trains', { as: 'ada', body: old, headers })).body, first.body)
    assert.deepEqual((await it.ask('POST /v2/trains', { as: 'ada', body: current, headers })).body, second.body)
    await it.refused(422, 'IDEMPOTENCY_KEY_REUSED', 'POST /v1/trains', { as: 'ada', body: oldTrain(), headers })
    // What is kept is the answer: a patch that depends on the row is not made again.
    const patch = { as: 'ada', body: { route: 'SFO-LAX' }, headers }
    const patched = await it.got(`PATCH /v1/trains/${first.body.id}`, patch)
    await it.got(`PATCH /v2/trains/${first.body.id}`, { as: 'ada', body: { origin: 'EGLL' } })
    assert.deepEqual(await it.got(`PATCH /v1/trains/${first.body.id}`, patch), patched)
    const batch = { as: 'ada', body: { operations: [{ op: 'create', value: oldTrain() }] }, headers }
    assert.deepEqual(await it.got('POST /v1/trains:batch', batch), await it.got('POST /v1/trains:batch', batch))
  })

  test('conversions that fail are refused where they were given something, and faults where they were to show it', async () => {
    const fragile = (tag: string) => ({ body: { tag } })
    for (const tag of ['throws', 'late', 'missing']) {
      const { body } = await it.refused(422, 'INVALID', 'POST /v1/fragiles', fragile(tag))
      assert.deepEqual(body.errors, [{ pointer: '/tag', detail: 'cannot be understood as label' }])
    }
    const long = await it.refused(422, 'INVALID', 'POST /v1/fragiles', fragile('x'.repeat(30)))
    assert.match(long.body.errors[0].detail, /^becomes label, which must NOT have more than 20 characters/)
    const row = await it.got('POST /v2/fragiles', { body: { label: 'fine' } })
    assert.equal((await it.got(`GET /v1/fragiles/${row.id}`)).tag, '<fine>')
    for (const label of ['throws', 'wrong']) {
      const { id } = await it.got('POST /v2/fragiles', { body: { label } })
      for (const request of [`GET /v1/fragiles/${id}`, 'GET /v1/fragiles', `GET /v1/fragiles/${id}?fields=id`]) {
        const { status, body } = await it.ask(request)
        assert.deepEqual([status, body.code], [500, 'BUG'], request)
        assert.doesNotMatch(JSON.stringify(body), /pin-of|fault in/)
      }
      assert.ok(it.faults.at(-1)!.includes('toOld'))
      await it.got(`DELETE /v2/fragiles/${id}`).catch(() => {})
    }
    it.faults.length = 0
  })

  test('whatever is written in one version is read in it again, and holds in the other', async (context) => {
    const seed = Number(process.env.BANYAN_SEED ?? Date.now() % 2 ** 31)
    context.diagnostic(`BANYAN_SEED=${seed}`)
    const stations = fc.uniqueArray(fc.constantFrom('LAX', 'PHX', 'SFO', 'EGLL'), { minLength: 2, maxLength: 2 })
    const value = fc.record({
      route: stations.map((both) => both.join('-')),
      departure: fc
        .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString()),
      fare: fc.integer({ min: 0, max: 99_999_999 }),
      stage: fc.constantFrom('open', 'closed'),
      remarks: fc.option(fc.dictionary(fc.constantFrom('a', 'b'), fc.integer(), { noNullPrototype: true })),
    })
    const { id, number } = await made(it, 'v1', oldTrain())
    const property = fc.asyncProperty(value, fc.constantFrom('PUT', 'PATCH', 'POST'), async (given, method) => {
      // A patch is merged into the JSON that is there, so only a new one is known beforehand.
      const body =
        method === 'PATCH'
          ? { ...given, remarks: null }
          : { ...given, number: method === 'POST' ? `T${numbers++}` : number }
      const request = method === 'POST' ? 'POST /v1/trains' : `${method} /v1/trains/${id}`
      const row = await it.got(request, { as: 'ada', body })
      for (const [name, expected] of Object.entries(body)) assert.deepEqual(row[name], expected, name)
      assert.deepEqual(await then(row.id), row)
      const { origin, destination, price, stage, departsAt } = await now(row.id)
      assert.deepEqual(
        [`${origin}-${destination}`, Number(price.replace('.', '')), departsAt],
        [given.route, given.fare, given.departure],
      )
      assert.equal(stage === 'left' ? 'closed' : 'open', given.stage)
    })
    await fc.assert(property, { seed, numRuns: 60 })
  })
})

suite('operations', (it) => {
  test('an operation has the address, the input and the row of the version', async () => {
    const { id } = await made(it, 'v2', train())
    const headers = { 'idempotency-key': it.word() }
    const book = (body: object) => it.ask('POST /v1/tickets/book', { as: 'ada', body, headers })
    const first = await book({ ride: id, seats: 2 })
    assert.deepEqual([first.status, first.headers.get('etag'), first.headers.get('location')], [200, '"v1"', null])
    assert.deepEqual(
      [first.body.ride, first.body.passenger, first.body.seats, first.body.category],
      [id, 'ada', 2, undefined],
    )
    assert.equal((await it.got(`GET /v2/tickets/${first.body.id}`, { as: 'ada' })).category, 'second')
    assert.deepEqual((await book({ ride: id, seats: 2 })).body, first.body)
    const now = await it.ask('POST /v2/tickets', {
      as: 'ada',
      body: { train: id, seats: 2, category: 'first' },
      headers,
    })
    assert.deepEqual(
      [now.status, now.body.holder, now.headers.get('location')],
      [201, 'ada', `/v2/tickets/${now.body.id}`],
    )
    assert.equal((await book({ ride: id, seats: 3 })).body.code, 'IDEMPOTENCY_KEY_REUSED')
  })

  test('a generated route is there where no operation of the version has its place', async () => {
    const { id } = await made(it, 'v2', train())
    const made1 = await it.ask('POST /v1/tickets', { as: 'ada', body: { ride: id, passenger: 'ada' } })
    assert.deepEqual([made1.status, made1.headers.get('location')], [201, `/v1/tickets/${made1.body.id}`])
    const batch = { operations: [{ op: 'create', value: { ride: id, passenger: 'ada', seats: 4 } }] }
    assert.equal((await it.got('POST /v1/tickets:batch', { as: 'ada', body: batch })).outcomes[0].value.seats, 4)
    const refused = await it.got('POST /v2/tickets:batch', {
      as: 'ada',
      body: { operations: [{ op: 'create', value: {} }] },
    })
    assert.equal(refused.outcomes[0].problem.code, 'ACTION_NOT_ALLOWED')
  })

  test('input is converted, and what is wrong with it is told in the names of the version', async () => {
    const { id } = await made(it, 'v2', train())
    const book = (body: object) => ({ as: 'ada', body })
    await it.refused(409, 'TOO_DEAR', 'POST /v1/tickets/book', book({ ride: id, seats: 1, limit: 19989 }))
    await it.got('POST /v1/tickets/book', book({ ride: id, seats: 1, limit: 19990 }))
    for (const [body, expected] of [
      [{ ride: id, seats: 7 }, ['/seats']],
      [{ ride: 'x', seats: 1 }, ['/ride']],
      [{ ride: id, seats: 1, limit: 1.5 }, ['/limit']],
      [{ train: id, seats: 1 }, ['/ride', '/train']],
      [{ ride: id, seats: 1, category: 'first' }, ['/category']],
    ] as const) {
      const answer = await it.refused(422, 'INVALID', 'POST /v1/tickets/book', book(body))
      assert.deepEqual(answer.body.errors.map(({ pointer }: any) => pointer).sort(), expected)
    }
    await it.refused(401, 'SIGN_IN_NEEDED', 'POST /v1/tickets/book', { body: { ride: 'x' } })
  })

  test('output is converted, and its private fields stay private', async () => {
    const { id } = await made(it, 'v2', train())
    assert.deepEqual(await it.got(`GET /v1/quote?ride=${id}&seats=2`), { cents: 39980 })
    assert.deepEqual(await it.got(`GET /v2/quote?train=${id}&seats=2`), { total: '399.80', currency: 'GBP' })
    await it.refused(400, 'PARAMETER_UNKNOWN', `GET /v1/quote?train=${id}`)
    await it
      .refused(422, 'INVALID', 'GET /v1/quote')
      .then(({ body }) => assert.deepEqual(body.errors[0].pointer, '/ride'))
  })

  test('parameters of the path have the names of the version, and lead to the successor', async () => {
    const { id } = await made(it, 'v2', train())
    const { body, headers } = await it.ask(`PUT /v1/departures/${id}`, { as: 'x:driver' })
    assert.equal(body.stage, 'closed')
    assert.equal(headers.get('link'), `</v2/trains/${id}/depart>; rel="successor-version"`)
    await it.refused(403, 'FORBIDDEN', `PUT /v1/departures/${id}`, { as: 'x' })
    const scrapped = await it.ask('DELETE /v1/scrap/AB/12', { as: 'x:driver' })
    assert.deepEqual([scrapped.status, scrapped.headers.get('link')], [204, null])
    const { body: wrong } = await it.refused(400, 'PARAMETER_INVALID', 'DELETE /v1/scrap/ab/12', { as: 'x:driver' })
    assert.equal(wrong.errors[0].parameter, 'series')
  })
})

suite('its end', (it) => {
  test('every answer of a deprecated version tells when it ends, and where the current one has the same', async () => {
    const { id } = await made(it, 'v1', oldTrain())
    const body = oldTrain()
    for (const [request, status, options] of [
      [`GET /v1/trains/${id}`, 200, {}],
      [`HEAD /v1/trains/${id}`, 200, {}],
      [`GET /v1/trains/${id}`, 304, { headers: { 'if-none-match': '"v1"' } }],
      ['GET /v1/trains?limit=1', 200, {}],
      ['POST /v1/trains', 201, { as: 'ada', body }],
      ['POST /v1/trains', 401, { body }],
      ['POST /v1/trains', 422, { as: 'ada', body: {} }],
      ['POST /v1/trains', 400, { as: 'ada', body: '{' }],
      ['POST /v1/trains', 413, { as: 'ada', body: 'x'.repeat(1_100_000) }],
      ['POST /v1/trains', 415, { as: 'ada', body: 'x', headers: { 'content-type': 'text/plain' } }],
      ['GET /v1/trains?colour=red', 400, {}],
      ['GET /v1/trains/%', 400, {}],
      ['GET /v1/trains/01941f29-7c00-7000-8000-000000000000', 404, {}],
      ['GET /v1/nothing', 404, {}],
      ['GET /v1', 404, {}],
      ['DELETE /v1/trains', 405, {}],
      [`DELETE /v1/trains/${id}`, 204, { as: 'ada' }],
      ['GET /v1/openapi.json', 200, {}],
    ] as const) {
      const { status: is, headers } = await it.ask(request, options)
      assert.equal(is, status, request)
      assert.deepEqual([headers.get('deprecation'), headers.get('sunset')], [deprecation, sunset], request)
      const path = request.split(' ')[1]!.split('?')[0]!.replace('/v1', '/v2')
      assert.ok(
        headers.get('link')!.includes(`<${path}>; rel="successor-version"`),
        `${request}: ${headers.get('link')}`,
      )
    }
  })

  test('the current version, and an older one without dates, say nothing of an end', async () => {
    const { id } = await made(it, 'v2', train())
    for (const request of [
      `GET /v2/trains/${id}`,
      `GET /beta/trains/${id}`,
      'GET /v2/nothing',
      'GET /beta/nothing',
      'GET /v11/trains',
      'GET /docs',
    ]) {
      const { headers } = await it.ask(request)
      for (const name of ['deprecation', 'sunset', 'link']) assert.equal(headers.get(name), null, `${request}: ${name}`)
    }
    assert.deepEqual(await it.got(`GET /beta/trains/${id}`), await it.got(`GET /v2/trains/${id}`))
  })

  test('what is gone is answered with 410, which names the successor', async () => {
    for (const [request, options] of [
      ['GET /v0/trains', {}],
      ['POST /v0/trains', { as: 'ada', body: {} }],
      ['DELETE /v0/anything/at/all', {}],
      ['GET /v0', {}],
      ['GET /v0/openapi.json', {}],
    ] as const) {
      const { headers, body } = await it.refused(410, 'VERSION_GONE', request, options)
      assert.match(body.detail, /v0 is gone; its end was announced for 2025-01-01: v2 is its successor, at \/v2$/)
      assert.equal(headers.get('sunset'), 'Wed, 01 Jan 2025 00:00:00 GMT')
      assert.match(headers.get('link')!, /^<\/v2[^>]*>; rel="successor-version"$/)
    }
    await it.refused(404, 'ROUTE_MISSING', 'GET /docs/v0')
  })

  test('each version has its own document and its own page', async () => {
    const paths = async (at: string) => Object.keys((await it.got(`GET ${at}`)).paths)
    assert.deepEqual(await paths('/openapi.json'), await paths('/v2/openapi.json'))
    assert.ok((await paths('/openapi.json')).includes('/v2/operators'))
    assert.ok((await paths('/v1/openapi.json')).every((path) => path.startsWith('/v1/') && !path.includes('operators')))
    for (const [page, shows, leads] of [
      ['/docs', 'v2', '/docs/v1'],
      ['/docs/v1', 'v1', '/docs"'],
    ] as const) {
      const { status, body, headers } = await it.ask(`GET ${page}`)
      assert.equal(status, 200)
      assert.match(headers.get('content-type')!, /^text\/html/)
      assert.ok(body.includes(`<strong aria-current="page">${shows}</strong>`) && body.includes(`href="${leads}`), page)
      assert.ok(body.includes(`href="/${shows}/openapi.json"`))
    }
  })
})
