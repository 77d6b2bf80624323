import { createHash } from 'node:crypto'
import { datasetFile } from './file.ts'
import { anniversary, flightRow } from './flight-row.ts'
import { rowGroups } from './parquet.ts'

export const flights3mTotal = 3_000_000

/**
 * The flights of the large file as rows, in its order, behind the first `from`; their departures lie ahead of this timestamp
 * as those of the small one do. An id is of the minute in which the flight was flown and of its place in the file: it is none
 * of those that the small file's flights have, and is known without the rows before it.
 */
export async function* flights3mAfter(timestamp: string, from = 0) {
  const after = new Date(timestamp)
  const digestOf = digests()
  let flownAt = new Date(Number.NaN)
  let departsAt = ''
  let at = from
  for await (const { length, date, delay, distance, origin, destination } of rowGroups(file, columns, from)) {
    for (let row = 0; row < length; row++, at++) {
      // The file is sorted by time, and a dozen flights leave in a minute.
      if (date[row] !== flownAt.getTime()) {
        flownAt = new Date(date[row]!)
        departsAt = anniversary(flownAt, after)
      }
      const flown = {
        flownAt,
        delay: delay[row]!,
        distance: distance[row]!,
        origin: origin[row]!,
        destination: destination[row]!,
      }
      yield flightRow(flown, digestOf(at), departsAt)
    }
  }
}

const file = datasetFile('flights-3m.parquet')
const columns = { numbers: ['date', 'delay', 'distance'], texts: ['origin', 'destination'] } as const

/** The digests of rows by their place in the file. One hash makes those of a thousand: one each would be most of the work. */
function digests(): (at: number) => Buffer {
  let known = -1
  let bytes = Buffer.alloc(0)
  return (at) => {
    const thousand = Math.floor(at / 1000)
    if (thousand !== known) {
      bytes = createHash('shake256', { outputLength: 1000 * digestBytes })
        .update(`flights-3m ${thousand}`)
        .digest()
      known = thousand
    }
    const start = (at % 1000) * digestBytes
    return bytes.subarray(start, start + digestBytes)
  }
}

const digestBytes = 20
