import { anyone, app, owner, resource, role, service, signedIn, t } from 'banyan'

/** What is measured: the flights of the examples with two things added, a plain resource to write to and an operation without storage. */
const Airport = resource('airports', { id: t.text({ length: 3 }), name: t.text({ maxLength: 200 }) }).access({
  read: anyone,
  write: role('operator'),
})

const Flight = resource('flights', {
  number: t.text({ maxLength: 8 }),
  origin: t.ref('airports'),
  destination: t.ref('airports'),
  departsAt: t.timestamp(),
  seatsLeft: t.integer({ minimum: 0 }),
  price: t.decimal(10, 2),
})
  .index('origin', 'destination', 'departsAt')
  .access({ read: anyone, write: role('operator') })
  .freshness({ staleFor: '2s' })

const Booking = resource('bookings', {
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

const orderFields = {
  reference: t.text({ maxLength: 40 }),
  customer: t.text({ maxLength: 128 }),
  state: t.enum('open', 'paid', 'shipped'),
  quantity: t.integer({ minimum: 1, maximum: 1000 }),
  price: t.decimal(10, 2),
  isExpress: t.boolean(),
  shipOn: t.date(),
  dueAt: t.timestamp(),
}

const Order = resource('orders', orderFields).index('customer', 'createdAt').access({ read: anyone, write: signedIn })

const catalog = service('catalog', { resources: { Airport, Flight } })

const bookings = service('bookings', { resources: { Booking }, uses: { Flight } }).operation('book', {
  http: 'POST /bookings',
  input: { flight: t.id(), seats: t.integer({ minimum: 1, maximum: 9 }) },
  output: Booking,
  access: signedIn,
  idempotent: true,
  run: ({ input, principal, data, clock }) =>
    data.transaction(async (tx) => {
      const guard = { seatsLeft: { gte: input.seats } }
      tx.flights.add(input.flight, { seatsLeft: -input.seats }, { guard, otherwise: 'SEATS_GONE' })
      return tx.bookings.insert({
        flight: input.flight,
        passenger: principal.id,
        seats: input.seats,
        state: 'held',
        expiresAt: clock.in('15m'),
      })
    }),
})

const orders = service('orders', { resources: { Order } }).operation('echo', {
  http: 'POST /echo',
  input: orderFields,
  output: orderFields,
  access: signedIn,
  run: ({ input }) => input,
})

export default app('bench', { version: 'v1', services: [catalog, bookings, orders] })
