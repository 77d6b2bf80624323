import { anyone, app, type Data, refuse, resource, service, signedIn, type Transaction, t } from 'banyan'
import type { Step } from '../history.ts'

/** What the tests of isolation run: a body for each way in which transactions can get into each other's way. */

/** A list is a row, which an append reads and writes. */
const List = resource('lists', { id: t.text({ maxLength: 40 }), items: t.json().as<readonly number[]>() }).access({
  read: anyone,
})
/** A list is the rows along a path, behind which an append inserts one. */
const Element = resource('elements', { list: t.text({ maxLength: 40 }), at: t.integer(), value: t.integer() })
  .index('list', 'at')
  .access({ read: anyone })

const Account = resource('accounts', { id: t.text({ maxLength: 40 }), balance: t.integer({ minimum: 0 }) }).access({
  read: anyone,
  write: anyone,
})
const Transfer = resource('transfers', {
  value: t.text({ maxLength: 80 }),
  from: t.ref('accounts'),
  to: t.ref('accounts'),
  amount: t.integer({ minimum: 1 }),
}).access({ read: anyone })

const Doctor = resource('doctors', { id: t.text({ maxLength: 40 }), isOnCall: t.boolean() }).access({
  read: anyone,
  write: anyone,
})

const Seat = resource('seats', { room: t.text({ maxLength: 40 }), value: t.text({ maxLength: 80 }) })
  .index('room', 'createdAt')
  .access({ read: anyone })

const transfer = {
  value: t.text({ maxLength: 80 }),
  from: t.text({ maxLength: 40 }),
  to: t.text({ maxLength: 40 }),
  amount: t.integer({ minimum: 1 }),
}

export const resources = { List, Element, Account, Transfer, Doctor, Seat }

/** The control of the checks: the same bodies without a transaction around them. */
const isDefenceless = process.env.WITHOUT_TRANSACTIONS === 'yes'

function inTransaction<Result>(
  data: Data<typeof resources>,
  body: (tx: Transaction<typeof resources>) => Promise<Result>,
): Promise<Result> {
  // Each of its writes is then a commit of its own.
  return isDefenceless ? body(data as unknown as Transaction<typeof resources>) : data.transaction(body)
}

/** Others come in between here. */
const pause = () => new Promise((resolve) => setImmediate(resolve))

