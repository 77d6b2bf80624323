import { load } from 'banyan/load'
import flights from '../app.ts'

const seats = 200
const buyers = 400
const buyer = (number: number) => `dev:buyer-${number}`

/** Everybody wants the same flight, all at once, and there are not seats for all. At the end none may have been sold twice. */
export default load(flights, {
  arrivals: [
    { for: '3s', rate: 20 },
    { for: '1s', to: 300 },
    { for: '3s', rate: 300 },
    { for: '3s', rate: 20 },
  ],
  population: buyers,
  setup: async ({ as }) => {
    const { id } = await as('dev:olga:operator').flights.create({
      number: 'SALE1',
      origin: 'HNL',
      destination: 'BTV',
      departsAt: '2099-06-01T08:00:00.000Z',
      distance: 4_900,
      capacity: seats,
      seatsLeft: seats,
      price: '9.90',
    })
    return { flight: id }
  },
  token: ({ number }) => buyer(number),
  scenarios: {
    look: { run: ({ api, shared }) => api.flights.get(shared.flight) },
    buy: {
      weight: 3,
      refusals: ['SEATS_GONE'],
      run: ({ api, shared, random }) => api.bookings.book({ flight: shared.flight, seats: 1 + random.below(2) }),
    },
  },
  verify: async ({ api, as, shared }) => {
    const { seatsLeft } = await api.flights.get(shared.flight)
    const sold = await Promise.all(
      Array.from({ length: buyers }, (_, number) => soldTo(as(buyer(number)), shared.flight)),
    )
    const total = sold.reduce((sum, count) => sum + count, 0)
    if (seatsLeft < 0 || total + seatsLeft !== seats) {
      throw new Error(`of ${seats} seats ${total} were sold and ${seatsLeft} are left`)
    }
  },
  expect: { p99: '1s', errors: '0.1%' },
})

/** What somebody's own bookings say, which is all that a passenger may see. */
async function soldTo(api: Client, flight: string): Promise<number> {
  let sold = 0
  for await (const booking of api.bookings.all({ limit: 100 })) if (booking.flight === flight) sold += booking.seats
  return sold
}

type Client = import('banyan/client').Api<typeof flights>
