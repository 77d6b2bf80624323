import { app } from 'banyan'
import { bookings } from './bookings.ts'
import { catalog } from './catalog.ts'
import { notifications } from './notifications.ts'
import { payments } from './payments.ts'

/** A flight-booking backend: what it is, and nothing about how it runs. */
export default app('flights', { version: 'v1', services: [catalog, bookings, payments, notifications] })
