import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ErrorRow, table } from '../../src/core/errors.ts'
import { errorTables } from './errors.ts'

test('no code stands for two errors', () => {
  const codes = Object.values(errorTables).flatMap((folders) => folders.flatMap((errors) => Object.keys(errors[table])))
  assert.equal(new Set(codes).size, codes.length)
})

test('every status is one that problems may have, and every hint is a sentence', () => {
  for (const errors of Object.values(errorTables).flat()) {
    for (const [code, { status, hint }] of Object.entries(errors[table] as Readonly<Record<string, ErrorRow>>)) {
      assert.ok(status >= 400 && status < 600, code)
      assert.ok(hint.length > 10, code)
    }
  }
})
