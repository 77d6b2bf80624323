import { newId, slotOf } from '../ids.js'
import * as statements from './statements.ts'
import { priceGiven, timestampGiven } from './values.js'

const orderFields = ['reference', 'customer', 'state', 'quantity', 'price', 'isExpress', 'shipOn', 'dueAt']

/**
 * What the routes need of the database. `query(statement, values)` gives the rows, `count(statement, values)` the number of
 * rows that a statement has written: the two things in which packages differ.
 */
export const storeOver = async ({ query, count }) => {
  const first = async (statement, values) => (await query(statement, values))[0]
  const bookmark = bookmarkOf(await first(statements.position, []))
  return {
    bookmark: () => bookmark,
    airport: (id) => first(statements.airportById, [id]),
    flight: (id) => first(statements.flightById, [id]),
    order: (id) => first(statements.orderById, [id]),
    flightsFrom: (origin) => query(statements.flightsByOrigin, [origin]),
    flightsFromWithDestination: async (origin) =>
      (await query(statements.flightsWithDestination, [origin])).map(withDestination),
    insertOrder: async (given) => {
      const row = newOrder(given)
      await count(statements.insertOrder, [...Object.values(row), slotOf(row.id)])
      return row
    },
    /** The row as it is then; undefined where there is none, or none at that version. */
    updateOrder: (id, version, given) => {
      const change = orderChange(given)
      const fields = Object.keys(change)
      const values = [id, new Date().toISOString(), ...Object.values(change)]
      if (version !== undefined) values.push(version)
      return first(statements.updateOrder(fields, version !== undefined), values)
    },
    /** The booking; undefined where the flight is not there or has too few seats left. */
    book: async (passenger, { flight, seats }) => {
      const row = newBooking(passenger, flight, seats)
      const values = [seats, row.createdAt, flight, row.id, slotOf(flight), passenger, row.expiresAt]
      return (await count(statements.book, values)) === 1 ? row : undefined
    },
  }
}

/** Where the server stood at the start: by hand nobody promises callers that they read what they wrote, and there is no use for more. */
export const bookmarkOf = ({ epoch, position }) => {
  const stores = { main: { epoch, position: Number(position) } }
  return Buffer.from(JSON.stringify({ v: 1, stores })).toString('base64url')
}

/** A row in the order of its answer, and of its columns. */
export const newOrder = (given) => {
  const now = Date.now()
  const row = { id: newId(now) }
  for (const field of orderFields) row[field] = given[field]
  row.price = priceGiven(row.price)
  row.dueAt = timestampGiven(row.dueAt)
  row.createdAt = new Date(now).toISOString()
  row.updatedAt = row.createdAt
  row.version = 1
  return row
}

export const orderChange = (given) => {
  const change = { ...given }
  if (change.price !== undefined) change.price = priceGiven(change.price)
  if (change.dueAt !== undefined) change.dueAt = timestampGiven(change.dueAt)
  return change
}

export const newBooking = (passenger, flight, seats) => {
  const now = Date.now()
  const createdAt = new Date(now).toISOString()
  return {
    id: newId(now, slotOf(flight)),
    flight,
    passenger,
    seats,
    state: 'held',
    expiresAt: new Date(now + 900_000).toISOString(),
    createdAt,
    updatedAt: createdAt,
    version: 1,
  }
}

const withDestination = (row) => ({
  id: row.id,
  number: row.number,
  origin: row.origin,
  destination: row.destination,
  departsAt: row.departsAt,
  seatsLeft: row.seatsLeft,
  price: row.price,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  version: row.version,
  included: {
    destination:
      row.toId === null
        ? null
        : {
            id: row.toId,
            name: row.toName,
            createdAt: row.toCreatedAt,
            updatedAt: row.toUpdatedAt,
            version: row.toVersion,
          },
  },
})
