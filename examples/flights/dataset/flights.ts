import { readFileSync } from 'node:fs'
import { datasetFile } from './file.ts'
import { anniversary, flightRow, sha256 } from './flight-row.ts'

/**
 * The flights as rows, in the order of the file, each moved by whole years to the first time that it lies ahead of this
 * timestamp. Everything else about a flight, its id above all, is the same whenever it is imported.
 */
export function flightsAfter(timestamp: string) {
  const after = new Date(timestamp)
  const seen = new Map<string, number>()
  return read().map(({ date, ...flown }) => {
    // Two pairs of flights left the same airport for the same other one in the same minute: the second is counted.
    const key = `${date} ${flown.origin} ${flown.destination}`
    const occurrence = (seen.get(key) ?? 0) + 1
    seen.set(key, occurrence)
    const flownAt = timeOf(date)
    return flightRow({ ...flown, flownAt }, sha256(`${key} ${occurrence}`), anniversary(flownAt, after))
  })
}

interface Recorded {
  /** `2001/01/31 23:59` */
  readonly date: string
  readonly delay: number
  readonly distance: number
  readonly origin: string
  readonly destination: string
}

function read(): readonly Recorded[] {
  return JSON.parse(readFileSync(datasetFile('flights-20k.json'), 'utf8'))
}

/** The data has local times without a zone. They are taken as they stand, as UTC. */
function timeOf(date: string): Date {
  return new Date(`${date.replaceAll('/', '-').replace(' ', 'T')}:00.000Z`)
}
