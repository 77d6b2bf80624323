import { anyone, app, owner, principal, refuse, resource, role, service, signedIn, t, where } from '../../src/index.ts'

/** Ids that clients give; a field under another name. */
const Station = resource('stations', {
  id: t.text({ minLength: 3, maxLength: 4, pattern: '[A-Z]+' }),
  name: t.text({ maxLength: 40 }),
  opened: t.date({ optional: true }),
  line: t.text({ maxLength: 20, optional: true }),
  motto: t.text({ maxLength: 40, optional: true }),
})
  .index('name')
  .index('line')
  .search('name', 'motto')
  .total('exact')
  .access({ read: anyone, write: signedIn })
  .presents('v1', { renamed: { title: 'name', track: 'line' }, without: { opened: null, motto: null } })

/** Unknown to v1. */
const Operator = resource('operators', { name: t.text({ maxLength: 40 }) })
  .access({ read: anyone, write: signedIn })
  .absentFrom('v1')

/** Everything that can differ. */
const Train = resource('trains', {
  number: t.text({ maxLength: 8, unique: true }),
  origin: t.ref('stations'),
  destination: t.ref('stations'),
  departsAt: t.timestamp(),
  price: t.decimal(8, 2, { minimum: '0' }),
  currency: t.enum('EUR', 'GBP'),
  stage: t.enum(['planned', 'boarding', 'left'], { default: 'planned' }),
  operator: t.ref('operators', { optional: true }),
  relief: t.ref('trains', { optional: true, onDelete: 'setNull' }),
  notes: t.json({ optional: true }),
  depot: t.text({ maxLength: 20, writeOnce: true, optional: true }),
  pin: t.text({ maxLength: 20, private: true, default: 'pin-of-train' }),
})
  .index('origin', 'destination', 'departsAt')
  .index('depot', 'departsAt')
  .index('departsAt')
  .index('number')
  .index('price')
  .index('relief')
  .access({ read: anyone, write: signedIn })
  .validate(({ next }) => [
    ...(next.origin === next.destination ? [{ field: 'destination', detail: 'is where it begins' }] : []),
    ...(next.departsAt < '2000' ? [{ field: 'departsAt', detail: 'is long past' }] : []),
    ...(next.pin === 'pin-of-nobody' ? [{ field: 'pin', detail: 'is unlucky' }] : []),
  ])
  .presents('v1', {
    renamed: { departure: 'departsAt', remarks: 'notes', replacement: 'relief' },
    without: { currency: 'EUR' },
  })
  .presents('v1', {
    fields: { fare: t.integer({ minimum: 0, maximum: 99_999_999, description: 'Cents.' }) },
    from: ['price'],
    toOld: ({ price }) => ({ fare: Number(price.replace('.', '')) }),
    fromOld: ({ fare }) => ({ price: `${Math.floor(fare / 100)}.${String(fare % 100).padStart(2, '0')}` }),
  })
  .presents('v1', {
    fields: { route: t.text({ maxLength: 9, pattern: '[A-Z]{3,4}-[A-Z]{3,4}' }) },
    from: ['origin', 'destination'],
    toOld: ({ origin, destination }) => ({ route: `${origin}-${destination}` }),
    fromOld: ({ route }) => {
      const [origin, destination] = route.split('-') as [string, string]
      return { origin, destination }
    },
  })
  .presents('v1', {
    fields: { stage: t.enum(['open', 'closed'], { default: 'open' }) },
    from: ['stage'],
    toOld: ({ stage }) => ({ stage: stage === 'left' ? 'closed' : 'open' }),
    fromOld: ({ stage }) => ({ stage: stage === 'closed' ? 'left' : 'planned' }),
  })
  .presents('v1', { fields: { platform: t.text({ maxLength: 5, optional: true }) } })

/** A field by which callers see their own rows only, under another name; lives with its train. */
const Ticket = resource('tickets', {
  train: t.ref('trains', { onDelete: 'cascade' }),
  holder: t.text({ maxLength: 128 }),
  seats: t.integer({ minimum: 1, default: 1 }),
  category: t.enum('first', 'second'),
})
  .partitionBy('train')
  .index('holder', 'createdAt')
  .index('train', 'category')
  .access({ read: owner('holder'), write: owner('holder') })
  .presents('v1', { renamed: { ride: 'train', passenger: 'holder' }, without: { category: 'second' } })

/** Changed only with If-Match; the version does not show the field that rules look at. */
const Memo = resource('memos', {
  team: t.text({ maxLength: 20, default: 'crew' }),
  from: t.text({ maxLength: 40 }),
  subject: t.text({ maxLength: 40, default: '' }),
  words: t.text({ maxLength: 40, default: '' }),
  code: t.bytes({ optional: true, maxBytes: 8 }),
})
  .index('team', 'createdAt')
  .requireMatch()
  .access({ read: where('team', 'in', principal.roles), create: signedIn, update: signedIn, delete: signedIn })
  .presents('v1', { renamed: { sender: 'from' }, without: { team: 'crew' } })
  .presents('v1', {
    fields: {
      body: t
        .json({
          schema: {
            type: 'object',
            properties: {
              subject: { type: 'string', maxLength: 40 },
              words: { type: 'string', minLength: 1, maxLength: 40 },
            },
            required: ['subject'],
            additionalProperties: false,
          },
          default: { subject: '' },
        })
        .as<{ subject: string; words?: string }>(),
    },
    from: ['subject', 'words'],
    toOld: ({ subject, words }) => ({ body: words === '' ? { subject } : { subject, words } }),
    fromOld: ({ body: { subject, words = '' } }) => ({ subject, words }),
  })

