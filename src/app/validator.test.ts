import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileSchema } from './validator.ts'

const object = (properties: object, more: object = {}) =>
  compileSchema({ type: 'object', properties, additionalProperties: false, ...more })

test('what is valid has no issues', () => {
  assert.deepEqual(object({ a: { type: 'integer' } })({ a: 1 }), [])
})

test('every fault is told at its place', () => {
  const validate = object({ a: { type: 'integer' }, b: { enum: ['x', 'y'] }, c: {} }, { required: ['a', 'c'] })
  assert.deepEqual(validate({ b: 'z', d: 1 }), [
    { pointer: '/a', detail: 'is required' },
    { pointer: '/c', detail: 'is required' },
    { pointer: '/d', detail: 'is not a field that can be given here' },
    { pointer: '/b', detail: 'must be one of "x", "y"' },
  ])
})

test('a pointer is escaped as RFC 6901 says, and bounded', () => {
  const [issue] = object({})({ 'a/b~c': 1 })
  assert.equal(issue!.pointer, '/a~1b~0c')
  const [long] = object({})({ ['x'.repeat(1000)]: 1 })
  assert.equal(long!.pointer!.length, 129)
})

test('what a pattern and a format find wrong is told once, in words', () => {
  const date = object({ day: { type: 'string', format: 'date', pattern: '^[0-9-]{10}$' } })
  assert.deepEqual(date({ day: 'soon' }), [{ pointer: '/day', detail: 'must be a date of the calendar: "2030-01-31"' }])
})

test('of a large value only the first fault is told, and of a small one at most twenty', () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`x${at}`, 1]))
  assert.equal(object({})(many(150)).length, 20)
  assert.equal(object({})(many(5000)).length, 1)
})

test('a range of decimals is exact', () => {
  const validate = compileSchema({ type: 'string', 'x-range': ['-0.01', '9007199254740993'] })
  for (const text of ['-0.01', '0', '9007199254740993']) assert.deepEqual(validate(text), [])
  for (const text of ['-0.011', '9007199254740993.1'])
    assert.deepEqual(validate(text), [{ pointer: '', detail: 'must lie from -0.01 to 9007199254740993' }])
})

test('text is well-formed, without NUL, and counted in code points', () => {
  const validate = compileSchema({ type: 'string', format: 'text', maxLength: 2 })
  for (const text of ['', 'ab', '\u{1f30d}\u{1f30d}', '\ufffd']) assert.deepEqual(validate(text), [])
  for (const text of ['abc', '\ud83c', '\udf0d\ud83c', '\u0000']) assert.equal(validate(text).length, 1, text)
})

test('a condition that fails is told by what it asks for, not by itself', () => {
  const validate = compileSchema({
    type: 'object',
    if: { properties: { kind: { const: 'a' } } },
    // biome-ignore lint/suspicious/noThenProperty: it is a word of JSON Schema.
    then: { required: ['x'], properties: { y: false } },
  })
  assert.deepEqual(validate({ kind: 'a', y: 1 }), [
    { pointer: '/x', detail: 'is required' },
    { pointer: '/y', detail: 'is not a field that can be given here' },
  ])
})

test('a schema is compiled when it is first used', () => {
  const broken = compileSchema({ type: 'nothing' })
  assert.throws(() => broken(1))
})

test('items are compared by what they say, each looked up once', () => {
  const validate = compileSchema({ type: 'array', uniqueItems: true })
  assert.deepEqual(validate([{ a: 1, b: [2] }, { b: [2], a: 2 }, [], {}, null, 'null']), [])
  const [issue] = validate([{ a: 1, b: 2 }, 3, { b: 2, a: 1 }])
  assert.equal(issue?.detail, 'must not have two equal items')
  let looks = 0
  const item = (at: number) => ({
    get at() {
      looks++
      return at
    },
  })
  validate(Array.from({ length: 2000 }, (_, at) => item(at)))
  assert.ok(looks <= 4000, `${looks} looks at 2000 items`)
})

test('a number that is too long to be one is never made a big integer', () => {
  const validate = compileSchema({ type: 'string', 'x-range': ['0', '9'] })
  assert.deepEqual(validate('9'.repeat(1_000_000)), [])
  assert.equal(validate('10').length, 1)
})
