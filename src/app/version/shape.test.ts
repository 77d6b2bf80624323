import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BanyanError, coreErrors } from '../../core/errors.ts'
import { t } from '../field.ts'
import { resourceManifest } from '../manifest.ts'
import { resource } from '../resource.ts'
import { rowLayoutOf } from './layout.ts'
import { type Shape, shapeOf } from './shape.ts'
import { told } from './told.ts'

const Flight = resource('flights', {
  number: t.text(),
  origin: t.text(),
  destination: t.text(),
  departsAt: t.timestamp(),
  price: t.decimal(8, 2),
  currency: t.enum('EUR', 'USD'),
  depot: t.text({ writeOnce: true, optional: true }),
  secret: t.text({ private: true, default: '' }),
})
  .presents('v1', { renamed: { departure: 'departsAt' }, without: { currency: 'EUR' } })
  .presents('v1', {
    fields: { fare: t.integer(), paid: t.decimal(8, 1, { optional: true, default: '1.0' }) },
    from: ['price'],
    toOld: ({ price }) => ({ fare: Number(price.replace('.', '')), paid: '2' }),
    fromOld: ({ fare, paid }) => ({ price: `${(fare / 100).toFixed(2)}${paid === '7.0' ? '0' : ''}` }),
  })
  .presents('v1', {
    fields: { route: t.text(), stop: t.text({ optional: true }) },
    from: ['destination', 'origin'],
    toOld: ({ origin, destination }) => ({ route: `${origin}-${destination}` }),
    fromOld: ({ route }) => ({ origin: route.slice(0, 3), destination: route.slice(4) }),
  })
  .presents('v1', {
    fields: { home: t.text({ writeOnce: true }) },
    from: ['depot'],
    toOld: ({ depot }) => ({ home: depot ?? 'none' }),
    fromOld: ({ home }) => ({ depot: home === 'none' ? null : home }),
  })
  .presents('v1', { fields: { gate: t.text({ optional: true }), meal: t.text({ default: 'soup' }) } })

const differing = Flight.presented.v1!
const place = { version: 'v1', place: 'flights' }
const shape: Shape = shapeOf(
  place,
  rowLayoutOf(resourceManifest('s', Flight.declaration), differing.difference),
  differing,
)

const now = {
  id: '1',
  number: 'B1',
  origin: 'LAX',
  destination: 'PHX',
  departsAt: '2030-01-01T00:00:00.000Z',
  price: '19.90',
  currency: 'USD',
  depot: 'north',
  secret: 'hidden',
  createdAt: 'c',
  updatedAt: 'u',
  version: 3,
}

const invalid = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof BanyanError && error.code === 'INVALID')
    assert.equal(error.facts.version, 'v1')
    return error.facts.issues
  }
  throw new Error('it was taken')
}

test('what a version shows stands where it was made into something else, and ends with what every row has', () => {
  assert.deepEqual(Object.entries(shape.toOld(now)), [
    ['id', '1'],
    ['number', 'B1'],
    ['route', 'LAX-PHX'],
    ['stop', null],
    ['departure', now.departsAt],
    ['fare', 1990],
    ['paid', '2.0'],
    ['home', 'north'],
    ['gate', null],
    ['meal', 'soup'],
    ['createdAt', 'c'],
    ['updatedAt', 'u'],
    ['version', 3],
  ])
})

test('what is given to make a row becomes all of its fields, with defaults and in one form', () => {
  const given = { number: 'B1', route: 'SFO-LAX', departure: 'd', fare: 5, home: 'none', meal: 'soup' }
  assert.deepEqual(shape.fromNew(given), {
    number: 'B1',
    departsAt: 'd',
    currency: 'EUR',
    price: '0.05',
    origin: 'SFO',
    destination: 'LAX',
    depot: null,
  })
  assert.equal(shape.fromNew({ ...given, paid: '7' }).price, '0.050')
})

test('a change becomes what it touches, and nothing where the version shows it already', () => {
  assert.deepEqual(shape.fromChange({}, now), {})
  assert.deepEqual(shape.fromChange({ departure: 'd', number: 'x' }, now), { departsAt: 'd', number: 'x' })
  assert.deepEqual(shape.fromChange({ fare: 7 }, now), { price: '0.07' })
  assert.deepEqual(shape.fromChange({ fare: 1990, route: 'LAX-PHX', gate: null }, now), {})
  assert.deepEqual(shape.fromChange({ paid: '7.0' }, now), { price: '19.900' })
  assert.deepEqual(shape.fromChange({ stop: null }, now), {})
})

