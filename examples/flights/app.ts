import { app } from 'banyan'
import { bookings } from './bookings.ts'
import { catalog } from './catalog.ts'
import { notifications } from './notifications.ts'
import { payments } from './payments.ts'

/** A flight-booking backend: what it is, and nothing about how it runs. */
export default app('flights', {
  version: 'v2',
  versions: { v1: { deprecatedAt: '2026-06-01', sunsetAt: '2027-06-01' } },
  services: [catalog, bookings, payments, notifications],
})
