import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Facts, plannedFacts } from './facts.ts'

test('rows are counted once for each question, however often a plan asks it', async () => {
  const asked: string[] = []
  const facts: Facts = {
    async count(table, condition) {
      asked.push(`${table} ${condition.kind}`)
      return asked.length
    },
    examples: async () => [],
  }
  const planned = plannedFacts(facts)
  const any = { kind: 'any' } as const
  assert.deepEqual(await Promise.all([planned.count('flights', any), planned.count('flights', any)]), [1, 1])
  assert.equal(await planned.count('flights', { kind: 'null', column: 'gate' }), 2)
  assert.equal(await planned.count('flights', any), 1)
  assert.deepEqual(asked, ['flights any', 'flights null'])
  // Another plan is made of other data.
  assert.equal(await plannedFacts(facts).count('flights', any), 3)
})
