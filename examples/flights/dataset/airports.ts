import { readFileSync } from 'node:fs'
import { parseCsv } from './csv.ts'
import { datasetFile } from './file.ts'

/** The airports as rows, in the order of the file. `NA` stands for what is not known, and becomes null. */
export function airports() {
  const [header, ...records] = parseCsv(readFileSync(datasetFile('airports.csv'), 'utf8'))
  if (String(header) !== 'iata,name,city,state,country,latitude,longitude') {
    throw new Error(`airports.csv has other columns than expected: ${header}`)
  }
  return records.map((record) => {
    const [id, name, city, state, country, latitude, longitude] = record as Columns
    return { id, name, city: known(city), state: known(state), country, latitude, longitude }
  })
}

type Columns = [
  id: string,
  name: string,
  city: string,
  state: string,
  country: string,
  latitude: string,
  longitude: string,
]

function known(text: string): string | null {
  return text === 'NA' ? null : text
}
