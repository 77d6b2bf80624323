import { hash } from 'node:crypto'
import { uuidV7 } from './uuid.ts'

/** A flight as the data has it. */
export interface Flown {
  readonly flownAt: Date
  readonly delay: number
  readonly distance: number
  readonly origin: string
  readonly destination: string
}

/**
 * A flight as a row: what the data says of it, when it departs, and what booking needs beside that, which follows by fixed
 * rules from its route and from a digest of what makes it this flight.
 */
export function flightRow(flown: Flown, digest: Buffer, departsAt: string) {
  const { delay, distance, origin, destination } = flown
  const capacity = capacityOf(distance, digest)
  return {
    id: uuidV7(flown.flownAt.getTime(), digest),
    number: numberOf(flown),
    origin,
    destination,
    departsAt,
    distance,
    delay,
    capacity,
    seatsLeft: capacity,
    price: priceOf(distance, digest),
  }
}

/** The first anniversary of a flight after a time. 2001 had no 29 February, so that every date exists in every year. */
export function anniversary(flownAt: Date, after: Date): string {
  const moved = new Date(flownAt)
  moved.setUTCFullYear(after.getUTCFullYear())
  if (moved <= after) moved.setUTCFullYear(after.getUTCFullYear() + 1)
  return moved.toISOString()
}

export function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}

const carriers = ['AA', 'AQ', 'AS', 'CO', 'DL', 'HP', 'MQ', 'NW', 'TW', 'UA', 'US', 'WN'] as const

/** A route has one carrier and, for each hour of the day, one number, so that the same flight is flown on several days. */
function numberOf({ flownAt, origin, destination }: Flown): string {
  const hour = flownAt.getUTCHours()
  const numbers = numbersOf(origin, destination)
  numbers[hour] ??= numberAt(`${origin} ${destination}`, hour)
  return numbers[hour]
}

function numberAt(route: string, hour: number): string {
  const carrier = carriers[sha256(route).readUInt32BE(0) % carriers.length]!
  const digest = sha256(`${route} ${String(hour).padStart(2, '0')}`)
  return `${carrier}${(digest.readUInt32BE(0) % 2_999) + 1}`
}

/** The numbers of a route that are known already, by hour: there are some thousand routes, and millions of flights. */
function numbersOf(origin: string, destination: string): string[] {
  let byDestination = knownNumbers.get(origin)
  if (byDestination === undefined) {
    byDestination = new Map()
    knownNumbers.set(origin, byDestination)
  }
  let numbers = byDestination.get(destination)
  if (numbers === undefined) {
    numbers = []
    byDestination.set(destination, numbers)
  }
  return numbers
}

const knownNumbers = new Map<string, Map<string, string[]>>()

// Seats of small, middle and large aircraft, and up to how many miles each kind is used.
const fleet = [
  { miles: 350, seats: [37, 50, 70] },
  { miles: 1_200, seats: [110, 124, 137] },
  { miles: 2_200, seats: [150, 165, 189] },
  { miles: Number.POSITIVE_INFINITY, seats: [218, 254, 285] },
] as const

// The digest's first ten bytes are the id. What follows takes later ones, so that an id tells nothing about the rest.
function capacityOf(distance: number, digest: Buffer): number {
  const { seats } = fleet.find(({ miles }) => distance <= miles)!
  return seats[digest[16]! % seats.length]!
}

/** 39 dollars and 11 cents a mile, and up to 39 percent more, as demand may have it. Counted in cents, which are exact. */
function priceOf(distance: number, digest: Buffer): string {
  const cents = Math.round(((3_900 + 11 * distance) * (100 + (digest[17]! % 40))) / 100)
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
}
