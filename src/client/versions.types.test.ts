import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyone, app, resource, role, service, signedIn, t } from '../index.ts'
import { client } from './client.ts'

// Everything here is proved by the compiler; `calls` is never run.

const Carrier = resource('carriers', { name: t.text() }).access({ read: anyone }).absentFrom('v1')

const Flight = resource('flights', {
  number: t.text({ writeOnce: true }),
  origin: t.text({ length: 3 }),
  destination: t.text({ length: 3 }),
  departsAt: t.timestamp(),
  price: t.decimal(10, 2),
  currency: t.enum('EUR', 'USD'),
  spare: t.ref('flights', { optional: true }),
  secret: t.text({ private: true, default: '' }),
})
  .index('origin', 'departsAt')
  .presents('v1', { renamed: { departure: 'departsAt', replacement: 'spare' }, without: { currency: 'EUR' } })
  .index('departsAt')
  .presents('v1', {
    fields: { fare: t.integer() },
    from: ['price'],
    toOld: ({ price }) => ({ fare: Number(price.replace('.', '')) }),
    fromOld: ({ fare }) => ({ price: (fare / 100).toFixed(2) }),
  })
  .presents('v1', {
    fields: { route: t.text(), leg: t.enum(['only', 'first'], { default: 'only' }) },
    from: ['origin', 'destination'],
    toOld: ({ origin, destination }) => ({ route: `${origin}-${destination}` }),
    fromOld: ({ route, leg }) => ({ origin: route.slice(0, 3), destination: leg === 'only' ? route.slice(4) : 'XXX' }),
  })
  .access({ read: anyone, write: role('operator') })

const catalog = service('catalog', { resources: { Carrier, Flight } })
  .operation('book', {
    http: 'POST /flights/{flight}/book',
    input: { flight: t.id(), seats: t.integer(), class: t.enum('first', 'second') },
    output: { booked: t.boolean(), total: t.decimal(10, 2) },
    access: signedIn,
    run: () => ({ booked: true, total: '1.00' }),
  })
  .operation('best', { http: 'GET /best', output: Flight, access: anyone, run: () => ({}) as never })
  .operation('newest', { http: 'GET /newest', access: anyone, run: () => {} })
  .presents('v1', 'book', {
    http: 'POST /flights/{id}/book',
    input: { renamed: { id: 'flight' }, without: { class: 'second' } },
    output: { without: ['booked'] },
  })
  .presents('v1', 'book', {
    output: {
      fields: { cents: t.integer() },
      from: ['total'],
      toOld: ({ total }) => ({ cents: Number(total.replace('.', '')) }),
    },
  })
  .absentFrom('v1', 'newest')

const flights = app('flights', { version: 'v2', versions: { v1: { deprecatedAt: '2026-06-01' } }, services: [catalog] })

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Equal<A, B>) => {}

export async function calls() {
  const now = client<typeof flights>('http://localhost:4000')
  client<typeof flights, 'v2'>('http://localhost:4000', { version: 'v2', token: 'x' })
  client<typeof flights>('http://localhost:4000', { version: 'v2' })
  const then = client<typeof flights, 'v1'>('http://localhost:4000', { version: 'v1' })
  // @ts-expect-error the server has to be told which version is meant
  client<typeof flights, 'v1'>('http://localhost:4000')
  // @ts-expect-error types of one version, routes of another
  client<typeof flights, 'v1'>('http://localhost:4000', { version: 'v2' })
  // @ts-expect-error types of one version, routes of another
  client<typeof flights>('http://localhost:4000', { version: 'v1' })
  // @ts-expect-error there is no such version
  client<typeof flights, 'v0'>('http://localhost:4000', { version: 'v0' })

  // Names
  same<keyof typeof now, 'carriers' | 'flights' | 'catalog'>(true)
  same<keyof typeof then, 'flights' | 'catalog'>(true)
  same<keyof typeof now.catalog, 'book' | 'best' | 'newest'>(true)
  same<keyof typeof then.catalog, 'book' | 'best'>(true)

  // Rows
  const row = await then.flights.get('1')
  same<
    typeof row,
    {
      readonly id: string
      readonly createdAt: string
      readonly updatedAt: string
      readonly version: number
      readonly number: string
      readonly departure: string
      readonly fare: number
      readonly route: string
      readonly leg: 'only' | 'first'
      readonly replacement: string | null
    }
  >(true)
  same<(typeof row)['fare'], number>(true)
  same<Awaited<ReturnType<typeof then.catalog.best>>, typeof row>(true)
  same<'price' extends keyof Awaited<ReturnType<typeof now.flights.get>> ? true : false, true>(true)
  const { included } = await then.flights.get('1', { fields: ['fare'], include: 'replacement' })
  same<typeof included.replacement, typeof row | null>(true)
  // @ts-expect-error a name of the current version
  await then.flights.get('1', { include: 'spare' })
  // @ts-expect-error a name of the older version
  await now.flights.get('1', { fields: ['fare'] })

  // Lists
  await then.flights.list({ where: { departure: { gte: '2030-01-01T00:00:00.000Z' } }, sort: '-departure' })
  // @ts-expect-error no list goes by a field that is made of others
  await then.flights.list({ where: { route: 'LAX-PHX' } })
  // @ts-expect-error the version does not show it
  await then.flights.list({ where: { origin: 'LAX' } })

  // Writes
  await then.flights.create({ number: 'B1', route: 'LAX-PHX', departure: '2030-01-01T00:00:00.000Z', fare: 1 })
  await then.flights.update('1', { fare: 2, leg: 'first' })
  // @ts-expect-error a name of the current version
  await then.flights.update('1', { price: '1.00' })
  // @ts-expect-error write-once in every version
  await then.flights.update('1', { number: 'B2' })
  // @ts-expect-error private in every version
  await then.flights.update('1', { secret: 'x' })

  // Operations
  const { cents } = await then.catalog.book({ id: '1', seats: 2 })
  same<typeof cents, number>(true)
  // @ts-expect-error the version does not show it
  await then.catalog.book({ id: '1', seats: 2 }).then(({ booked }) => booked)
  // @ts-expect-error the version does not take it
  await then.catalog.book({ id: '1', seats: 2, class: 'first' })
  // @ts-expect-error a name of the current version
  await then.catalog.book({ flight: '1', seats: 2 })
  return now.catalog.book({ flight: '1', seats: 2, class: 'first' })
}

test('the types of a client of an older version follow from the app', () => assert.equal(typeof calls, 'function'))
