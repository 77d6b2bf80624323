import assert from 'node:assert/strict'
import { test } from 'node:test'
import { labSuite } from './lab-suite.ts'

labSuite('values', (it) => {
  const given = async (value: object) => it.made('samples', { group: it.word(), ...value })
  const refusedAt = async (pointer: string, value: object) => {
    const { body } = await it.refused(422, 'INVALID', 'POST /v1/samples', {
      body: { group: 'values', ...value },
    })
    const pointers = new Set(body.errors.map((issue: { pointer: string }) => issue.pointer))
    assert.deepEqual([...pointers], [pointer], JSON.stringify([value, body]))
  }

  test('an integer has 53 bits and no negative zero', async () => {
    for (const wide of [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0])
      assert.equal((await given({ wide })).wide, wide)
    const { id } = await given({})
    const { body } = await it.ask(`PATCH /v1/samples/${id}`, {
      body: '{"wide":-0}',
      headers: { 'content-type': 'application/merge-patch+json' },
    })
    assert.equal(Object.is(body.wide, 0), true)
    for (const wide of [2 ** 53, -(2 ** 53), 0.5, '1', true]) await refusedAt('/wide', { wide })
  })

  test('a bigint is a string of up to 64 bits without leading zeros', async () => {
    for (const large of ['9223372036854775807', '-9223372036854775808', '0', '9007199254740993'])
      assert.equal((await given({ large })).large, large)
    for (const large of ['9223372036854775808', '-9223372036854775809', '01', '-0', '+1', '1.0', '', 1])
      await refusedAt('/large', { large })
  })

  test('a decimal is exact and always has all its digits', async () => {
    for (const [price, stored] of [
      ['1', '1.00'],
      ['0.5', '0.50'],
      ['-0.05', '-0.05'],
      ['-0', '0.00'],
      ['-0.00', '0.00'],
      ['9999.99', '9999.99'],
      ['-9999.99', '-9999.99'],
    ])
      assert.equal((await given({ price })).price, stored)
    for (const price of ['10000.00', '1.005', '.5', '1.', '01.00', '1e3', '', 1.5, '1,5', 'NaN'])
      await refusedAt('/price', { price })
    assert.equal((await given({ whole: '999999999999999999' })).whole, '999999999999999999')
    assert.equal((await given({ whole: '-999999999999999999' })).whole, '-999999999999999999')
    for (const whole of ['1000000000000000000', '1.0']) await refusedAt('/whole', { whole })
  })

  test('a timestamp comes back in UTC with milliseconds, whatever offset it had', async () => {
    for (const [startsAt, stored] of [
      ['2030-01-01T08:00:00Z', '2030-01-01T08:00:00.000Z'],
      ['2030-01-01T08:00:00.5Z', '2030-01-01T08:00:00.500Z'],
      ['2030-01-01T00:30:00+01:00', '2029-12-31T23:30:00.000Z'],
      ['2000-02-29T23:59:59.999-23:59', '2000-03-01T23:58:59.999Z'],
      ['0001-01-01T00:00:00.000Z', '0001-01-01T00:00:00.000Z'],
      ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ])
      assert.equal((await given({ startsAt })).startsAt, stored)
    for (const startsAt of [
      '2030-02-29T00:00:00Z',
      '2030-01-01T24:00:00Z',
      '2030-01-01T00:00:60Z',
      '2030-01-01T00:00:00.0001Z',
      '2030-01-01T00:00:00',
      '2030-01-01',
      '9999-12-31T23:59:59.999-01:00',
      '0000-01-01T00:00:00.000+01:00',
      '+12030-01-01T00:00:00Z',
      1893484800000,
    ])
      await refusedAt('/startsAt', { startsAt })
  })

  test('a date is a day of the calendar', async () => {
    for (const day of ['2024-02-29', '0001-01-01', '9999-12-31']) assert.equal((await given({ day })).day, day)
    for (const day of ['2023-02-29', '2024-13-01', '2024-00-10', '2024-1-1', '2024-01-01T00:00:00Z', '', 20240101])
      await refusedAt('/day', { day })
  })

  test('text is counted in code points and kept as it is', async () => {
    for (const label of ['', '\u{1f30d}\u{1f30d}\u{1f30d}\u{1f30d}\u{1f30d}', 'é', 'é', '"\\\n\t', '</a>', '\ufffd'])
      assert.equal((await given({ label })).label, label)
    for (const label of ['sixsix', '\u0000', 1, {}, []]) await refusedAt('/label', { label })
    await it.refused(422, 'INVALID', 'POST /v1/samples', { body: '{"group":"g","label":"\\udead"}' })
  })

  test('an enum is one of its values, in their own case', async () => {
    assert.equal((await given({ state: 'old' })).state, 'old')
    for (const state of ['Old', '', 'nothing', null, 1]) await refusedAt('/state', { state })
  })

  test('bytes are base64url in its one form, counted before encoding', async () => {
    for (const [blob, stored] of [
      ['', ''],
      ['AAECAw', 'AAECAw'],
      ['_-8', '_-8'],
      // The last digit has bits that stand for nothing.
      ['AB', 'AA'],
    ])
      assert.equal((await given({ blob })).blob, stored)
    for (const blob of ['AAECAwQ', 'A', 'AA==', 'A+/A', 'A A', 7]) await refusedAt('/blob', { blob })
  })

  test('JSON is kept with its members in their order, whatever they are called', async () => {
    const notes = { z: 1, a: [null, true, 1.5, 'é', {}], constructor: { prototype: 1 }, toString: '', '': 0 }
    const { id } = await given({ notes })
    const { body } = await it.ask(`GET /v1/samples/${id}`)
    assert.deepEqual(body.notes, notes)
    assert.equal(JSON.stringify(body.notes), JSON.stringify(notes))
    for (const notes of ['text', 0, false, []]) assert.deepEqual((await given({ notes })).notes, notes)
  })

  test('a number that JSON can write and no computer here can hold is refused, not stored as null', async () => {
    for (const body of ['{"group":"g","notes":1e999}', '{"group":"g","notes":{"a":[-1e999]}}'])
      await it.refused(400, 'MALFORMED_BODY', 'POST /v1/samples', { body })
  })

  test('a required JSON field takes anything but null', async () => {
    assert.deepEqual((await given({ must: [0] })).must, [0])
    assert.deepEqual((await given({})).must, {})
    await refusedAt('/must', { must: null })
    const { id } = await given({})
    await it.refused(422, 'INVALID', `PATCH /v1/samples/${id}`, { body: { must: null } })
  })

  test('a JSON field with a schema keeps to it, and may be null where it is optional', async () => {
    for (const shape of [{ side: 2 }, ['a'], null]) assert.deepEqual((await given({ shape })).shape, shape)
    await refusedAt('/shape/side', { shape: { side: 'x' } })
    await refusedAt('/shape/top', { shape: { top: 1 } })
    await refusedAt('/shape/0', { shape: [1] })
    await refusedAt('/shape', { shape: 'x' })
  })

  test('an optional field reads as null where it was not given; a default stands in only for what is left out', async () => {
    const row = await given({})
    assert.deepEqual([row.label, row.notes, row.mood, row.state], [null, null, 'fine', 'new'])
    assert.equal((await given({ mood: null })).mood, null)
    const { body } = await it.ask(`PUT /v1/samples/${row.id}`, { body: { group: row.group, mood: null } })
    assert.equal(body.mood, null)
    assert.equal((await it.ask(`PUT /v1/samples/${row.id}`, { body: { group: row.group } })).body.mood, 'fine')
  })

  test('every value is the same in the answer to a write, in a read and in a list', async () => {
    const row = await given({
      label: 'é"\u{1f30d}',
      count: -10,
      wide: 2 ** 40,
      large: '-1',
      price: '-0.1',
      whole: '7',
      isOpen: false,
      startsAt: '1969-12-31T23:59:59.999Z',
      day: '1600-02-29',
      notes: { nested: [1, { x: '\u2028' }] },
      shape: [],
      blob: 'AA',
    })
    assert.deepEqual(await it.got(`GET /v1/samples/${row.id}`), row)
    assert.deepEqual((await it.got(`GET /v1/samples?group=${row.group}`)).data, [row])
    const picked = await it.got(`GET /v1/samples/${row.id}?fields=notes,price,isOpen,version`)
    assert.deepEqual(picked, { notes: row.notes, price: '-0.10', isOpen: false, version: 1 })
  })
})
