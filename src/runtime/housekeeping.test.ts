import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Scheduler } from '../core/scheduler.ts'
import { silentTelemetry } from '../core/telemetry.ts'
import { type Idempotency, purgeMax } from '../service/idempotency.ts'
import { housekeeping } from './housekeeping.ts'

test('a minute takes away all that has expired, however much that is, and stops when it takes too long', async () => {
  const tasks: (() => void)[] = []
  let nowMs = 0
  const scheduler: Scheduler = {
    monotonicMs: () => nowMs,
    immediate: setImmediate,
    after: (_delayMs, task) => {
      tasks.push(task)
      return () => {}
    },
  }
  let expired = 5 * purgeMax + 7
  let costsMs = 1
  const idempotency = {
    purge: async () => {
      nowMs += costsMs
      const deleted = Math.min(purgeMax, expired)
      expired -= deleted
      return deleted
    },
  } as unknown as Idempotency
  using _housekeeping = housekeeping(idempotency, ['main'], scheduler, silentTelemetry)
  const minute = async () => {
    tasks.pop()!()
    while (tasks.length === 0) await new Promise(setImmediate)
  }
  await minute()
  assert.equal(expired, 0)
  expired = 100 * purgeMax
  costsMs = 1000
  await minute()
  assert.equal(expired, 90 * purgeMax)
})
