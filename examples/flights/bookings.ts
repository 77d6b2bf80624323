import { owner, refuse, resource, role, service, signedIn, t } from 'banyan'
import { Flight } from './catalog.ts'
import { notificationsContract, paymentsContract } from './contracts.ts'
import { times } from './money.ts'

/** Seats that somebody holds or has. `released` is final: its seats are back in the flight. */
export const Booking = resource('bookings', {
  flight: t.ref('flights'),
  passenger: t.text({ maxLength: 128 }),
  seats: t.integer({ minimum: 1 }),
  state: t.enum('held', 'confirmed', 'released'),
  expiresAt: t.timestamp({ description: 'Until when it is held; without meaning once it is confirmed.' }),
  receipt: t.text({ maxLength: 64, optional: true }),
})
  .partitionBy('flight') // It lives in its flight's slot, so that one transaction changes both.
  .index('passenger', 'createdAt')
  .index('state', 'expiresAt')
  .access({ read: owner('passenger') })

export const bookings = service('bookings', {
  resources: { Booking },
  uses: { Flight },
  calls: { payments: paymentsContract, notifications: notificationsContract },
})
  .operation('book', {
    http: 'POST /bookings',
    description: 'Holds seats of a flight for 15 minutes.',
    input: { flight: t.ref('flights'), seats: t.integer({ minimum: 1, maximum: 9 }) },
    output: Booking,
    access: signedIn,
    idempotent: true,
    run: ({ input, principal, data, clock }) =>
      data.transaction(async (tx) => {
        // The flight is not read: bookers of a popular one would only make one another run again.
        tx.flights.add(
          input.flight,
          { seatsLeft: -input.seats },
          { guard: { seatsLeft: { gte: input.seats } }, otherwise: 'SEATS_GONE' },
        )
        return tx.bookings.insert({
          flight: input.flight,
          passenger: principal.id,
          seats: input.seats,
          state: 'held',
          expiresAt: clock.in('15m'),
        })
      }),
  })

  .operation('confirm', {
    http: 'POST /bookings/{id}/confirm',
    description: 'Pays for held seats. Confirming again changes nothing and gives the same booking.',
    input: { id: t.id() },
    output: Booking,
    access: signedIn,
    idempotent: true,
    run: async ({ input, principal, data, call, clock }) => {
      const held = await data.bookings.get(input.id)
      if (held === null || held.passenger !== principal.id) throw refuse(404)
      if (held.state === 'confirmed') return held
      refuseUnlessHeld(held, clock.now())
      const flight = await data.flights.get(held.flight)
      if (flight === null) throw refuse(404)

      // Money moves outside the transaction, whose body may run more than once, and before it: seats are never given unpaid.
      // Where the transaction then refuses, whoever releases the booking gives the money back.
      const amount = times(flight.price, held.seats)
      const { receipt } = await call.payments.charge({ booking: held.id, amount }, { idempotencyKey: held.id })

      const confirmed = await data.transaction(async (tx) => {
        const booking = await tx.bookings.get(held.id)
        if (booking === null) throw refuse(404)
        if (booking.state === 'confirmed') return booking
        refuseUnlessHeld(booking, clock.now())
        tx.bookings.update(booking.id, { state: 'confirmed', receipt })
        return (await tx.bookings.get(booking.id))!
      })

      const text = `${held.seats} × ${flight.number}, ${flight.origin} to ${flight.destination}, ${flight.departsAt}: ${amount}`
      // The seats are paid for and taken: a message that does not get through must not make this look like a failure.
      await call.notifications.send({ recipient: held.passenger, text }, { idempotencyKey: held.id }).catch(() => {})
      return confirmed
    },
  })

  .operation('cancel', {
    http: 'POST /bookings/{id}/cancel',
    description: 'Gives the seats and the money back. Cancelling again changes nothing.',
    input: { id: t.id() },
    output: Booking,
    access: signedIn,
    run: async ({ input, principal, data, call }) => {
      const released = await data.transaction(async (tx) => {
        const booking = await tx.bookings.get(input.id)
        if (booking === null || booking.passenger !== principal.id) throw refuse(404)
        if (booking.state === 'released') return booking
        tx.bookings.update(booking.id, { state: 'released' })
        tx.flights.add(booking.flight, { seatsLeft: booking.seats })
        return (await tx.bookings.get(booking.id))!
      })
      // Also when it had been released before: whoever did that may have stopped short of the refund.
      await call.payments.refund({ booking: released.id })
      return released
    },
  })

  .operation('releaseExpired', {
    http: 'POST /bookings/release-expired',
    description:
      'Gives back the seats of holds that ran out, at most 1,000 a call: call it again until it releases none.',
    output: { released: t.integer({ minimum: 0 }) },
    access: role('operator'),
    run: async ({ data, call, clock }) => {
      const release = async (id: string): Promise<number> => {
        const isReleased = await data.transaction(async (tx) => {
          const booking = await tx.bookings.get(id)
          // Meanwhile it may have been confirmed or cancelled.
          if (booking === null || booking.state !== 'held' || booking.expiresAt > clock.now()) return false
          tx.bookings.update(booking.id, { state: 'released' })
          tx.flights.add(booking.flight, { seatsLeft: booking.seats })
          return true
        })
        if (isReleased) await call.payments.refund({ booking: id })
        return isReleased ? 1 : 0
      }

      // One time for all pages: a cursor goes on only in the list that it came from.
      const now = clock.now()
      let released = 0
      let after: string | undefined
      for (let pages = 0; pages < 10; pages++) {
        const page = await data.bookings.list({
          where: { state: 'held', expiresAt: { lte: now } },
          sort: 'expiresAt',
          limit: 100,
          ...(after === undefined ? {} : { after }),
        })
        // At the same time: a hundred transactions cost the store little more than one.
        for (const count of await Promise.all(page.data.map(({ id }) => release(id)))) released += count
        if (page.next === null) break
        after = page.next
      }
      return { released }
    },
  })

function refuseUnlessHeld(
  booking: { readonly id: string; readonly state: string; readonly expiresAt: string },
  now: string,
) {
  if (booking.state !== 'held') {
    throw refuse(409, { code: 'NOT_HELD', detail: `booking ${booking.id} is ${booking.state}` })
  }
  // Timestamps have one form, which sorts as time does.
  if (booking.expiresAt <= now) {
    throw refuse(409, {
      code: 'HOLD_EXPIRED',
      detail: `the hold of booking ${booking.id} ended at ${booking.expiresAt}`,
    })
  }
}