test('a replacement keeps what the version cannot show, and what it gives back unchanged', () => {
  const { home: _, ...given } = { number: 'B2', route: 'LAX-PHX', departure: 'd', fare: 7, paid: '2.0', home: '' }
  const whole = { number: 'B2', departsAt: 'd', currency: 'USD', origin: 'LAX', destination: 'PHX', depot: 'north' }
  assert.deepEqual(shape.fromReplacement(given, now), { ...whole, price: '0.07' })
  assert.equal(shape.fromReplacement({ ...given, home: 'south' }, now).depot, 'south', 'which is refused as write-once')
  const odd = { ...now, price: '19.9099' }
  assert.equal(shape.fromReplacement({ ...given, ...shape.toOld(odd) }, odd).price, '19.9099')
})

test('a field that is no longer kept takes what it shows, and refuses to lose anything else', () => {
  for (const run of [
    shape.fromNew,
    (given: object) => shape.fromChange({ ...given }, now),
    (given: object) => shape.fromReplacement({ ...given }, now),
  ]) {
    assert.deepEqual(
      invalid(() => run({ route: 'LAX-PHX', fare: 1, home: 'x', gate: '7' })),
      [{ pointer: '/gate', detail: 'is no longer kept: it can be given as null only' }],
    )
    assert.equal(invalid(() => run({ meal: 'cake' }))?.[0]?.pointer, '/meal')
  }
})

test('functions of the app cannot change what they are given', () => {
  const given = { number: 'B1', route: 'SFO-LAX', departure: 'd', fare: 5, home: 'x' }
  const before = structuredClone([given, now])
  shape.fromNew(given)
  shape.toOld(now)
  assert.deepEqual([given, now], before)
})

test('errors are told in the names of the version, once', () => {
  const error = coreErrors.INVALID('x', {
    issues: ['/departsAt', '/price', '/destination', '/currency', '/secret', '/number/0', '/unknown/at', ''].map(
      (pointer) => ({ pointer, detail: 'is wrong' }),
    ),
  })
  const once = told(error, 'flights', shape) as BanyanError
  assert.deepEqual(once.facts.issues, [
    { pointer: '/departure', detail: 'is wrong' },
    { pointer: '/fare', detail: 'becomes price, which is wrong' },
    { pointer: '/route', detail: 'becomes destination, which is wrong' },
    { pointer: '', detail: 'is wrong' },
    { pointer: '', detail: 'is wrong' },
    { pointer: '/number/0', detail: 'is wrong' },
    { pointer: '', detail: 'is wrong' },
    { pointer: '', detail: 'is wrong' },
  ])
  assert.deepEqual([once.code, once.status, once.hint], [error.code, error.status, error.hint])
  assert.equal(told(once, 'flights', shape), once)
  const plain = coreErrors.BUG('x')
  assert.equal(told(plain, 'flights', shape), plain)
  assert.equal(told('no error', 'flights', shape), 'no error')
})

test('names that are exchanged do not meet', () => {
  const Pair = resource('pairs', { left: t.integer(), right: t.integer() }).presents('v1', {
    renamed: { left: 'right', right: 'left' },
  })
  const exchanged = Pair.presented.v1!
  const pair = shapeOf(place, rowLayoutOf(resourceManifest('s', Pair.declaration), exchanged.difference), exchanged)
  const row = { id: '1', left: 1, right: 2, createdAt: 'c', updatedAt: 'u', version: 1 }
  assert.deepEqual([pair.toOld(row).left, pair.toOld(row).right], [2, 1])
  assert.deepEqual(pair.fromNew({ left: 1, right: 2 }), { right: 1, left: 2 })
  const error = coreErrors.INVALID('x', { issues: [{ pointer: '/left', detail: 'is wrong' }] })
  assert.equal((told(error, 'pairs', pair) as BanyanError).facts.issues?.[0]?.pointer, '/right')
})

test('whatever is given is shown again, and comes back as it was', (context) => {
  const seed = Number(process.env.BANYAN_SEED ?? Date.now() % 2 ** 31)
  context.diagnostic(`BANYAN_SEED=${seed}`)
  const code = fc.string({ unit: fc.constantFrom(...'ABC-1é'), minLength: 3, maxLength: 3 })
  const given = fc.record({
    number: fc.string(),
    route: fc.tuple(code, code).map(([from, to]) => `${from}-${to}`),
    departure: fc.string(),
    fare: fc.integer({ min: 0, max: 99_999_999 }),
    paid: fc.constant('2.0'),
    home: fc.string({ minLength: 5 }),
  })
  const property = fc.property(given, (old) => {
    const row = { ...now, ...shape.fromNew(old) }
    const shown = shape.toOld(row)
    for (const [name, value] of Object.entries(old)) assert.deepEqual(shown[name], value, name)
    assert.deepEqual(shape.fromChange(old, row), { number: old.number, departsAt: old.departure })
    assert.deepEqual({ ...row, ...shape.fromReplacement(old, row) }, row)
    assert.deepEqual({ ...now, ...shape.fromChange(old, now), currency: row.currency }, row)
  })
  fc.assert(property, { seed, numRuns: 300 })
})
