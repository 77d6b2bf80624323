import { seed } from 'banyan'
import app from './app.ts'
import { airport, airportsTotal, flight, flightsTotal, order, ordersTotal } from './rows.ts'

/** Lets Banyan itself make the data file that both sides are measured on. */
export default seed(app, {
  name: 'bench',
  parts: () => [
    { resource: 'airports', total: airportsTotal, rows: rowsOf(airportsTotal, airport) },
    { resource: 'flights', total: flightsTotal, rows: rowsOf(flightsTotal, flight) },
    { resource: 'orders', total: ordersTotal, rows: rowsOf(ordersTotal, order) },
  ],
})

function* rowsOf<Row>(total: number, row: (n: number) => Row): Generator<Row> {
  for (let n = 0; n < total; n++) yield row(n)
}
