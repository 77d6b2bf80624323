import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Field, t } from './field.ts'
import { rowFormat, storedValue, type Value } from './row.ts'

const columns = (
  fields: Readonly<Record<string, Field<any, any, any>>>, // `any`: fields of every kind
) => Object.entries(fields).map(([name, { declaration }]) => ({ name, field: declaration }))

test('a value has one stored form, and null is null in every kind', () => {
  for (const [field, given, stored] of [
    [t.decimal(5, 2), '1.5', '1.50'],
    [t.timestamp(), '2030-01-01T01:00:00+01:00', '2030-01-01T00:00:00.000Z'],
    [t.json(), { a: [1] }, '{"a":[1]}'],
    [t.json(), 'text', '"text"'],
    [t.bytes(), 'AB', 'AA'],
    [t.integer(), -0, 0],
    [t.bigint(), '9007199254740993', '9007199254740993'],
    [t.boolean(), false, false],
    [t.text(), '', ''],
    [t.date(), '2030-01-01', '2030-01-01'],
    [t.enum('a', 'b'), 'b', 'b'],
    [t.ref('others'), 'x', 'x'],
  ] as readonly (readonly [Field, unknown, Value])[]) {
    assert.equal(Object.is(storedValue(field.declaration, given), stored), true, field.declaration.kind)
    assert.equal(storedValue(field.declaration, null), null)
    assert.equal(storedValue(field.declaration, undefined), null)
  }
  assert.throws(() => storedValue(t.json().declaration, () => 1), /JSON cannot hold a function/)
})

test('a row is the same JSON as JSON.stringify would make of it', () => {
  const format = rowFormat(
    columns({
      id: t.id(),
      text: t.text(),
      long: t.text(),
      count: t.integer(),
      large: t.bigint({ optional: true }),
      price: t.decimal(5, 2),
      isOpen: t.boolean({ optional: true }),
      at: t.timestamp({ optional: true }),
      notes: t.json({ optional: true }),
      state: t.enum('a'),
      blob: t.bytes(),
    }),
  )
  for (const text of ['plain', '', '"', '\\', '\n\u0000\u001f', '\u2028\u007f', 'é\u{1f30d}', '\ud800', '</script>']) {
    const row = ['i', text, text.repeat(70), -1, null, '1.00', false, '2030', '{"b":1,"a":"\\""}', 'a', 'AA']
    assert.equal(format.toJson(row), JSON.stringify(format.toObject(row)))
  }
  const nulls = ['i', 't', 'l', 0, '1', '0.00', null, null, null, 'a', '']
  assert.equal(format.toJson(nulls), JSON.stringify(format.toObject(nulls)))
})

test('private fields are in the object of the handler and not in the JSON of the answer', () => {
  const format = rowFormat(columns({ open: t.text(), hidden: t.text({ private: true }), last: t.integer() }))
  assert.deepEqual(format.toObject(['a', 'b', 1]), { open: 'a', hidden: 'b', last: 1 })
  assert.equal(format.toJson(['a', 'b', 1]), '{"open":"a","last":1}')
})

test('a row of which nothing may be shown is an empty object', () => {
  assert.equal(rowFormat(columns({ hidden: t.text({ private: true }) })).toJson(['x']), '{}')
  assert.equal(rowFormat([]).toJson([]), '{}')
  assert.deepEqual(rowFormat([]).toObject([]), {})
})
