import { createHash } from 'node:crypto'

/** The rows that both sides begin with, the same in every run: they follow from their number alone. */
export const airportsTotal = 50
export const flightsTotal = 20_000
export const ordersTotal = 100_000
/** So many on a database server, which may change them faster. */
export const manyOrdersTotal = 400_000

export const airport = (n: number) => ({ id: airportCode(n), name: `Airport number ${n}` })

export const flight = (n: number) => ({
  id: flightId(n),
  number: `BY${n}`,
  origin: airportCode(n % airportsTotal),
  destination: airportCode((n * 7 + 1) % airportsTotal),
  departsAt: new Date(firstDay + (n % 5000) * 600_000).toISOString(),
  seatsLeft: 1_000_000_000, // No run may sell out: a refusal costs less than a booking.
  price: `${100 + (n % 400)}.${String(n % 100).padStart(2, '0')}`,
})

export const order = (n: number) => ({
  id: orderId(n),
  reference: `order-${n}`,
  customer: `customer-${n % 1000}`,
  state: 'open' as const,
  quantity: 1 + (n % 1000),
  price: `${10 + (n % 90)}.50`,
  isExpress: n % 4 === 0,
  shipOn: '2030-02-01',
  dueAt: '2030-03-01T12:00:00.000Z',
})

export const airportCode = (n: number): string => `A${letter(Math.floor(n / 26))}${letter(n % 26)}`
export const flightId = (n: number): string => idOf('flight', n)
export const orderId = (n: number): string => idOf('order', n)

const firstDay = Date.UTC(2030, 0, 1)
const letter = (n: number): string => String.fromCharCode(65 + n)

/** A UUIDv7 (RFC 9562) whose time is the row's number and whose random bits are a hash of it. */
const idOf = (kind: string, n: number): string => {
  const time = (Date.UTC(2026, 0, 1) + n).toString(16).padStart(12, '0')
  const hash = createHash('sha256').update(`${kind}-${n}`).digest('hex')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-a${hash.slice(3, 6)}-${hash.slice(6, 18)}`
}
