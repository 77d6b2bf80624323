import { bigint, boolean, customType, date, numeric, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core'
import { timestampOf } from '../shared/postgres/values.js'

const timestamp = customType({ dataType: () => 'timestamptz(3)', fromDriver: timestampOf })
const integer = () => bigint({ mode: 'number' })
const times = () => ({ createdAt: timestamp(), updatedAt: timestamp(), version: integer() })

export const airports = pgTable('airports', { id: text().primaryKey(), name: text(), ...times() })

export const flights = pgTable('flights', {
  id: uuid().primaryKey(),
  number: text(),
  origin: text(),
  destination: text(),
  departsAt: timestamp(),
  seatsLeft: integer(),
  price: numeric(),
  ...times(),
})

export const orders = pgTable('orders', {
  id: uuid().primaryKey(),
  reference: text(),
  customer: text(),
  state: text(),
  quantity: integer(),
  price: numeric(),
  isExpress: boolean(),
  shipOn: date({ mode: 'string' }),
  dueAt: timestamp(),
  ...times(),
  slot: smallint(),
})

export const bookings = pgTable('bookings', {
  id: uuid().primaryKey(),
  flight: uuid(),
  passenger: text(),
  seats: integer(),
  state: text(),
  expiresAt: timestamp(),
  ...times(),
  slot: smallint(),
})
