import { anyone, app, contract, owner, resource, role, service, signedIn, t } from 'banyan'

export const Airport = resource('airports', { id: t.text({ length: 3 }), name: t.text({ maxLength: 200 }) }).access({
  read: anyone,
  write: role('operator'),
})
export const Flight = resource('flights', {
  number: t.text({ maxLength: 8 }),
  origin: t.ref('airports'),
  destination: t.ref('airports'),
  departsAt: t.timestamp(),
  seatsLeft: t.integer({ minimum: 0 }),
  price: t.decimal(10, 2),
  note: t.text({ optional: true }),
})
  .index('origin', 'destination', 'departsAt')
  .access({ read: anyone, write: role('operator') })
  .freshness({ staleFor: '2s' })
export const Booking = resource('bookings', {
  flight: t.ref('flights'),
  passenger: t.text({ maxLength: 128 }),
  seats: t.integer({ minimum: 1 }),
  state: t.enum('held', 'confirmed', 'released'),
  expiresAt: t.timestamp(),
})
  .partitionBy('flight')
  .index('passenger', 'createdAt')
  .index('state', 'expiresAt')
  .access({ read: owner('passenger') })
export const paymentsContract = contract('payments', {
  charge: { input: { booking: t.id(), amount: t.decimal(10, 2) }, output: { receipt: t.text() } },
})
export const catalog = service('catalog', { resources: { Airport, Flight } })
export const payments = service('payments', { implements: { payments: paymentsContract } }).implement('payments', {
  charge: async ({ input }) => ({ receipt: input.booking }),
})
export const bookings = service('bookings', {
  resources: { Booking },
  uses: { Flight },
  calls: { payments: paymentsContract },
})
  .operation('book', {
    http: 'POST /bookings',
    input: { flight: t.id(), seats: t.integer({ minimum: 1, maximum: 9 }) },
    output: Booking,
    access: signedIn,
    idempotent: true,
    run: ({ input, principal, data, clock }) =>
      data.transaction(async (tx) => {
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
    input: { id: t.id() },
    output: Booking,
    access: signedIn,
    run: async ({ input, data, call }) => {
      const b = await data.bookings.get(input.id)
      if (!b) throw new Error()
      const { receipt } = await call.payments.charge({ booking: b.id, amount: '1.00' })
      const page = await data.bookings.list({
        where: { state: 'held', expiresAt: { lt: receipt } },
        sort: '-expiresAt',
      })
      // @ts-expect-error not a path field
      await data.bookings.list({ where: { seats: 3 } })
      // @ts-expect-error unknown resource
      data.nothing
      // @ts-expect-error wrong type
      data.transaction((tx) => tx.bookings.update(b.id, { state: 'x' }))
      return page.data[0]!
    },
  })
  .operation('bad', {
    // @ts-expect-error path parameter not in the input
    http: 'POST /bookings/{idd}/confirm',
    input: { id: t.id() },
    access: anyone,
    run: ({ principal }) => {
      // @ts-expect-error principal may be undefined
      principal.id
    },
  })
export default app('flights', { version: 'v1', services: [catalog, bookings, payments] })
// @ts-expect-error catalog missing
export const x = app('flights', { version: 'v1', services: [bookings, payments] })
