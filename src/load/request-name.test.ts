import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestNames } from './request-name.ts'

const route = (method: 'GET' | 'POST', path: string, name: string) =>
  ({ name, method, path, generated: undefined, isKeyed: false, contentType: undefined }) as const

test('a request has the name of its method, of two routes that fit that of the one without parameters', () => {
  const nameOf = requestNames([
    route('GET', '/v1/flights/{id}', 'flights.get'),
    route('GET', '/v1/flights', 'flights.list'),
    route('GET', '/v1/flights/cheapest', 'flights.cheapest'),
    route('POST', '/v1/flights:batch', 'flights.batch'),
    route('POST', '/v1/bookings/{id}/confirm', 'bookings.confirm'),
  ])
  assert.equal(nameOf('GET', '/v1/flights'), 'flights.list')
  assert.equal(nameOf('GET', '/v1/flights/17'), 'flights.get')
  assert.equal(nameOf('GET', '/v1/flights/cheapest'), 'flights.cheapest')
  assert.equal(nameOf('POST', '/v1/flights:batch'), 'flights.batch')
  assert.equal(nameOf('POST', '/v1/bookings/a%2Fb/confirm'), 'bookings.confirm')
  assert.equal(nameOf('POST', '/v1/bookings/1/2/confirm'), 'POST /v1/bookings/1/2/confirm')
  assert.equal(nameOf('GET', '/v1/flights:batch'), 'GET /v1/flights:batch')
})
