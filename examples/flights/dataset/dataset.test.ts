import assert from 'node:assert/strict'
import { test } from 'node:test'
import { airports } from './airports.ts'
import { parseCsv } from './csv.ts'
import { flightsAfter } from './flights.ts'
import { flights3mAfter, flights3mTotal } from './flights-3m.ts'
import { uuidV7 } from './uuid.ts'

const flights = flightsAfter('2030-02-15T12:00:00.000Z')

test('all airports and flights are there, each id once', () => {
  assert.equal(new Set(airports().map(({ id }) => id)).size, 3_376)
  assert.equal(new Set(flights.map(({ id }) => id)).size, 20_000)
})

test('every flight begins and ends at an airport of the data', () => {
  const known = new Set(airports().map(({ id }) => id))
  const unknown = flights.flatMap(({ origin, destination }) => [origin, destination]).filter((id) => !known.has(id))
  assert.deepEqual(unknown, [])
})

test('airports keep the commas and quotes of their names, and nulls stand for what is not known', () => {
  const byId = new Map(airports().map((airport) => [airport.id, airport]))
  assert.equal(byId.get('BTR')?.name, 'Baton Rouge Metropolitan, Ryan')
  assert.equal(byId.get('DBN')?.name, 'W. H. "Bud" Barron')
  assert.deepEqual(byId.get('YAP'), {
    id: 'YAP',
    name: 'Yap International',
    city: null,
    state: null,
    country: 'Federated States of Micronesia',
    latitude: '9.5167',
    longitude: '138.1',
  })
})

test('every departure lies ahead of the import, by less than a year, on its month and day and at its time', () => {
  for (const { departsAt } of flights) {
    assert.ok(departsAt > '2030-02-15T12:00:00.000Z' && departsAt <= '2031-02-15T12:00:00.000Z', departsAt)
  }
  assert.equal(flights[0]?.departsAt, '2031-01-01T00:47:00.000Z')
  assert.equal(flights.at(-1)?.departsAt, '2030-03-31T22:27:00.000Z')
})

test('nothing but the departure depends on when it is imported', () => {
  const without = (rows: typeof flights) => rows.map(({ departsAt: _, ...rest }) => rest)
  assert.deepEqual(without(flightsAfter('2041-11-30T00:00:00.000Z')), without(flights))
  assert.equal(flights[0]?.id, '00e3c7d2-3ba0-7c6e-9c6e-3a0575b3267a')
})

test('ids are UUIDv7 of the minute in which the flight was flown', () => {
  for (const { id, departsAt } of flights) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const flownAt = new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toISOString()
    assert.equal(flownAt, `2001${departsAt.slice(4)}`)
  }
})

test('a UUIDv7 has its time, version and variant where RFC 9562 has them', () => {
  // The example of appendix A.6.
  const digest = Buffer.from('0cc318c4dc0c0c07398f', 'hex')
  assert.equal(uuidV7(0x017f22e279b0, digest), '017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
})

test('CSV is read as RFC 4180 has it', () => {
  assert.deepEqual(parseCsv('a,b\n1,"x, ""y""\nz"\r\n,\n'), [
    ['a', 'b'],
    ['1', 'x, "y"\nz'],
    ['', ''],
  ])
  assert.deepEqual(parseCsv('a,'), [['a', '']])
  assert.deepEqual(parseCsv(''), [])
  assert.throws(() => parseCsv('a,"b"c\n'), SyntaxError)
})

async function* taken(rows: ReturnType<typeof flights3mAfter>, count: number) {
  let left = count
  for await (const row of rows) {
    yield row
    if (--left === 0) return
  }
}

test('the large file gives the same rows from wherever it is read, over the borders of its row groups', async () => {
  const now = '2030-02-15T12:00:00.000Z'
  const groupEnd = 272_727
  const fromBefore = await Array.fromAsync(taken(flights3mAfter(now, groupEnd - 3), 6))
  const fromBorder = await Array.fromAsync(taken(flights3mAfter(now, groupEnd), 3))
  assert.deepEqual(fromBefore.slice(3), fromBorder)
  const [last] = await Array.fromAsync(flights3mAfter(now, flights3mTotal - 1))
  assert.deepEqual([last?.origin.length, last?.departsAt.slice(4)], [3, '-07-01T00:00:00.000Z'])
  assert.deepEqual(await Array.fromAsync(flights3mAfter(now, flights3mTotal)), [])
})

test('flights of the large file are flights like the others, with ids of their own', async () => {
  const known = new Set(airports().map(({ id }) => id))
  const ids = new Set(flights.map(({ id }) => id))
  const before = ids.size
  const rows = await Array.fromAsync(taken(flights3mAfter('2030-02-15T12:00:00.000Z'), 20_000))
  for (const { id, origin, destination, departsAt, capacity, seatsLeft, price } of rows) {
    ids.add(id)
    assert.ok(known.has(origin) && known.has(destination), `${origin} ${destination}`)
    assert.ok(departsAt > '2030-02-15T12:00:00.000Z' && departsAt <= '2031-02-15T12:00:00.000Z', departsAt)
    assert.equal(seatsLeft, capacity)
    assert.match(price, /^\d+\.\d\d$/)
  }
  assert.equal(ids.size, before + rows.length)
  assert.deepEqual(rows[0], {
    id: '00e3c7a8-1e60-7847-a48b-e82917741516',
    number: 'DL1096',
    origin: 'LAS',
    destination: 'PHL',
    departsAt: '2031-01-01T00:01:00.000Z',
    distance: 2176,
    delay: 33,
    capacity: 150,
    seatsLeft: 150,
    price: '295.06',
  })
})
