import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from './comparison.ts'
import { compareValues } from './values.ts'

const row = { id: 'a', seats: 7, price: '1.50', departsAt: '2030-01-01T08:00:00.000Z', included: { to: { id: 'BTV' } } }
const other = { ...row, seats: '7', departsAt: '2030-01-01T09:00:00+01:00', slot: 3 }

test('a number as a text, another form of a time and fields more mean the same', () => {
  compare('read', { data: [row], page: { next: null } }, [other])
})

test('another value, a field less, another order and a row more do not', () => {
  const { price: _, ...without } = other
  const second = { ...row, id: 'b' }
  const refused = (rowsA: readonly unknown[], rowsB: readonly unknown[]) =>
    assert.throws(() => compare('read', { data: rowsA }, rowsB), assert.AssertionError)
  refused([row], [{ ...other, seats: 8 }])
  refused([row], [{ ...other, departsAt: '2030-01-01T09:00:00Z' }])
  refused([row], [without])
  refused([row], [{ ...other, included: { to: { id: 'HNL' } } }])
  refused([row, second], [{ ...other, id: 'b' }, other])
  refused([row], [other, { ...other, id: 'b' }])
})

test('the id and the times that a write makes have to be there and may differ', () => {
  compare('write', row, [{ ...other, id: 'b', departsAt: '2031-01-01T08:00:00.000Z' }])
  for (const name of ['id', 'departsAt'])
    assert.throws(() => compare('write', row, [{ ...other, [name]: undefined }]), assert.AssertionError)
})

const compare = (kind: 'read' | 'write', a: unknown, rows: readonly unknown[]): void => {
  const answer = (json: unknown): Answer => ({
    isWrite: kind === 'write',
    status: 200,
    headers: [],
    body: Buffer.from(JSON.stringify(json)),
  })
  compareValues([answer(a)], [answer({ rows })], (json: { readonly rows: readonly unknown[] }) => json.rows)
}
