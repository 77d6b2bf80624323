import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  airportCode,
  airportsTotal,
  flightId,
  flightsTotal,
  manyOrdersTotal,
  orderId,
  ordersTotal,
} from '../app/rows.ts'
import { dataFolder } from '../measure/paths.ts'

/** Files of ids, one a line, from which loads draw what to ask for. */
export const writeIdLists = (): void => {
  mkdirSync(folder, { recursive: true })
  for (const [file, total, idOf] of lists) {
    writeFileSync(file, `${Array.from({ length: total }, (_, n) => idOf(n)).join('\n')}\n`)
  }
}

const folder = join(dataFolder, 'ids')

export const airportCodes = join(folder, 'airports.txt')
export const flightIds = join(folder, 'flights.txt')
export const thousandFlightIds = join(folder, 'flights-1000.txt')
export const oneFlightId = join(folder, 'flights-1.txt')
export const orderIds = join(folder, 'orders.txt')
export const manyOrderIds = join(folder, 'many-orders.txt')

const lists: readonly (readonly [file: string, total: number, idOf: (n: number) => string])[] = [
  [airportCodes, airportsTotal, airportCode],
  [flightIds, flightsTotal, flightId],
  [thousandFlightIds, 1000, (n) => flightId(n * (flightsTotal / 1000))],
  [oneFlightId, 1, flightId],
  [orderIds, ordersTotal, orderId],
  [manyOrderIds, manyOrdersTotal, orderId],
]
