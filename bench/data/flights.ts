import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolder, rootFolder } from '../measure/paths.ts'
import { startServer } from '../measure/server.ts'
import type { Subject } from '../works/work.ts'

/** The data of the flights example, small or large. The large one takes minutes to import, and is kept. */
export interface FlightsData {
  readonly name: string
  /** The arguments of `banyan seed`. */
  readonly seed: readonly string[]
  /** Cursors are taken behind so many flights, and behind each hundred of the next ten thousand. */
  readonly deepAfter: number
  readonly folder: string
}

const example = join(rootFolder, 'examples/flights')
const ids = join(dataFolder, 'ids')

export const flights20k: FlightsData = dataOf('flights-20k', [], 10_000)
export const flights3m: FlightsData = dataOf('flights-3m', ['seeds/flights-3m.ts'], 1_000_000)

/** Files of what loads ask for, one a line: airports from which enough flights leave in both, flights of both, cursors. */
export const originCodes: string = join(ids, 'origins.txt')
export const flownIds: string = join(ids, 'flown.txt')
export const cursorsOf = ({ name }: FlightsData): string => join(ids, `${name}-cursors.txt`)

/** Makes the data unless they are there; an import that was cut off goes on. Says what it took. */
export const prepareFlights = async (data: FlightsData, program: Subject['program']): Promise<void> => {
  const finished = `${data.folder}.finished`
  if (existsSync(finished)) return
  for (const outdated of globSync(`${dataFolder}/${data.name}-*`))
    if (!outdated.startsWith(data.folder)) rmSync(outdated, { recursive: true })
  mkdirSync(ids, { recursive: true })
  importFlights(data)
  await writeIds()
  await writeCursors(data, program)
  writeFileSync(finished, '')
}

function dataOf(name: string, seed: readonly string[], deepAfter: number): FlightsData {
  return { name, seed, deepAfter, folder: join(dataFolder, `${name}-${stamp()}`) }
}

/** Changes with anything that decides what rows there are. */
function stamp(): string {
  const hash = createHash('sha256')
  for (const file of globSync(['{app,catalog,seed}.ts', 'dataset/*.ts', 'seeds/*.ts'], { cwd: example }).sort())
    if (!file.endsWith('.test.ts')) hash.update(file).update(readFileSync(join(example, file)))
  return hash.digest('hex').slice(0, 12)
}

const importFlights = ({ name, seed, folder }: FlightsData): void => {
  console.error(`Banyan imports ${name}, which is kept.`)
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(rootFolder, 'bin/banyan.js'), 'seed', ...seed, '--json'],
    {
      cwd: example,
      env: { ...process.env, BANYAN_DATA: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new Error(`banyan seed ended with ${status}.`)
  console.error(stdout.trim())
}

const writeIds = async (): Promise<void> => {
  const { flightsAfter } = await import('../../examples/flights/dataset/flights.ts')
  const flights = flightsAfter('2030-01-01T00:00:00.000Z')
  const departures = Map.groupBy(flights, ({ origin }) => origin)
  // A page of 20, and one more that tells whether there is a next.
  const origins = [...departures].flatMap(([origin, { length }]) => (length > 20 ? [origin] : []))
  writeFileSync(originCodes, `${origins.join('\n')}\n`)
  writeFileSync(flownIds, `${flights.map(({ id }) => id).join('\n')}\n`)
}

/** Goes through the pages as a client would: the server alone can sign a cursor. */
const writeCursors = async (data: FlightsData, program: Subject['program']): Promise<void> => {
  await using server = await startServer(program(data.folder))
  const cursors: string[] = []
  let after = ''
  for (let rows = 100; cursors.length < 100; rows += 100) {
    const response = await fetch(
      `http://127.0.0.1:${server.port}/v2/flights?sort=departsAt&limit=100&fields=id${after}`,
    )
    const { page } = (await response.json()) as { readonly page: { readonly next: string } }
    if (rows >= data.deepAfter) cursors.push(page.next)
    after = `&after=${page.next}`
  }
  writeFileSync(cursorsOf(data), `${cursors.join('\n')}\n`)
}
