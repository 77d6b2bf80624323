import { airportCodes, flightIds, manyOrderIds, oneFlightId, orderIds, thousandFlightIds } from '../data/id-lists.ts'
import type { RequestPlan } from '../measure/request-plan.ts'

/** The requests that are measured. Callers sign in where the app asks for it, with the development identity. */
const json = { 'content-type': 'application/json', authorization: 'Bearer dev:alice' }

const orderBody = JSON.stringify({
  reference: '{unique}',
  customer: 'customer-17',
  state: 'open',
  quantity: 3,
  price: '199.90',
  isExpress: false,
  shipOn: '2030-02-01',
  dueAt: '2030-03-01T12:00:00.000Z',
})

export const readFlight: RequestPlan = {
  method: 'GET',
  path: '/v1/flights/{id}',
  ids: { file: flightIds, draw: 'random' },
  expects: 200,
}

export const listFlights: RequestPlan = {
  method: 'GET',
  path: '/v1/flights?origin={id}',
  ids: { file: airportCodes, draw: 'random' },
  expects: 200,
}

export const listFlightsWithDestination: RequestPlan = {
  ...listFlights,
  path: '/v1/flights?origin={id}&include=destination',
}

export const createOrder: RequestPlan = {
  method: 'POST',
  path: '/v1/orders',
  headers: json,
  body: orderBody,
  expects: 201,
}

export const echoOrder: RequestPlan = { ...createOrder, path: '/v1/echo', expects: 200 }

/** Every row is at version 1 when a pair begins and is changed once. */
export const updateOrder: RequestPlan = {
  method: 'PATCH',
  path: '/v1/orders/{id}',
  headers: { ...json, 'if-match': '"v1"' },
  body: '{"state":"paid","quantity":7}',
  ids: { file: orderIds, draw: 'once' },
  expects: 200,
}

export const updateManyOrders: RequestPlan = { ...updateOrder, ids: { file: manyOrderIds, draw: 'once' } }

export const bookSpread: RequestPlan = {
  method: 'POST',
  path: '/v1/bookings',
  headers: json,
  body: '{"flight":"{id}","seats":1}',
  ids: { file: thousandFlightIds, draw: 'cycle' },
  expects: 201,
}

export const bookOneFlight: RequestPlan = { ...bookSpread, ids: { file: oneFlightId, draw: 'cycle' } }
