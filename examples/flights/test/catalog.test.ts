import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { caller, newFlight, refused } from './callers.ts'
import { type Api, type Server, server } from './server.ts'

suite('catalog', () => {
  let running: Server
  let visitor: Api
  let operator: Api

  before(async () => {
    running = await server()
    visitor = caller(running, 'visitor').api
    operator = caller(running, 'operator', 'operator').api
  })
  after(() => running[Symbol.asyncDispose]())

  test('an airport is known by its code', async () => {
    const airport = await visitor.airports.get('BTR')
    assert.equal(airport.name, 'Baton Rouge Metropolitan, Ryan')
    assert.equal(airport.latitude, '30.53316083')
    await refused(visitor.airports.get('ZZZ'), 404)
  })

  test('airports of a state are listed by city', async () => {
    const { data } = await visitor.airports.list({ where: { state: 'VT' }, sort: 'city', limit: 100 })
    assert.ok(data.length > 0)
    assert.ok(data.every(({ state }) => state === 'VT'))
    const cities = data.map(({ city }) => city ?? '')
    assert.deepEqual(cities, [...cities].sort())
  })

  test('airports are found by words of their name and city, whatever their case, and counted', async () => {
    const { data, total } = await visitor.airports.list({ search: 'SAN fran*', total: true })
    assert.ok(data.some(({ id }) => id === 'SFO'))
    assert.deepEqual(total, { count: data.length, kind: 'exact' })
    for (const { name, city } of data) assert.match(`${name} ${city}`, /\bsan\b.*\bfran|\bfran.*\bsan\b/i)

    // Those that bear the name come before those that lie in a city of that name.
    const denver = (await visitor.airports.list({ search: 'denver' })).data
    assert.deepEqual(
      denver.map(({ name }) => /denver/i.test(name)),
      [true, false, false, false],
    )
  })

  test('a search is narrowed to a state, and goes on over pages', async () => {
    const query = { search: 'municipal', where: { state: 'TX' }, limit: 40, total: true } as const
    const ids = new Set<string>()
    let count = 0
    for await (const page of visitor.airports.pages(query)) {
      assert.ok(page.data.every(({ state }) => state === 'TX'))
      for (const { id } of page.data) ids.add(id)
      count = page.total.count
    }
    assert.ok(count > 40, `${count} airports`)
    assert.equal(ids.size, count)
    await refused(visitor.airports.list({ search: 'municipal', sort: 'name' }), 400)
    await refused(visitor.airports.list({ search: '*' }), 400)
  })

  test('flights are counted: few exactly, many by an estimate', async () => {
    const route = await visitor.flights.list({ where: { origin: 'LAX', destination: 'PHX' }, limit: 1, total: true })
    assert.deepEqual(route.total, { count: 59, kind: 'exact' })
    const { total } = await visitor.flights.list({ limit: 1, total: true })
    // A store may know better than by an estimate.
    if (total.kind === 'estimated') assert.ok(Math.abs(total.count - 20_000) < 6_000, `${total.count}`)
    else assert.ok(total.count >= 20_000)
  })

  test('flights from one airport to another are listed by departure, and backwards', async () => {
    const where = { origin: 'LAX', destination: 'PHX' }
    const { data } = await visitor.flights.list({ where, sort: 'departsAt', limit: 100 })
    assert.equal(data.length, 59)
    assert.ok(data.every(({ origin, destination }) => origin === 'LAX' && destination === 'PHX'))
    const departures = data.map(({ departsAt }) => departsAt)
    assert.deepEqual(departures, [...departures].sort())

    const backwards = await visitor.flights.list({ where, sort: '-departsAt', limit: 100 })
    assert.deepEqual(
      backwards.data.map(({ id }) => id),
      data.map(({ id }) => id).reverse(),
    )
  })

  test('departures are listed from a time until another', async () => {
    const every = await visitor.flights.list({ where: { origin: 'LAX' }, sort: 'departsAt', limit: 10 })
    const [first, last] = [every.data[2]!.departsAt, every.data[7]!.departsAt]
    const { data } = await visitor.flights.list({
      where: { origin: 'LAX', departsAt: { gte: first, lt: last } },
      sort: 'departsAt',
    })
    assert.deepEqual(
      data.map(({ id }) => id),
      every.data.filter(({ departsAt }) => departsAt >= first && departsAt < last).map(({ id }) => id),
    )
  })

  test('pages follow one another without gaps or repetitions', async () => {
    const where = { origin: 'LAX', destination: 'PHX' }
    const ids: string[] = []
    for await (const { id } of visitor.flights.all({ where, sort: 'departsAt', limit: 7 })) ids.push(id)
    const whole = await visitor.flights.list({ where, sort: 'departsAt', limit: 100 })
    assert.deepEqual(
      ids,
      whole.data.map(({ id }) => id),
    )
  })

  test('a flight comes with its airports and only the fields asked for', async () => {
    const { data } = await visitor.flights.list({
      where: { origin: 'LAX', destination: 'PHX' },
      fields: ['number', 'origin'],
      include: ['origin'],
      limit: 1,
    })
    const [flight] = data
    assert.deepEqual(Object.keys(flight!).sort(), ['included', 'number', 'origin'])
    assert.equal(flight!.included.origin?.name, 'Los Angeles International')
  })

  test('operators make, change and remove flights, and nobody else does', async () => {
    const flight = await newFlight(operator, 2, { price: '99.5' })
    assert.equal(flight.price, '99.50')
    assert.equal(flight.delay, null)

    const changed = await operator.flights.update(flight.id, { price: '149.00' }, { version: flight.version })
    assert.equal(changed.price, '149.00')
    await refused(operator.flights.update(flight.id, { price: '1.00' }, { version: flight.version }), 412)
    await refused(visitor.flights.update(flight.id, { price: '0.00' }), 403)
    await refused(newFlight(visitor, 2), 403)

    await operator.flights.delete(flight.id)
    await refused(operator.flights.get(flight.id), 404)
  })

  test('a flight between airports that do not exist is refused', async () => {
    const flight = { number: 'BN1', destination: 'BTV', departsAt: '2099-06-01T08:00:00.000Z', distance: 1 }
    await refused(operator.flights.create({ ...flight, origin: 'ZZZ', capacity: 1, seatsLeft: 1, price: '1.00' }), 422)
  })
})
