import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { datasetFile } from './file.ts'
import { uuidV7 } from './uuid.ts'

/**
 * The flights as rows, in the order of the file, each moved by whole years to the first time that it lies ahead of this
 * timestamp. Everything else about a flight, its id above all, is the same whenever it is imported.
 */
export function flightsAfter(timestamp: string) {
  const after = new Date(timestamp)
  const seen = new Map<string, number>()
  return read().map((flown) => {
    const { date, delay, distance, origin, destination } = flown
    // Two pairs of flights left the same airport for the same other one in the same minute: the second is counted.
    const key = `${date} ${origin} ${destination}`
    const occurrence = (seen.get(key) ?? 0) + 1
    seen.set(key, occurrence)

    const flownAt = timeOf(date)
    const digest = sha256(`${key} ${occurrence}`)
    const capacity = capacityOf(distance, digest)
    return {
      id: uuidV7(flownAt.getTime(), digest),
      number: numberOf(flown),
      origin,
      destination,
      departsAt: yearsLater(flownAt, after).toISOString(),
      distance,
      delay,
      capacity,
      seatsLeft: capacity,
      price: priceOf(distance, digest),
    }
  })
}

interface Flown {
  /** `2001/01/31 23:59` */
  readonly date: string
  readonly delay: number
  readonly distance: number
  readonly origin: string
  readonly destination: string
}

function read(): readonly Flown[] {
  return JSON.parse(readFileSync(datasetFile('flights-20k.json'), 'utf8'))
}

/** The data has local times without a zone. They are taken as they stand, as UTC. */
function timeOf(date: string): Date {
  return new Date(`${date.replaceAll('/', '-').replace(' ', 'T')}:00.000Z`)
}

/** The first anniversary after a time. 2001 had no 29 February, so that every date exists in every year. */
function yearsLater(flownAt: Date, after: Date): Date {
  const moved = new Date(flownAt)
  moved.setUTCFullYear(after.getUTCFullYear())
  if (moved <= after) moved.setUTCFullYear(after.getUTCFullYear() + 1)
  return moved
}

const carriers = ['AA', 'AQ', 'AS', 'CO', 'DL', 'HP', 'MQ', 'NW', 'TW', 'UA', 'US', 'WN'] as const

/** A route has one carrier and, for each hour of the day, one number, so that the same flight is flown on several days. */
function numberOf({ date, origin, destination }: Flown): string {
  const carrier = carriers[sha256(`${origin} ${destination}`).readUInt32BE(0) % carriers.length]!
  const hour = date.slice(11, 13)
  return `${carrier}${(sha256(`${origin} ${destination} ${hour}`).readUInt32BE(0) % 2_999) + 1}`
}

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

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