const contention = service('contention', { resources })
  .operation('run', {
    http: 'POST /run',
    input: { steps: t.json().as<readonly Step[]>() },
    output: { steps: t.json().as<readonly Step[]>() },
    access: signedIn,
    idempotent: true,
    transaction: { slots: 'many' },
    run: ({ input, data }) =>
      inTransaction(data, async (tx) => {
        const steps: Step[] = []
        for (const step of input.steps) {
          const row = await tx.lists.get(step.key)
          const list = row?.items ?? []
          if (step.kind === 'read') steps.push({ ...step, list })
          else {
            const items = [...list, step.value]
            if (row === null) await tx.lists.insert({ id: step.key, items })
            else await tx.lists.update(step.key, { items })
            steps.push(step)
          }
          await pause()
        }
        return { steps }
      }),
  })
  .operation('runAlongPaths', {
    http: 'POST /run-along-paths',
    input: { steps: t.json().as<readonly Step[]>() },
    output: { steps: t.json().as<readonly Step[]>() },
    access: signedIn,
    idempotent: true,
    transaction: { scans: true, slots: 'many' },
    run: ({ input, data }) =>
      inTransaction(data, async (tx) => {
        const lists = new Map<string, readonly number[]>()
        for (const { key } of input.steps) {
          if (lists.has(key)) continue
          const { data: elements } = await tx.elements.list({ where: { list: key }, limit: 100 })
          lists.set(
            key,
            elements.map(({ value }) => value),
          )
        }
        await pause()
        const steps: Step[] = []
        for (const step of input.steps) {
          const list = lists.get(step.key)!
          if (step.kind === 'read') steps.push({ ...step, list })
          else {
            await tx.elements.insert({ list: step.key, at: list.length, value: step.value })
            lists.set(step.key, [...list, step.value])
            steps.push(step)
          }
        }
        return { steps }
      }),
  })
  .operation('transferWithGuard', {
    http: 'POST /transfer-with-guard',
    input: transfer,
    output: Transfer,
    access: signedIn,
    idempotent: true,
    transaction: { slots: 'many' },
    run: ({ input, data }) =>
      inTransaction(data, async (tx) => {
        const { from, to, amount } = input
        const guard = { balance: { gte: amount } }
        await tx.accounts.add(from, { balance: -amount }, { guard, otherwise: 'TOO_POOR' })
        await tx.accounts.add(to, { balance: amount })
        return await tx.transfers.insert(input)
      }),
  })
  .operation('transferByReading', {
    http: 'POST /transfer-by-reading',
    input: transfer,
    output: Transfer,
    access: signedIn,
    idempotent: true,
    transaction: { slots: 'many' },
    run: ({ input, data }) =>
      inTransaction(data, async (tx) => {
        const [from, to] = [await tx.accounts.get(input.from), await tx.accounts.get(input.to)]
        if (from === null || to === null) throw refuse(404)
        if (from.balance < input.amount) throw refuse(409, { code: 'TOO_POOR' })
        await pause()
        await tx.accounts.update(from.id, { balance: from.balance - input.amount })
        await tx.accounts.update(to.id, { balance: to.balance + input.amount })
        return await tx.transfers.insert(input)
      }),
  })
  .operation('total', {
    http: 'POST /total',
    input: { accounts: t.json().as<readonly string[]>() },
    output: { total: t.integer() },
    access: signedIn,
    transaction: { slots: 'many' },
    run: ({ input, data }) =>
      inTransaction(data, async (tx) => {
        let total = 0
        for (const id of input.accounts) total += (await tx.accounts.get(id))?.balance ?? 0
        return { total }
      }),
  })
  .operation('come', {
    http: 'POST /come',
    input: { doctor: t.text({ maxLength: 40 }) },
    access: signedIn,
    idempotent: true,
    run: ({ input, data }) =>
      inTransaction(data, async (tx) => {
        const own = await tx.doctors.get(input.doctor)
        if (own === null) await tx.doctors.insert({ id: input.doctor, isOnCall: true })
        else await tx.doctors.update(input.doctor, { isOnCall: true })
      }),
  })
  // Nobody may leave who is the last one: what is read is another row than what is written.
  .operation('leave', {
    http: 'POST /leave',
    input: { doctor: t.text({ maxLength: 40 }), other: t.text({ maxLength: 40 }) },
    access: signedIn,
    idempotent: true,
    transaction: { slots: 'many' },
    run: ({ input, data }) =>
      inTransaction(data, async (tx) => {
        const other = await tx.doctors.get(input.other)
        const own = await tx.doctors.get(input.doctor)
        if (own?.isOnCall !== true || other?.isOnCall !== true) throw refuse(409, { code: 'LAST_ONE' })
        await pause()
        await tx.doctors.update(input.doctor, { isOnCall: false })
      }),
  })
  // Three may sit in a room: what is counted are rows that are not there yet.
  .operation('sit', {
    http: 'POST /sit',
    input: { room: t.text({ maxLength: 40 }), value: t.text({ maxLength: 80 }) },
    output: Seat,
    access: signedIn,
    idempotent: true,
    transaction: { scans: true, slots: 'many' },
    run: ({ input, data }) =>
      inTransaction(data, async (tx) => {
        const { data: seats } = await tx.seats.list({ where: { room: input.room }, limit: 10 })
        if (seats.length >= 3) throw refuse(409, { code: 'ROOM_FULL' })
        await pause()
        return await tx.seats.insert(input)
      }),
  })

export default app('contention', { version: 'v1', services: [contention] })
