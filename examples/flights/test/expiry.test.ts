import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Api, caller, known, newFlight, refused } from './callers.ts'
import { dataFolder, startServer } from './server.ts'

const minute = 60_000
const skip = process.env.BANYAN_URL !== undefined && 'the clock of a server that already runs cannot be moved'

test('holds run out after 15 minutes, and their seats go back once', { skip }, async () => {
  await using folder = await dataFolder()
  const ada = 'ada'
  const book = (api: Api, flight: string) => api.bookings.book({ flight, seats: 1 })

  const { flight, expired, confirmed } = await (async () => {
    await using server = await startServer(folder.path)
    const operator = caller(server.url, 'operator', 'operator').api
    const flight = await newFlight(operator, 130)
    const { api } = known(server.url, ada)
    // More than a page of them, so that pages follow one another while their rows leave the list.
    const expired = await Promise.all(Array.from({ length: 120 }, () => book(api, flight.id)))
    const { id } = await book(api, flight.id)
    return { flight, expired, confirmed: await api.bookings.confirm({ id }) }
  })()

  await using server = await startServer(folder.path, 16 * minute)
  const operator = caller(server.url, 'operator', 'operator').api
  const { api } = known(server.url, ada)
  const held = await book(api, flight.id)
  const [first, second] = [expired[0]!, expired[1]!]

  await refused(api.bookings.confirm({ id: first.id }), 409, 'HOLD_EXPIRED')
  await refused(operator.charges.get(first.id), 404)
  assert.equal((await api.bookings.get(first.id)).state, 'held')

  const [one, another] = await Promise.all([
    operator.bookings.releaseExpired(),
    operator.bookings.releaseExpired(),
    api.bookings.cancel({ id: second.id }),
  ])
  const released = one.released + another.released
  assert.ok(released === 119 || released === 120, `${released} were released beside the one that was cancelled`)
  assert.deepEqual(await operator.bookings.releaseExpired(), { released: 0 })
  assert.equal((await operator.flights.get(flight.id)).seatsLeft, 128)

  assert.equal((await api.bookings.get(first.id)).state, 'released')
  assert.deepEqual(await api.bookings.get(confirmed.id), confirmed)
  assert.equal((await api.bookings.get(held.id)).state, 'held')
  await refused(api.bookings.confirm({ id: first.id }), 409, 'NOT_HELD')
})
