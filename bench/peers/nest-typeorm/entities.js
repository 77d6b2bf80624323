import { EntitySchema } from 'typeorm'

const integer = { type: 'bigint', transformer: { to: (value) => value, from: Number } }
const timestamp = {
  type: 'timestamptz',
  transformer: { to: (value) => value, from: (value) => (value instanceof Date ? value.toISOString() : value) },
}
const text = { type: 'text' }
const price = { type: 'numeric' }
const times = { createdAt: timestamp, updatedAt: timestamp, version: integer }

export const Airport = new EntitySchema({
  name: 'Airport',
  tableName: 'airports',
  columns: { id: { ...text, primary: true }, name: text, ...times },
})

export const Flight = new EntitySchema({
  name: 'Flight',
  tableName: 'flights',
  columns: {
    id: { type: 'uuid', primary: true },
    number: text,
    origin: text,
    destination: text,
    departsAt: timestamp,
    seatsLeft: integer,
    price,
    ...times,
  },
  relations: {
    to: { type: 'many-to-one', target: 'Airport', joinColumn: { name: 'destination' } },
  },
})

export const Order = new EntitySchema({
  name: 'Order',
  tableName: 'orders',
  columns: {
    id: { type: 'uuid', primary: true },
    reference: text,
    customer: text,
    state: text,
    quantity: integer,
    price,
    isExpress: { type: 'boolean' },
    shipOn: { type: 'date' },
    dueAt: timestamp,
    ...times,
    slot: { type: 'smallint', select: false },
  },
})

export const Booking = new EntitySchema({
  name: 'Booking',
  tableName: 'bookings',
  columns: {
    id: { type: 'uuid', primary: true },
    flight: { type: 'uuid' },
    passenger: text,
    seats: integer,
    state: text,
    expiresAt: timestamp,
    ...times,
    slot: { type: 'smallint', select: false },
  },
})
