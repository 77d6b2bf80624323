import { anyone, app, refuse, resource, service, t } from 'banyan'

/** What the fault tests write to: plain rows, seats that run out, and accounts whose sum must stay. */
const Entry = resource('entries', {
  value: t.text({ maxLength: 80 }),
  padding: t.text({ maxLength: 100_000, optional: true }),
  extra: t.json({ optional: true }),
})
  .index('value')
  .search('value')
  .total('exact')
  .access({ read: anyone, write: anyone })

const Code = resource('codes', { id: t.text({ maxLength: 80 }) }).access({ read: anyone, write: anyone })

const Item = resource('items', { seatsLeft: t.integer({ minimum: 0 }), price: t.integer({ default: 1 }) }).access({
  read: anyone,
  write: anyone,
})

const Purchase = resource('purchases', { item: t.ref('items'), seats: t.integer({ minimum: 1 }) })
  .partitionBy('item')
  .index('item', 'createdAt')
  .access({ read: anyone })

const Bank = resource('banks', { name: t.text({ maxLength: 80 }) }).access({ read: anyone, write: anyone })
const Account = resource('accounts', { bank: t.ref('banks'), balance: t.integer() })
  .partitionBy('bank')
  .index('bank', 'createdAt')
  .access({ read: anyone, write: anyone })

const shop = service('shop', { resources: { Entry, Code, Item, Purchase, Bank, Account } })
  .operation('buy', {
    http: 'POST /buy',
    input: { item: t.ref('items'), seats: t.integer({ minimum: 1 }) },
    output: Purchase,
    access: anyone,
    run: ({ input, data }) =>
      data.transaction((tx) => {
        const guard = { seatsLeft: { gte: input.seats } }
        tx.items.add(input.item, { seatsLeft: -input.seats }, { guard, otherwise: 'SEATS_GONE' })
        return tx.purchases.insert(input)
      }),
  })
  // The same without any defence: it looks, and then writes what it thinks. The checker must find it out.
  .operation('buyBlindly', {
    http: 'POST /buy-blindly',
    input: { item: t.ref('items'), seats: t.integer({ minimum: 1 }) },
    output: Purchase,
    access: anyone,
    run: async ({ input, data }) => {
      const item = await data.items.get(input.item)
      if (item === null || item.seatsLeft < input.seats) throw refuse(409, { code: 'SEATS_GONE' })
      await new Promise((resolve) => setImmediate(resolve))
      await data.items.update(input.item, { seatsLeft: item.seatsLeft - input.seats })
      return data.purchases.insert(input)
    },
  })
  .operation('transfer', {
    http: 'POST /transfer',
    input: { from: t.ref('accounts'), to: t.ref('accounts'), amount: t.integer({ minimum: 1 }) },
    access: anyone,
    run: ({ input, data }) =>
      data.transaction(async (tx) => {
        const [from, to] = [await tx.accounts.get(input.from), await tx.accounts.get(input.to)]
        if (from === null || to === null) throw refuse(404)
        if (from.balance < input.amount) throw refuse(409, { code: 'TOO_POOR' })
        tx.accounts.update(from.id, { balance: from.balance - input.amount })
        tx.accounts.update(to.id, { balance: to.balance + input.amount })
      }),
  })
  .operation('transferBlindly', {
    http: 'POST /transfer-blindly',
    input: { from: t.ref('accounts'), to: t.ref('accounts'), amount: t.integer({ minimum: 1 }) },
    access: anyone,
    run: async ({ input, data }) => {
      const [from, to] = [await data.accounts.get(input.from), await data.accounts.get(input.to)]
      if (from === null || to === null) throw refuse(404)
      if (from.balance < input.amount) throw refuse(409, { code: 'TOO_POOR' })
      await new Promise((resolve) => setImmediate(resolve))
      await data.accounts.update(from.id, { balance: from.balance - input.amount })
      await data.accounts.update(to.id, { balance: to.balance + input.amount })
    },
  })
  // Asks for its signal, as a handler does that passes it on to what it waits for.
  .operation('watch', {
    http: 'POST /watch',
    input: {},
    output: { isAborted: t.boolean() },
    access: anyone,
    run: async ({ signal }) => ({ isAborted: signal.aborted }),
  })

export default app('faults', { version: 'v1', services: [shop] })
