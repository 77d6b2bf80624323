import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Field, t } from './field.ts'
import { resourceManifest } from './manifest.ts'
import { resource } from './resource.ts'
import { changeSchema, fieldSchema, newRowSchema, replacementSchema, rowSchema } from './schema.ts'
import { compileSchema } from './validator.ts'

const accepts = (
  field: Field<any, any, any>,
  value: unknown, // `any`: fields of every kind
) => compileSchema(fieldSchema(field.declaration))(value).length === 0

test('null is taken where a field is optional, and nowhere else', () => {
  for (const make of [
    (optional: boolean) => t.id({ optional }),
    (optional: boolean) => t.text({ optional }),
    (optional: boolean) => t.integer({ optional }),
    (optional: boolean) => t.bigint({ optional }),
    (optional: boolean) => t.decimal(4, 2, { optional }),
    (optional: boolean) => t.boolean({ optional }),
    (optional: boolean) => t.timestamp({ optional }),
    (optional: boolean) => t.date({ optional }),
    (optional: boolean) => t.enum(['a'], { optional }),
    (optional: boolean) => t.ref('others', { optional }),
    (optional: boolean) => t.bytes({ optional }),
    (optional: boolean) => t.json({ optional }),
    (optional: boolean) => t.json({ optional, description: 'of a field', default: 1 }),
    (optional: boolean) => t.json({ optional, schema: { type: 'object' } }),
    (optional: boolean) => t.json({ optional, schema: { type: ['object', 'array'] } }),
    (optional: boolean) => t.json({ optional, schema: { type: ['object', 'null'] } }),
    (optional: boolean) => t.json({ optional, schema: { enum: [1, 2] } }),
    (optional: boolean) => t.json({ optional, schema: { type: 'string', enum: ['a'] } }),
    (optional: boolean) => t.json({ optional, schema: { const: 1 } }),
    (optional: boolean) => t.json({ optional, schema: { anyOf: [{ type: 'string' }, { type: 'null' }] } }),
    (optional: boolean) => t.json({ optional, schema: { not: { type: 'array' } } }),
    (optional: boolean) => t.json({ optional, schema: { minimum: 3 } }),
  ]) {
    const { declaration } = make(true)
    assert.equal(accepts(make(true), null), true, JSON.stringify(declaration))
    assert.equal(accepts(make(false), null), false, JSON.stringify(declaration))
  }
})

test('a schema of JSON means the same where null is allowed beside it', () => {
  for (const optional of [true, false]) {
    assert.equal(accepts(t.json({ optional }), 'anything'), true)
    assert.equal(accepts(t.json({ optional, schema: { const: 1 } }), 1), true)
    assert.equal(accepts(t.json({ optional, schema: { const: 1 } }), 2), false)
    assert.equal(accepts(t.json({ optional, schema: { enum: [1, 2] } }), 2), true)
    assert.equal(accepts(t.json({ optional, schema: { enum: [1, 2] } }), 3), false)
    assert.equal(accepts(t.json({ optional, schema: { type: ['object', 'array'] } }), 1), false)
    assert.equal(accepts(t.json({ optional, schema: { minimum: 3 } }), 2), false)
  }
})

test('a decimal keeps to its digits, also where all of them stand behind the point', () => {
  for (const [field, good, bad] of [
    [t.decimal(4, 2), ['0', '99.99', '-99.99', '1.5'], ['100', '1.234', '01', '.5', '1.', '+1', '1e1']],
    [t.decimal(2, 2), ['0', '0.99', '-0.99'], ['1', '1.00', '0.999']],
    [t.decimal(3, 0), ['999', '-999', '0'], ['1000', '1.0']],
    [t.decimal(4, 2, { minimum: '-1.5', maximum: '2' }), ['-1.50', '2.00'], ['-1.51', '2.01']],
  ] as const) {
    for (const value of good) assert.equal(accepts(field, value), true, value)
    for (const value of bad) assert.equal(accepts(field, value), false, value)
  }
})

test('a bigint has 64 bits and its own limits', () => {
  for (const value of ['-9223372036854775808', '9223372036854775807', '0'])
    assert.equal(accepts(t.bigint(), value), true)
  for (const value of ['-9223372036854775809', '9223372036854775808', '-0', '00', '1.0', 1])
    assert.equal(accepts(t.bigint(), value), false, String(value))
  assert.equal(accepts(t.bigint({ minimum: '9007199254740993' }), '9007199254740992'), false)
})

test('a pattern is of the whole text', () => {
  const field = t.text({ pattern: 'a|b' })
  assert.deepEqual([accepts(field, 'a'), accepts(field, 'ab'), accepts(field, 'xa')], [true, false, false])
})

const manifest = resourceManifest(
  'shop',
  resource('things', {
    name: t.text(),
    kind: t.text({ default: 'plain' }),
    note: t.text({ optional: true }),
    serial: t.text({ writeOnce: true }),
    secret: t.text({ private: true, default: 'x' }),
    home: t.ref('homes'),
  }).partitionBy('home').declaration,
)
const namesIn = (schema: { readonly [word: string]: unknown }) => [
  Object.keys(schema.properties as object),
  schema.required ?? [],
]

test('what may be given to make, change and replace a row, and what is answered', () => {
  assert.deepEqual(namesIn(newRowSchema(manifest)), [
    ['name', 'kind', 'note', 'serial', 'home'],
    ['name', 'serial', 'home'],
  ])
  assert.deepEqual(namesIn(newRowSchema(manifest, { private: true }))[0], [
    'name',
    'kind',
    'note',
    'serial',
    'secret',
    'home',
  ])
  // Where a row lives is decided once.
  assert.deepEqual(namesIn(changeSchema(manifest)), [['name', 'kind', 'note'], []])
  assert.deepEqual(namesIn(changeSchema(manifest, { private: true }))[0], ['name', 'kind', 'note', 'secret'])
  assert.deepEqual(namesIn(replacementSchema(manifest)), [['name', 'kind', 'note', 'serial', 'home'], ['name']])
  const shown = ['id', 'name', 'kind', 'note', 'serial', 'home', 'createdAt', 'updatedAt', 'version']
  assert.deepEqual(namesIn(rowSchema(manifest)), [shown, shown])
})
