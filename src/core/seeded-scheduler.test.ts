import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededScheduler } from './seeded-scheduler.ts'

test('the same seed runs tasks in the same order, another seed in another', async () => {
  const orderOf = async (seed: number) => {
    const scheduler = seededScheduler(seed)
    const order: number[] = []
    for (let task = 0; task < 10; task++) scheduler.immediate(() => order.push(task))
    await scheduler.runUntilIdle()
    return order.join()
  }
  assert.equal(await orderOf(1), await orderOf(1))
  assert.notEqual(await orderOf(1), await orderOf(2))
})

test('nothing runs by itself', async () => {
  const scheduler = seededScheduler(1)
  let ran = 0
  scheduler.immediate(() => ran++)
  scheduler.after(0, () => ran++)
  await new Promise((resolve) => setTimeout(resolve, 5))
  assert.equal(ran, 0)
  assert.equal(scheduler.waiting, 2)
})

test('a timer runs at its time, and time passes only with timers', async () => {
  const scheduler = seededScheduler(1)
  const ran: string[] = []
  scheduler.after(50, () => ran.push(`late at ${scheduler.monotonicMs()}`))
  scheduler.after(10, () => ran.push(`early at ${scheduler.monotonicMs()}`))
  scheduler.immediate(() => ran.push(`now at ${scheduler.monotonicMs()}`))
  await scheduler.run(20)
  assert.deepEqual(ran, ['now at 0', 'early at 10'])
  assert.equal(scheduler.monotonicMs(), 20)
  await scheduler.runUntilIdle()
  assert.deepEqual(ran, ['now at 0', 'early at 10', 'late at 50'])
})

test('among tasks that are ready the seed decides, timers and immediates alike', async () => {
  const seen = new Set<string>()
  for (let seed = 0; seed < 50; seed++) {
    const scheduler = seededScheduler(seed)
    const order: string[] = []
    scheduler.after(5, () => order.push('timer'))
    scheduler.after(5, () => scheduler.immediate(() => order.push('immediate')))
    scheduler.after(5, () => order.push('other timer'))
    await scheduler.runUntilIdle()
    seen.add(order.join())
  }
  assert.equal(seen.size, 6)
})

test('a task that is called off does not run', async () => {
  const scheduler = seededScheduler(1)
  let ran = 0
  const off = scheduler.after(5, () => ran++)
  off()
  off()
  await scheduler.runUntilIdle()
  assert.equal(ran, 0)
})

test('promise reactions settle between two tasks, however long their chain', async () => {
  const scheduler = seededScheduler(1)
  const order: string[] = []
  for (const task of ['a', 'b']) {
    scheduler.immediate(async () => {
      order.push('begin')
      for (let turn = 0; turn < 100; turn++) await undefined
      order.push('end')
      if (task === 'b') scheduler.immediate(() => order.push('from the end of a chain'))
    })
  }
  await scheduler.runUntilIdle()
  assert.deepEqual(
    order.filter((step) => step.length < 6),
    ['begin', 'end', 'begin', 'end'],
  )
  assert.ok(order.includes('from the end of a chain'))
})

test('an error of a task rejects the run', async () => {
  const scheduler = seededScheduler(1)
  scheduler.immediate(() => {
    throw new Error('broken')
  })
  await assert.rejects(scheduler.runUntilIdle(), /broken/)
})

test('what schedules itself for ever is found', async () => {
  const scheduler = seededScheduler(7)
  const again = () => scheduler.immediate(again)
  again()
  await assert.rejects(scheduler.runUntilIdle(100), /Seed 7: still busy after 100 tasks/)
})
