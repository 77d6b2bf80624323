import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../core/random.ts'
import { randomValue } from './example/random-value.ts'
import { type Field, t } from './field.ts'
import { fieldSchema } from './schema.ts'
import { compileSchema } from './validator.ts'
import { valueCheck } from './value-check.ts'

const fields: readonly Field<any, any, any>[] = [
  // `any`: fields of every kind
  t.id(),
  t.ref('others'),
  t.text(),
  t.text({ minLength: 2, maxLength: 3 }),
  t.text({ pattern: '[A-Z]{3}-[A-Z]{3}', maxLength: 7 }),
  t.integer(),
  t.integer({ minimum: 1, maximum: 9, optional: true }),
  t.bigint({ maximum: '5' }),
  t.decimal(8, 2),
  t.decimal(3, 3),
  t.decimal(4, 0, { minimum: '-3', maximum: '7.5' }),
  t.boolean({ optional: true }),
  t.timestamp(),
  t.date(),
  t.enum('a', 'b'),
  t.json(),
  t.json({ maxBytes: 5, optional: true }),
  t.json({ schema: { type: 'object' } }),
  t.bytes({ maxBytes: 2 }),
]

const odd = [
  ...[
    null,
    undefined,
    true,
    0,
    -0,
    1.5,
    2 ** 53,
    Number.NaN,
    [],
    {},
    '',
    'a',
    'A-B',
    'ABC-DEF',
    'é',
    '\u0000',
    '\ud800',
  ],
  ...[
    '0',
    '-0',
    '00',
    '1.',
    '.5',
    '0.5',
    '1.50',
    '1.505',
    '7.5',
    '8',
    '-3',
    '-3.1',
    '99999999.99',
    '1e3',
    ' 1',
    '0.123',
    '0.1234',
  ],
  ...[
    '2030-01-01',
    '2030-02-30',
    '2030-01-01T00:00:00.000Z',
    '2030-01-01T00:00:00Z',
    '2030-01-01T25:00:00.000Z',
    'AA',
    'AAAA',
  ],
]

test('it says the same as the schema of the field, which it asks only about what is not plainly right', () => {
  const dice = seededRandom(3)
  for (const { declaration } of fields) {
    const [check, validate] = [valueCheck(declaration), compileSchema(fieldSchema(declaration))]
    const values = [...odd, ...Array.from({ length: 100 }, () => randomValue('x', declaration, dice))]
    for (const value of values.filter((value) => value !== undefined))
      assert.equal(check(value), validate(value)[0]?.detail, `${JSON.stringify(declaration)}: ${JSON.stringify(value)}`)
  }
})
