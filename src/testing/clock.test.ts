import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { anyone, signedIn } from '../app/access.ts'
import { app } from '../app/app.ts'
import { contract } from '../app/contract.ts'
import { t } from '../app/field.ts'
import { resource } from '../app/resource.ts'
import { service } from '../app/service.ts'
import { testApp } from './testing.ts'
import { virtualTime } from './virtual-time.ts'

const Alarm = resource('alarms', { at: t.timestamp() }).index('createdAt').access({ read: anyone, write: signedIn })
const slow = contract('slow', { answer: { input: {} } })
const never = () => new Promise<void>(() => {})

const alarms = app('alarms', {
  version: 'v1',
  services: [
    service('slow', { implements: { slow } }).implement('slow', { answer: never }),
    service('alarms', { resources: { Alarm }, calls: { slow } })
      .operation('set', {
        http: 'POST /alarms/in',
        input: { duration: t.text() },
        output: Alarm,
        access: signedIn,
        idempotent: true,
        run: ({ input, data, clock }) => data.alarms.insert({ at: clock.in(input.duration) }),
      })
      .operation('ask', {
        http: 'POST /ask',
        output: { remainingMs: t.integer() },
        access: anyone,
        run: async ({ call, deadline }) => {
          await call.slow.answer({}, { timeout: '5s' }).catch(() => {})
          return { remainingMs: deadline.remainingMs() }
        },
      })
      .operation('hang', { http: 'POST /hang', access: anyone, run: never }),
  ],
})
const start = '2030-01-01T00:00:00.000Z'
const started = () => testApp(alarms, { now: start })

suite('the clock of a test app', () => {
  test('stands still, and handlers see its time', async () => {
    await using it = await started()
    const { at, createdAt } = await it.as('ada').alarms.set({ duration: '15m' })
    assert.deepEqual([createdAt, at], [start, it.clock.in('15m')])
    assert.equal(it.clock.now(), start)
    await it.clock.advance('15m')
    assert.equal(it.clock.now(), at)
    await it.clock.set('2031-02-03T05:05:06.000+01:00')
    assert.equal((await it.as('ada').alarms.set({ duration: '0s' })).createdAt, '2031-02-03T04:05:06.000Z')
  })

  test('goes on by a millisecond from request to request, so that rows have an order', async () => {
    await using it = await started()
    const set = () => it.as('ada').alarms.set({ duration: '1m' })
    const made = [await set(), await set(), await set()]
    assert.deepEqual(
      made.map(({ createdAt }) => createdAt),
      [start, '2030-01-01T00:00:00.001Z', '2030-01-01T00:00:00.002Z'],
    )
    assert.deepEqual((await it.anonymous.alarms.list({ sort: '-createdAt' })).data, made.toReversed())
  })

  test('can be set back; rows keep the order in which they were made', async () => {
    await using it = await started()
    await it.as('ada').alarms.set({ duration: '1m' })
    await it.clock.set('2020-02-29T12:00:00.000Z')
    const { at, createdAt } = await it.as('ada').alarms.set({ duration: '1d' })
    assert.deepEqual([createdAt, at], ['2020-02-29T12:00:00.000Z', '2020-03-01T12:00:00.000Z'])
  })

  test('ends the patience of callers and of calls between services', async () => {
    await using it = await started()
    const asked = it.anonymous.alarms.ask()
    await it.clock.advance('4999ms')
    await it.clock.advance('1ms')
    assert.deepEqual(await asked, { remainingMs: 25_000 })

    const hanging = it.anonymous.alarms.hang()
    await it.clock.advance('29s')
    assert.equal(await Promise.race([hanging.catch(() => 'refused'), 'waiting']), 'waiting')
    await it.clock.advance('1s')
    await assert.rejects(hanging, { status: 503, code: 'DEADLINE_PASSED' })
  })

  test('ends the time for which an Idempotency-Key is kept', async () => {
    await using it = await started()
    const set = () => it.as('ada').alarms.set({ duration: '1m' }, { idempotencyKey: 'once' })
    const first = await set()
    await it.clock.advance('23h')
    assert.deepEqual(await set(), first)
    await it.clock.advance('1h')
    assert.notEqual((await set()).id, first.id)
  })

  test('takes only durations and timestamps', async () => {
    await using it = await started()
    assert.throws(() => it.clock.advance('soon'), /"soon" is not a duration; write a number and a unit/)
    assert.throws(() => it.clock.advance('-1m'), /advance takes no "-1m"; clock\.set\(clock\.in\(…\)\) goes back/)
    assert.throws(() => it.clock.set('2030-02-30T00:00:00Z'), /"2030-02-30T00:00:00Z" is not a timestamp; write '/)
    await assert.rejects(testApp(alarms, { now: 'today' }), /"today" is not a timestamp/)
    assert.equal(it.clock.now(), start)
  })
})

suite('virtual time', () => {
  test('runs what falls due in its order, each at its moment, also what is begun meanwhile', async () => {
    const { clock, scheduler } = virtualTime(0)
    const seen: [string, number][] = []
    const see = (name: string) => seen.push([name, clock.epochMs()])
    scheduler.after(30, () => see('late'))
    scheduler.after(10, () => {
      see('early')
      scheduler.immediate(() => scheduler.after(5, () => see('begun meanwhile')))
    })
    scheduler.after(10, () => see('at the same moment'))
    scheduler.after(20, () => see('called off'))()
    scheduler.after(100, () => see('not yet'))
    await clock.advance('50ms')
    assert.deepEqual(seen, [
      ['early', 10],
      ['at the same moment', 10],
      ['begun meanwhile', 15],
      ['late', 30],
    ])
    assert.deepEqual([clock.epochMs(), scheduler.monotonicMs()], [50, 50])
  })

  test('moves one step after the other, in the order in which they were asked for', async () => {
    const { clock } = virtualTime(0)
    await Promise.all([clock.advance('1s'), clock.set('1970-01-01T00:01:00.000Z'), clock.advance('1s')])
    assert.equal(clock.epochMs(), 61_000)
  })

  test('that is set ahead lets what repeats happen once, and what it begins begin there', async () => {
    const { clock, scheduler } = virtualTime(0)
    const seen: number[] = []
    const repeat = () => {
      seen.push(clock.epochMs())
      scheduler.after(1000, repeat)
    }
    scheduler.after(1000, repeat)
    await clock.set('1970-01-01T01:00:00.000Z')
    assert.deepEqual(seen, [3_600_000])
    await clock.advance('2s')
    assert.deepEqual(seen, [3_600_000, 3_601_000, 3_602_000])
  })

  test('that is set back keeps what waits waiting', async () => {
    const { clock, scheduler } = virtualTime(60_000)
    let isDone = false
    scheduler.after(1000, () => {
      isDone = true
    })
    await clock.set('1970-01-01T00:00:00.000Z')
    assert.equal(scheduler.monotonicMs(), 0)
    await clock.advance('999ms')
    assert.equal(isDone, false)
    await clock.advance('1ms')
    assert.equal(isDone, true)
  })

  test('that a task breaks is told to whoever moved it, and goes on', async () => {
    const { clock, scheduler } = virtualTime(0)
    scheduler.after(1, () => {
      throw new Error('broken')
    })
    await assert.rejects(clock.advance('1s'), /broken/)
    await clock.advance('1s')
    assert.equal(clock.epochMs(), 1001)
  })
})
