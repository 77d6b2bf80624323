import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { assertRefusal, caller, eventually, newFlight, refused } from './callers.ts'
import { type Api, type Server, server } from './server.ts'

suite('bookings', () => {
  let running: Server
  let operator: Api
  const passenger = (name = 'passenger') => caller(running, name)

  before(async () => {
    running = await server()
    operator = caller(running, 'operator', 'operator').api
  })
  after(() => running[Symbol.asyncDispose]())

  test('booking holds seats for 15 minutes', async () => {
    const { id, api } = passenger()
    const flight = await newFlight(operator, 5)
    const before = Date.now()
    const booking = await api.bookings.book({ flight: flight.id, seats: 2 })
    assert.equal(booking.passenger, id)
    assert.equal(booking.state, 'held')
    assert.equal(booking.receipt, null)
    // Generous, since the clock of the server may be another.
    assert.ok(Math.abs(Date.parse(booking.expiresAt) - before - 15 * 60_000) < 60_000, booking.expiresAt)
    assert.equal((await api.flights.get(flight.id)).seatsLeft, 3)
  })

  test('the same Idempotency-Key books once', async () => {
    const { api } = passenger()
    const flight = await newFlight(operator, 5)
    const idempotencyKey = randomUUID()
    const first = await api.bookings.book({ flight: flight.id, seats: 2 }, { idempotencyKey })
    assert.deepEqual(await api.bookings.book({ flight: flight.id, seats: 2 }, { idempotencyKey }), first)
    await refused(api.bookings.book({ flight: flight.id, seats: 3 }, { idempotencyKey }), 422)
    assert.equal((await api.flights.get(flight.id)).seatsLeft, 3)
  })

  test('more seats than are left are refused, and none is taken', async () => {
    const { api } = passenger()
    const flight = await newFlight(operator, 3)
    await refused(api.bookings.book({ flight: flight.id, seats: 4 }), 409, 'SEATS_GONE')
    assert.equal((await api.flights.get(flight.id)).seatsLeft, 3)
    assert.deepEqual((await api.bookings.list()).data, [])
  })

  test('no seats, too many seats and a flight that does not exist are refused', async () => {
    const { api } = passenger()
    const flight = await newFlight(operator, 20)
    await refused(api.bookings.book({ flight: flight.id, seats: 0 }), 422)
    await refused(api.bookings.book({ flight: flight.id, seats: 10 }), 422)
    await refused(api.bookings.book({ flight: '01890a5d-ac96-774b-bcce-b302099a8057', seats: 1 }), 404)
  })

  test('bookers who race for the last seats never get more than there are', async () => {
    const flight = await newFlight(operator, 7)
    const racers = Array.from({ length: 16 }, () => passenger('racer'))
    const outcomes = await Promise.allSettled(
      racers.map(({ api }, at) => api.bookings.book({ flight: flight.id, seats: 1 + (at % 2) })),
    )
    let taken = 0
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') taken += outcome.value.seats
      else assertRefusal(outcome.reason, 409, 'SEATS_GONE')
    }
    // Where two seats were refused, a last one may be left.
    assert.ok(taken === 6 || taken === 7, `${taken} of 7 seats were taken`)
    await eventually(async () => (await operator.flights.get(flight.id)).seatsLeft, 7 - taken)
  })

  test('confirming pays the exact price and tells the passenger', async () => {
    const { api } = passenger()
    const flight = await newFlight(operator, 5, { price: '0.10' })
    const { id } = await api.bookings.book({ flight: flight.id, seats: 3 })
    const confirmed = await api.bookings.confirm({ id })
    assert.equal(confirmed.state, 'confirmed')
    assert.deepEqual(await api.bookings.get(id), confirmed)
    assert.equal((await api.flights.get(flight.id)).seatsLeft, 2)

    const charge = await operator.charges.get(id)
    assert.equal(charge.amount, '0.30')
    assert.equal(charge.state, 'charged')
    await refused(api.charges.get(id), 403)

    const { data } = await api.notifications.list()
    assert.equal(data.length, 1)
    assert.match(data[0]!.text, /HNL to BTV.*0\.30/)
  })

  test('confirming twice with one Idempotency-Key gives one answer, and with another key changes nothing', async () => {
    const { api } = passenger()
    const flight = await newFlight(operator, 5)
    const { id } = await api.bookings.book({ flight: flight.id, seats: 1 })
    const idempotencyKey = randomUUID()
    const confirmed = await api.bookings.confirm({ id }, { idempotencyKey })
    assert.deepEqual(await api.bookings.confirm({ id }, { idempotencyKey }), confirmed)
    assert.deepEqual(await api.bookings.confirm({ id }), confirmed)
    assert.equal((await api.notifications.list()).data.length, 1)
  })

  test('confirming many times at once confirms once', async () => {
    const { api } = passenger()
    const flight = await newFlight(operator, 5)
    const { id } = await api.bookings.book({ flight: flight.id, seats: 1 })
    const all = await Promise.all(Array.from({ length: 8 }, () => api.bookings.confirm({ id })))
    assert.deepEqual(new Set(all.map(({ state }) => state)), new Set(['confirmed']))
    assert.deepEqual(new Set(all.map(({ version }) => version)).size, 1)
  })

  test("another's booking is not there", async () => {
    const { api } = passenger()
    const stranger = passenger('stranger').api
    const flight = await newFlight(operator, 5)
    const { id } = await api.bookings.book({ flight: flight.id, seats: 1 })
    await refused(stranger.bookings.confirm({ id }), 404)
    await refused(stranger.bookings.cancel({ id }), 404)
    await refused(stranger.bookings.get(id), 404)
    assert.deepEqual((await stranger.bookings.list()).data, [])
    assert.equal((await api.bookings.get(id)).state, 'held')
  })

  test('passengers list their bookings with the flights, the newest first', async () => {
    const { api } = passenger()
    const flights = [await newFlight(operator, 5), await newFlight(operator, 5)]
    for (const flight of flights) await api.bookings.book({ flight: flight.id, seats: 1 })
    const { data } = await api.bookings.list({ sort: '-createdAt', include: ['flight'] })
    assert.deepEqual(
      data.map(({ included }) => included.flight?.number),
      flights.map(({ number }) => number).reverse(),
    )
  })

  test('cancelling gives the seats back once', async () => {
    const { api } = passenger()
    const flight = await newFlight(operator, 5)
    const { id } = await api.bookings.book({ flight: flight.id, seats: 2 })
    assert.equal((await api.bookings.cancel({ id })).state, 'released')
    assert.equal((await api.flights.get(flight.id)).seatsLeft, 5)
    assert.equal((await api.bookings.cancel({ id })).state, 'released')
    assert.equal((await api.flights.get(flight.id)).seatsLeft, 5)
    await refused(api.bookings.confirm({ id }), 409, 'NOT_HELD')
  })

  test('cancelling what was confirmed gives the seats and the money back', async () => {
    const { api } = passenger()
    const flight = await newFlight(operator, 5)
    const { id } = await api.bookings.book({ flight: flight.id, seats: 2 })
    await api.bookings.confirm({ id })
    await api.bookings.cancel({ id })
    assert.equal((await api.flights.get(flight.id)).seatsLeft, 5)
    await eventually(async () => (await operator.charges.get(id)).state, 'refunded')
  })

  test('confirming and cancelling at once leave either both seats and money, or neither', async () => {
    const flight = await newFlight(operator, 20)
    let confirmedSeats = 0
    for (let round = 0; round < 10; round++) {
      const { api } = passenger()
      const { id } = await api.bookings.book({ flight: flight.id, seats: 1 })
      await Promise.allSettled([api.bookings.confirm({ id }), api.bookings.cancel({ id })])
      const { state } = await api.bookings.get(id)
      if (state === 'confirmed') confirmedSeats++
      await eventually(
        async () => (await operator.charges.get(id)).state,
        state === 'confirmed' ? 'charged' : 'refunded',
      )
    }
    await eventually(async () => (await operator.flights.get(flight.id)).seatsLeft, 20 - confirmedSeats)
  })

  test('the seats of active bookings and those left are always all seats', async () => {
    const flight = await newFlight(operator, 12)
    const passengers = Array.from({ length: 12 }, () => passenger())
    await Promise.allSettled(
      passengers.map(async ({ api }, at) => {
        const { id } = await api.bookings.book({ flight: flight.id, seats: 1 + (at % 3) })
        if (at % 2 === 0) await api.bookings.confirm({ id })
        if (at % 3 === 0) await api.bookings.cancel({ id })
      }),
    )
    let active = 0
    for (const { api } of passengers) {
      for (const { state, seats } of (await api.bookings.list()).data) if (state !== 'released') active += seats
    }
    await eventually(async () => (await operator.flights.get(flight.id)).seatsLeft, 12 - active)
  })

  test('a flight that is booked cannot be removed', async () => {
    const { api } = passenger()
    const flight = await newFlight(operator, 5)
    await api.bookings.book({ flight: flight.id, seats: 1 })
    await refused(operator.flights.delete(flight.id), 409)
  })

  test('only operators release expired holds, and holds that have not expired stay', async () => {
    const { api } = passenger()
    const flight = await newFlight(operator, 5)
    const { id } = await api.bookings.book({ flight: flight.id, seats: 1 })
    await refused(api.bookings.releaseExpired(), 403)
    const { released } = await operator.bookings.releaseExpired()
    assert.ok(Number.isInteger(released) && released >= 0)
    assert.equal((await api.bookings.get(id)).state, 'held')
    assert.equal((await api.flights.get(flight.id)).seatsLeft, 4)
  })
})
