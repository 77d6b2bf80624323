import { load } from 'banyan/load'
import flights from '../app.ts'

/** Visitors who look for a flight. Nobody signs in, and nothing is written. */
export default load(flights, {
  arrivals: [
    { for: '5s', to: 60 },
    { for: '25s', rate: 60 },
  ],
  setup: async ({ api }) => ({
    // Without filters a list follows the ids, which have nothing to do with where a flight goes.
    known: await Array.fromAsync(api.flights.all({ max: 300, limit: 100, fields: ['id', 'origin', 'destination'] })),
  }),
  scenarios: {
    search: {
      weight: 6,
      run: async ({ api, shared, random, think, check }) => {
        const { origin, destination } = random.pick(shared.known)
        const { data } = await api.flights.list({
          where: { origin, destination },
          sort: 'departsAt',
          include: 'destination',
        })
        check(data.length > 0, 'NO_FLIGHTS')
        await think({ mean: '1s' })
        await api.flights.get(random.pick(data).id)
      },
    },
    departures: {
      weight: 3,
      run: ({ api, shared, random }) =>
        api.flights.list({ where: { origin: random.pick(shared.known).origin }, sort: '-departsAt', limit: 50 }),
    },
    airport: {
      run: ({ api, shared, random }) => api.airports.get(random.pick(shared.known).destination),
    },
  },
  expect: { p99: '250ms', errors: '0.1%' },
})
