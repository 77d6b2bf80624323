import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogFacts } from '../app/log.ts'
import { Bookmark } from '../core/bookmark.ts'
import { deadlineIn } from '../core/deadline.ts'
import { systemScheduler } from '../core/scheduler.ts'
import { handlerLog } from './log.ts'

const context = {
  requestId: 'r1',
  signal: new AbortController().signal,
  deadline: deadlineIn(1_000, systemScheduler),
  bookmark: new Bookmark(),
}

/** What is told of these facts, as the log would write it. */
function told(facts: LogFacts): Readonly<Record<string, unknown>> {
  const lines: unknown[] = []
  const telemetry = { log: (...line: readonly unknown[]) => void lines.push(line) }
  handlerLog(telemetry, 'bank.pay', ['pin', 'innerNote'])(context).info('said', facts)
  const [[level, message, given]] = lines as [[string, string, Record<string, unknown>]]
  assert.deepEqual([level, message], ['info', 'said'])
  const { operation, requestId, ...own } = JSON.parse(JSON.stringify(given))
  assert.deepEqual([operation, requestId], ['bank.pay', 'r1'])
  return own
}

test('each level goes to the telemetry with the operation and the id of the request, which no fact takes the place of', () => {
  const lines: unknown[][] = []
  const log = handlerLog({ log: (...line) => void lines.push(line) }, 'bank.pay', [])(context)
  log.debug('a')
  log.info('b', { seats: 2 })
  log.warn('c', { requestId: 'mine', operation: 'mine' })
  const { error } = log
  error('d')
  const own = { operation: 'bank.pay', requestId: 'r1' }
  assert.deepEqual(lines, [
    ['debug', 'a', own],
    ['info', 'b', { seats: 2, ...own }],
    ['warn', 'c', own],
    ['error', 'd', own],
  ])
})

test('private fields and what is named like a secret are left out, wherever they stand', () => {
  const left = '[left out]'
  assert.deepEqual(told({ account: { id: 'a', pin: '1234', inner_note: 'x' }, pin: 5 }), {
    account: { id: 'a', pin: left, inner_note: left },
    pin: left,
  })
  for (const name of [
    'password',
    'newPassword',
    'api_key',
    'API-Key',
    'authorization',
    'Set-Cookie',
    'accessToken',
    'refresh_tokens',
    'clientSecret',
    'credentials',
    'privateKey',
  ])
    assert.deepEqual(told({ deep: [{ [name]: 'x' }] }), { deep: [{ [name]: left }] }, name)
  assert.deepEqual(told({ tokenCount: 3, pinned: true, key: 'k' }), { tokenCount: 3, pinned: true, key: 'k' })
})

test('an error tells its name, message, code, stack and cause, and nothing that somebody has hung on it', () => {
  const error = Object.assign(new TypeError('no answer', { cause: new Error('refused') }), {
    code: 'E_NET',
    request: { headers: { authorization: 'Bearer x' } },
  })
  const { error: shown } = told({ error }) as { error: Record<string, unknown> }
  assert.deepEqual(Object.keys(shown), ['name', 'message', 'code', 'stack', 'cause'])
  assert.deepEqual([shown.name, shown.message, shown.code], ['TypeError', 'no answer', 'E_NET'])
  assert.equal((shown.cause as { message: string }).message, 'refused')
})

test('whatever is given, a line is plain, bounded, and thrown is nothing', () => {
  const ring: Record<string, unknown> = { name: 'ring' }
  ring.self = ring
  const failing = {
    get bad(): never {
      throw new Error('no')
    },
  }
  assert.deepEqual(
    told({
      big: 5n,
      when: new Date(0),
      never: new Date(Number.NaN),
      bytes: new Uint8Array(7),
      call: () => 1,
      nothing: null,
      failing,
      deep: { a: { b: { c: { d: 1 } } } },
    }),
    {
      big: '5',
      when: '1970-01-01T00:00:00.000Z',
      never: null,
      bytes: '[7 bytes]',
      call: '[left out]',
      nothing: null,
      failing: { bad: '[left out]' },
      deep: { a: { b: { c: '[left out]' } } },
    },
  )
  assert.ok(JSON.stringify(told({ ring })).length < 300)
  const long = told({
    text: 'x'.repeat(10_000),
    list: Array(1_000).fill(1),
    ...Object.fromEntries(Object.entries(Array(1_000).fill(1))),
  })
  assert.ok(JSON.stringify(long).length < 4_000)
  for (const facts of [null, 'text', 7, [1, 2]]) assert.doesNotThrow(() => told(facts as never))
})
