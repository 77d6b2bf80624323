import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../core/random.ts'
import { type Field, t } from '../field.ts'
import { storedValue } from '../row.ts'
import { fieldSchema } from '../schema.ts'
import { compileSchema } from '../validator.ts'
import { randomValue } from './random-value.ts'

const fields: Readonly<Record<string, Field<any, any, any>>> = {
  // `any`: fields of every kind
  id: t.id(),
  ref: t.ref('others'),
  text: t.text(),
  short: t.text({ maxLength: 2 }),
  long: t.text({ minLength: 40, maxLength: 41 }),
  code: t.text({ pattern: '(?:NL|BE)-\\d{4}(?:/[A-Z]+)?' }),
  route: t.text({ pattern: '[A-Z]{3,4}-[A-Z]{3,4}', maxLength: 9 }),
  word: t.text({ pattern: '[a-z][a-z0-9-]*', maxLength: 6 }),
  other: t.text({ pattern: '[^a1]\\w+.' }),
  integer: t.integer(),
  seats: t.integer({ minimum: 1, maximum: 9 }),
  high: t.integer({ minimum: 1000 }),
  low: t.integer({ maximum: -1000 }),
  bigint: t.bigint(),
  price: t.decimal(8, 2, { minimum: '0' }),
  share: t.decimal(3, 3),
  whole: t.decimal(18, 0),
  around: t.decimal(5, 2, { minimum: '-1.50', maximum: '1.5' }),
  boolean: t.boolean(),
  timestamp: t.timestamp(),
  date: t.date(),
  enum: t.enum('a', 'b', 'c'),
  json: t.json(),
  shape: t.json({ schema: { type: 'array', items: { type: 'integer' } } }),
  bytes: t.bytes({ maxBytes: 3 }),
  maybe: t.integer({ optional: true }),
}

test('every value is one that its field allows, in its one form', () => {
  const dice = seededRandom(1)
  for (const [name, { declaration }] of Object.entries(fields)) {
    const validate = compileSchema(fieldSchema(declaration))
    for (let times = 0; times < 300; times++) {
      const value = randomValue(name, declaration, dice)
      assert.deepEqual(validate(value), [], `${name}: ${JSON.stringify(value)}`)
      if (declaration.kind !== 'json') assert.equal(storedValue(declaration, value), value, name)
    }
  }
})

test('values differ, edges are among them, and the same seed gives the same', () => {
  const drawn = (name: string, seed: number) => {
    const dice = seededRandom(seed)
    return Array.from({ length: 200 }, () => randomValue(name, fields[name]!.declaration, dice))
  }
  for (const name of Object.keys(fields)) assert.deepEqual(drawn(name, 7), drawn(name, 7))
  for (const name of ['text', 'code', 'route', 'word', 'integer', 'price', 'timestamp', 'date', 'bytes'])
    assert.ok(new Set(drawn(name, 7)).size > 40, name)
  for (const [name, edge] of [
    ['seats', 1],
    ['seats', 9],
    ['price', '999999.99'],
    ['price', '0.00'],
    ['around', '-1.50'],
    ['bigint', '-9223372036854775808'],
    ['maybe', null],
    ['enum', 'c'],
  ] as const)
    assert.ok(drawn(name, 7).includes(edge), `${name} is never ${edge}`)
  // What conversions take for a separator.
  assert.ok(drawn('text', 7).some((value) => String(value).includes('-')))
})

test('a pattern that nothing is known to match gives no value', () => {
  const { declaration } = t.text({ pattern: '(?=b)a' })
  assert.equal(randomValue('x', declaration, seededRandom(1)), undefined)
})
