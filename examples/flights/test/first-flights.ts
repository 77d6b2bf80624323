import { firstRows } from 'banyan/testing'
import base from '../seed.ts'
import flights3m from '../seeds/flights-3m.ts'

/** The first 30,000 flights of the large file, and all airports, for tests of an import: `banyan seed test/first-flights.ts`. */
export default { ...firstRows(flights3m, 30_000), after: firstRows(base, { flights: 0 }) }
