import { seed } from 'banyan'
import flights from './app.ts'
import { airports } from './dataset/airports.ts'
import { flightsAfter } from './dataset/flights.ts'

/** Airports and flights of the npm package vega-datasets. The README tells what is real and what is derived. */
export default seed(flights, {
  name: 'vega-datasets-3.2.1',
  parts: function* ({ startedAt }) {
    const airportRows = airports()
    yield { resource: 'airports', total: airportRows.length, rows: airportRows }
    const flightRows = flightsAfter(startedAt)
    yield { resource: 'flights', total: flightRows.length, rows: flightRows }
  },
})
