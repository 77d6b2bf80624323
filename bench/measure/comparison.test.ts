import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, textOf } from './comparison.ts'

const answer: Answer = {
  isWrite: false,
  status: 200,
  headers: [
    ['Date', 'Mon, 01 Jan 2001 00:00:00 GMT'],
    ['ETag', '"v1"'],
  ],
  body: Buffer.from('{"id":"00e0a1b2-0000-7000-8000-000000000001"}'),
}

test('the date, the order and the case of header names do not tell answers apart', () => {
  const other: Answer = {
    ...answer,
    headers: [
      ['etag', '"v1"'],
      ['date', 'Tue, 02 Jan 2001 00:00:00 GMT'],
    ],
  }
  assert.equal(textOf(answer), textOf(other))
})

test('a status, a header, its value or one byte of the body does', () => {
  const others: readonly Answer[] = [
    { ...answer, status: 201 },
    { ...answer, headers: answer.headers.slice(0, 1) },
    { ...answer, headers: [answer.headers[0]!, ['ETag', '"v2"']] },
    { ...answer, headers: [...answer.headers, ['Vary', 'Origin']] },
    { ...answer, body: Buffer.from(answer.body.toString().replace('1"}', '2"}')) },
  ]
  for (const other of others) assert.notEqual(textOf(answer), textOf(other))
})

test('ids and times that a write makes may differ, their length may not', () => {
  const first: Answer = { ...answer, isWrite: true }
  const second: Answer = { ...first, body: Buffer.from('{"id":"00e0a1b2-0000-7000-8000-000000000002"}') }
  const longer: Answer = { ...first, body: Buffer.from('{"id":"00e0a1b2-0000-7000-8000-0000000000021"}') }
  assert.equal(textOf(first), textOf(second))
  assert.notEqual(textOf(first), textOf(longer))
})
