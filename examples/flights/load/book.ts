import { load } from 'banyan/load'
import flights from '../app.ts'

/** Passengers who hold seats and then pay for them, give them up, or forget about them. */
export default load(flights, {
  arrivals: { rate: 30 },
  duration: '30s',
  setup: async ({ api }) => ({
    ids: (await Array.fromAsync(api.flights.all({ max: 500, limit: 100, fields: ['id'] }))).map(({ id }) => id),
  }),
  token: ({ number }) => `dev:passenger-${number}`,
  scenarios: {
    pay: {
      weight: 5,
      run: async ({ api, shared, random, think }) => {
        const { id } = await api.bookings.book({ flight: random.pick(shared.ids), seats: 1 + random.below(3) })
        await think({ mean: '2s' })
        await api.bookings.confirm({ id })
      },
    },
    giveUp: {
      weight: 2,
      run: async ({ api, shared, random, think }) => {
        const { id } = await api.bookings.book({ flight: random.pick(shared.ids), seats: 1 })
        await think({ mean: '1s' })
        await api.bookings.cancel({ id })
      },
    },
    forget: { run: ({ api, shared, random }) => api.bookings.book({ flight: random.pick(shared.ids), seats: 1 }) },
    look: { weight: 2, run: ({ api }) => api.bookings.list({ sort: '-createdAt', include: 'flight' }) },
  },
  refusals: ['SEATS_GONE'],
  expect: { p99: '500ms', errors: '0.1%' },
})
