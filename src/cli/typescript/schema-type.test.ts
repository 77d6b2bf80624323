import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { schemaType } from './schema-type.ts'

suite('a schema as a type', () => {
  for (const [schema, type] of [
    [{ type: 'string' }, 'string'],
    [{ type: ['integer', 'null'] }, 'number | null'],
    [{ enum: ["it's", 1, null] }, "'it\\'s' | 1 | null"],
    [{ const: true }, 'true'],
    [{ const: { a: 1 } }, 'Json'],
    [{ type: 'array', items: { type: ['string', 'null'] } }, 'readonly (string | null)[]'],
    [{ type: 'array' }, 'readonly Json[]'],
    [{ type: 'array', prefixItems: [] }, 'readonly Json[]'],
    [{ type: 'object' }, '{ readonly [name: string]: Json }'],
    [{ type: 'object', additionalProperties: { type: 'integer' } }, '{ readonly [name: string]: number }'],
    [{ type: 'object', additionalProperties: false }, '{}'],
    [
      { type: 'object', properties: { a: { type: 'integer' }, 'b-c': {} }, required: ['a'] },
      "{ readonly a: number; readonly 'b-c'?: Json }",
    ],
    [
      { type: 'object', properties: { a: { type: 'integer' } }, additionalProperties: true },
      '{ readonly a?: number; readonly [name: string]: unknown }',
    ],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
    [{ oneOf: [{ type: 'string' }, {}] }, 'Json'],
    [
      { allOf: [{ type: 'object', properties: { a: {} } }, { anyOf: [{ type: 'string' }, { type: 'null' }] }] },
      '{ readonly a?: Json } & (string | null)',
    ],
    [
      { type: 'object', properties: { a: {} }, oneOf: [{ type: 'object', properties: { b: {} } }] },
      '{ readonly b?: Json } & { readonly a?: Json }',
    ],
    [{ $ref: '#/x' }, 'Json'],
    [{ type: 'picture' }, 'Json'],
    [{}, 'Json'],
    [true, 'Json'],
    [false, 'never'],
  ] as const) {
    test(JSON.stringify(schema), () => assert.equal(schemaType(schema), type))
  }

  test('goes by name where a reference has one', () => {
    const words = { unknown: 'unknown', nameOf: (ref: string) => (ref === '#/x' ? 'Named' : undefined) } as const
    assert.equal(schemaType({ type: 'array', items: { $ref: '#/x' } }, words), 'readonly Named[]')
    assert.equal(schemaType({ $ref: '#/y' }, words), 'unknown')
  })
})
