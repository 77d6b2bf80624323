import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { caller, newFlight, refused } from './callers.ts'
import { type Api, type OldApi, type Server, server } from './server.ts'

suite('the API as it was in v1', () => {
  let running: Server
  let operator: Api
  let oldOperator: OldApi

  before(async () => {
    running = await server()
    operator = caller(running, 'operator', 'operator').api
    oldOperator = running.asOld('operator-of-v1', 'operator')
  })
  after(() => running[Symbol.asyncDispose]())

  test('a seat costs a whole number of cents, whichever version it was priced in', async () => {
    const flight = await newFlight(operator, 2, { price: '99.5' })
    const old = await oldOperator.flights.get(flight.id)
    const { price, ...others } = flight
    assert.deepEqual(old, { ...others, fare: 9_950 })
    assert.equal(price, '99.50')

    const changed = await oldOperator.flights.update(flight.id, { fare: 14_907 }, { version: old.version })
    assert.equal(changed.fare, 14_907)
    assert.equal((await operator.flights.get(flight.id)).price, '149.07')
    await refused(oldOperator.flights.update(flight.id, { fare: -1 }), 422, 'INVALID')
    await refused(oldOperator.flights.update(flight.id, { fare: 1 }, { version: old.version }), 412)
  })

  test('flights are listed by departure, each with its destination', async () => {
    const where = { origin: 'LAX', destination: 'PHX' }
    const [old, now] = await Promise.all([
      oldOperator.flights.list({ where, sort: '-departsAt', limit: 5, include: ['destination'] }),
      operator.flights.list({ where, sort: '-departsAt', limit: 5 }),
    ])
    assert.deepEqual(
      old.data.map(({ id, fare, included }) => [id, fare, included.destination?.id]),
      now.data.map(({ id, price }) => [id, Number(price.replace('.', '')), 'PHX']),
    )
  })

  test('a flight of v1 is booked in either version, and paid for exactly', async () => {
    const flight = await oldOperator.flights.create({
      ...{ number: 'BN1', origin: 'HNL', destination: 'BTV', departsAt: '2099-06-01T08:00:00.000Z' },
      ...{ distance: 4_900, capacity: 3, seatsLeft: 3, fare: 19_990 },
    })
    const { id } = caller(running, 'passenger')
    const booking = await running.asOld(id).bookings.book({ flight: flight.id, seats: 3 })
    await running.as(id).bookings.confirm({ id: booking.id })
    assert.equal((await operator.charges.get(booking.id)).amount, '599.70')
    assert.equal((await oldOperator.flights.get(flight.id)).seatsLeft, 0)
    await refused(running.asOld(id).bookings.book({ flight: flight.id, seats: 1 }), 409, 'SEATS_GONE')
  })
})
