import { anyone, resource, role, service, t } from 'banyan'
import { centsOf, priceOf } from './money.ts'

/** Airports are known by their code. Most have an IATA code; 42 small ones have only the FAA's, of four characters. */
export const Airport = resource('airports', {
  id: t.text({ minLength: 3, maxLength: 4, pattern: '[0-9A-Z]+', description: 'The IATA code, else the FAA code.' }),
  name: t.text({ maxLength: 200 }),
  city: t.text({ maxLength: 100, optional: true }),
  state: t.text({ length: 2, optional: true, description: 'The postal abbreviation of the state or territory.' }),
  country: t.text({ maxLength: 100 }),
  latitude: t.decimal(10, 8, { minimum: '-90', maximum: '90', description: 'Degrees, north is positive.' }),
  longitude: t.decimal(11, 8, { minimum: '-180', maximum: '180', description: 'Degrees, east is positive.' }),
})
  .index('state', 'city')
  .index('name')
  .search('name', 'city')
  .total('exact')
  .access({ read: anyone, write: role('operator') })

export const Flight = resource('flights', {
  number: t.text({ maxLength: 8 }),
  origin: t.ref('airports'),
  destination: t.ref('airports'),
  departsAt: t.timestamp(),
  distance: t.integer({ minimum: 0, description: 'Miles.' }),
  delay: t.integer({ optional: true, description: 'Minutes late when it was flown in 2001; below zero: early.' }),
  capacity: t.integer({ minimum: 1, writeOnce: true, description: 'All seats, sold or not.' }),
  seatsLeft: t.integer({ minimum: 0 }),
  // Nine seats, the most in a booking, still fit into the amount of a charge.
  price: t.decimal(10, 2, { minimum: '0', maximum: '9999999.99', description: 'Dollars for a seat.' }),
})
  .index('origin', 'destination', 'departsAt')
  .index('origin', 'departsAt')
  .index('destination', 'departsAt')
  .index('number', 'departsAt')
  .index('departsAt')
  // There may be many flights, and nobody needs their number to the last one.
  .total('estimated')
  .access({ read: anyone, write: role('operator') })
  .freshness({ staleFor: '2s' })
  // Until v2 a seat cost a whole number of cents.
  .presents('v1', {
    fields: { fare: t.integer({ minimum: 0, maximum: 999_999_999, description: 'Cents for a seat.' }) },
    from: ['price'],
    toOld: ({ price }) => ({ fare: centsOf(price) }),
    fromOld: ({ fare }) => ({ price: priceOf(fare) }),
  })

export const catalog = service('catalog', { resources: { Airport, Flight } })
