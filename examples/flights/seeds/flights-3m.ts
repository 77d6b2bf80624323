import { seed } from 'banyan'
import flights from '../app.ts'
import { flights3mAfter, flights3mTotal } from '../dataset/flights-3m.ts'
import base from '../seed.ts'

/** Three million more flights, between the airports that the app begins with: `banyan seed seeds/flights-3m.ts`. */
export default seed(flights, {
  name: 'vega-datasets-3.2.1-flights-3m',
  after: base,
  parts: ({ startedAt }) => [
    { resource: 'flights', total: flights3mTotal, rows: (from) => flights3mAfter(startedAt, from) },
  ],
})
