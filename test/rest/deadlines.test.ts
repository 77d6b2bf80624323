import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Scheduler, systemScheduler } from '../../src/core/scheduler.ts'
import { lab } from './lab.ts'
import { labSuite } from './lab-suite.ts'

/** Time that runs a hundred times as fast: 30 seconds pass in 300 ms. */
const hurried: Scheduler = {
  ...systemScheduler,
  monotonicMs: () => systemScheduler.monotonicMs() * 100,
  after: (delayMs, task) => systemScheduler.after(delayMs / 100, task),
}

labSuite(
  'deadlines',
  (it) => {
    test('a request that takes more than 30 seconds is answered by 503, and nobody can say what became of it', async () => {
      const began = performance.now()
      lab.run = () => new Promise(() => {})
      const { body, headers } = await it.refused(503, 'DEADLINE_PASSED', 'POST /v1/plain', { as: 'ada' })
      assert.ok(performance.now() - began > 250)
      assert.equal(headers.get('retry-after'), '1')
      assert.match(body.detail, /experiments\.plain/)
    })

    test('a call has no more time than its caller, whatever timeout it names', async () => {
      lab.ponder = () => new Promise(() => {})
      const left = Promise.withResolvers<number>()
      lab.run = async ({ call, deadline }) => {
        try {
          await call.oracle.ponder({}, { timeout: '10m' })
        } finally {
          left.resolve(deadline.remainingMs())
        }
      }
      await it.refused(503, 'DEADLINE_PASSED', 'POST /v1/plain', { as: 'ada' })
      // Timers may be a millisecond early, which is a hundred here.
      assert.ok((await left.promise) < 1_000)
    })

    test('the signal of the handler is aborted when its time is over', async () => {
      const aborted = Promise.withResolvers<unknown>()
      lab.run = ({ signal }) => {
        signal.addEventListener('abort', () => aborted.resolve(signal.reason))
        return new Promise(() => {})
      }
      await it.refused(503, 'DEADLINE_PASSED', 'POST /v1/plain', { as: 'ada' })
      assert.equal(((await aborted.promise) as Error).name, 'TimeoutError')
    })

    test('the signal of the handler is aborted when the caller goes', async () => {
      const [begun, aborted] = [Promise.withResolvers<void>(), Promise.withResolvers<unknown>()]
      lab.run = ({ signal }) => {
        signal.addEventListener('abort', () => aborted.resolve(signal.reason))
        begun.resolve()
        return aborted.promise
      }
      const leaving = new AbortController()
      const asked = fetch(`${it.url}/v1/plain`, {
        method: 'POST',
        headers: { authorization: 'Bearer dev:ada' },
        signal: leaving.signal,
      })
      await begun.promise
      leaving.abort()
      await assert.rejects(asked)
      assert.equal(((await aborted.promise) as Error).name, 'AbortError')
    })

    test('a late end of the handler changes nothing of the answer that was given', async () => {
      const late = Promise.withResolvers<unknown>()
      lab.run = () => late.promise
      await it.refused(503, 'DEADLINE_PASSED', 'POST /v1/plain', { as: 'ada' })
      const faults = it.faults.length
      late.reject(new Error('too late'))
      await new Promise((resolve) => setTimeout(resolve, 20))
      assert.equal(it.faults.length, faults)
      assert.equal((await it.ask('GET /healthz')).status, 200)
    })

    test('a key whose request ran out of time is free again once that request has ended', async () => {
      const late = Promise.withResolvers<unknown>()
      const key = { as: 'ada', headers: { 'idempotency-key': it.word() } }
      lab.run = () => late.promise
      await it.refused(503, 'DEADLINE_PASSED', 'POST /v1/keyed', key)
      await it.refused(409, 'IDEMPOTENCY_RUNNING', 'POST /v1/keyed', key)
      late.resolve({ result: 'late' })
      await new Promise((resolve) => setTimeout(resolve, 20))
      lab.run = () => ({ result: 'again' })
      const { result } = await it.got('POST /v1/keyed', key)
      assert.ok(result === 'late' || result === 'again', result)
    })
  },
  () => ({ scheduler: hurried }),
)
