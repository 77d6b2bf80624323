import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { audit, type Entry, type Ledger } from './ledger.ts'

const ledger: Ledger = {
  asked: new Set(['kept', 'unanswered', 'refused']),
  acknowledged: new Map([['kept', '1']]),
  refused: new Map([['refused', '503 STORE_FULL']]),
}
const kept = { id: '1', value: 'kept' }

suite('the audit of a ledger', () => {
  test('is content when what was never answered is there', () => {
    assert.deepEqual(audit(ledger, [kept, { id: '2', value: 'unanswered' }]), [])
  })

  test('is content when what was never answered is not there', () => {
    assert.deepEqual(audit(ledger, [kept]), [])
  })

  const cases: readonly (readonly [finding: string, entries: readonly Entry[]])[] = [
    ['lost', []],
    ['changed', [{ id: '9', value: 'kept' }]],
    ['twice', [kept, { id: '2', value: 'kept' }]],
    ['twice', [kept, { id: '2', value: 'unanswered' }, { id: '3', value: 'unanswered' }]],
    ['refused but there', [kept, { id: '2', value: 'refused' }]],
    ['strange', [kept, { id: '2', value: 'what nobody sent' }]],
  ]
  for (const [finding, entries] of cases) {
    test(`finds what is ${finding}: ${entries.map(({ value }) => value)}`, () => {
      const findings = audit(ledger, entries)
      assert.equal(findings.length, 1)
      assert.ok(findings[0]?.startsWith(`${finding}: `), findings[0] ?? 'nothing found')
    })
  }
})