/** Conversions that fail on some values, as those of an app that was never checked may. */
const Fragile = resource('fragiles', { label: t.text({ maxLength: 20 }) })
  .access({ read: anyone, write: anyone })
  .presents('v1', {
    fields: { tag: t.text({ maxLength: 40 }) },
    from: ['label'],
    toOld: ({ label }) => {
      if (label === 'throws') throw new Error('a fault in toOld of pin-of-fragile')
      return { tag: label === 'wrong' ? (7 as never) : `<${label}>` }
    },
    fromOld: ({ tag }) => {
      if (tag === 'throws') throw new Error('a fault in fromOld of pin-of-fragile')
      if (tag === 'late') return Promise.resolve({ label: tag }) as never
      return { label: tag === 'missing' ? (undefined as never) : tag.replace(/^<|>$/g, '') }
    },
  })

const rail = service('rail', { resources: { Station, Operator, Train, Ticket, Memo, Fragile } })
  .operation('book', {
    http: 'POST /tickets',
    input: {
      train: t.ref('trains'),
      seats: t.integer({ minimum: 1, maximum: 9 }),
      category: t.enum('first', 'second'),
      atMost: t.decimal(8, 2, { optional: true }),
    },
    output: Ticket,
    access: signedIn,
    idempotent: true,
    validate: ({ input }) => (input.seats === 7 ? [{ field: 'seats', detail: 'is a lucky number' }] : undefined),
    run: ({ input, principal, data }) =>
      data.transaction(async (tx) => {
        const train = await tx.trains.get(input.train)
        if (train === null) throw refuse(404)
        if (input.atMost !== null && Number(train.price) > Number(input.atMost))
          throw refuse(409, { code: 'TOO_DEAR', detail: 'it costs more' })
        const { seats, category } = input
        return tx.tickets.insert({ train: train.id, holder: principal.id, seats, category })
      }),
  })
  .presents('v1', 'book', {
    http: 'POST /tickets/book',
    input: { renamed: { ride: 'train' }, without: { category: 'second' } },
  })
  .presents('v1', 'book', {
    input: {
      fields: { limit: t.integer({ optional: true, minimum: 0, maximum: 99_999_999 }) },
      from: ['atMost'],
      fromOld: ({ limit }) => ({ atMost: limit === null ? null : (limit / 100).toFixed(2) }),
    },
  })

  .operation('quote', {
    http: 'GET /quote',
    input: { train: t.ref('trains'), seats: t.integer({ minimum: 1, default: 1 }) },
    output: { total: t.decimal(10, 2), currency: t.text(), margin: t.text({ private: true }) },
    access: anyone,
    run: async ({ input, data }) => {
      const train = await data.trains.get(input.train)
      if (train === null) throw refuse(404)
      return {
        total: (Number(train.price) * input.seats).toFixed(2),
        currency: train.currency,
        margin: 'pin-of-margin',
      }
    },
  })
  .presents('v1', 'quote', {
    input: { renamed: { ride: 'train' } },
    output: {
      without: ['currency'],
      fields: { cents: t.integer() },
      from: ['total'],
      toOld: ({ total }) => ({ cents: Number(total.replace('.', '')) }),
    },
  })

  .operation('depart', {
    http: 'POST /trains/{id}/depart',
    input: { id: t.id() },
    output: Train,
    access: role('driver'),
    idempotent: true,
    run: ({ input, data }) =>
      data.transaction(async (tx) => {
        tx.trains.update(input.id, { stage: 'left' })
        return (await tx.trains.get(input.id))!
      }),
  })
  .presents('v1', 'depart', { http: 'PUT /departures/{train}', input: { renamed: { train: 'id' } } })

  .operation('scrap', {
    http: 'DELETE /trains/{number}/scrap',
    input: { number: t.text({ maxLength: 8 }) },
    access: role('driver'),
    run: () => {},
  })
  .presents('v1', 'scrap', {
    http: 'DELETE /scrap/{series}/{at}',
    input: {
      fields: { series: t.text({ maxLength: 3, pattern: '[A-Z]+' }), at: t.integer({ minimum: 0, maximum: 9999 }) },
      from: ['number'],
      fromOld: ({ series, at }) => ({ number: `${series}${at}` }),
    },
  })

  .operation('merge', { http: 'POST /trains/merge', access: signedIn, run: () => {} })
  .absentFrom('v1', 'merge')

export default app('rail', {
  version: 'v2',
  versions: {
    v1: { deprecatedAt: '2026-06-01', sunsetAt: '2027-06-01' },
    beta: {},
    v0: { deprecatedAt: '2024-01-01', sunsetAt: '2025-01-01', gone: true },
  },
  services: [rail],
})
