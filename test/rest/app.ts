import {
  anyOf,
  anyone,
  app,
  contract,
  owner,
  principal,
  refuse,
  resource,
  role,
  service,
  signedIn,
  t,
  where,
} from '../../src/index.ts'

const Country = resource('countries', { id: t.text({ length: 2 }), name: t.text({ maxLength: 50 }) }).access({
  read: anyone,
  write: role('operator'),
})

const City = resource('cities', {
  country: t.ref('countries'),
  twin: t.ref('cities', { optional: true, onDelete: 'setNull' }),
  name: t.text({ maxLength: 50 }),
  people: t.bigint({ default: '0' }),
  area: t.decimal(10, 2, { optional: true, minimum: '0' }),
  isCapital: t.boolean({ default: false }),
  foundedOn: t.date({ optional: true }),
  kind: t.enum(['town', 'metropolis'], { default: 'town' }),
  code: t.text({ maxLength: 10, unique: true, optional: true }),
  facts: t.json({ optional: true, maxBytes: 200 }).as<unknown>(),
  flag: t.bytes({ optional: true, maxBytes: 8 }),
  secret: t.text({ private: true, optional: true }),
  mayor: t.text({ writeOnce: true, optional: true }),
})
  .index('country', 'name')
  .index('country', 'area')
  .index('kind', 'people')
  .index('name')
  .access({ read: anyone, write: signedIn })
  .validate(({ next }) => (next.name === 'Nowhere' ? [{ field: 'name', detail: 'is nowhere' }] : undefined))

const Street = resource('streets', { city: t.ref('cities', { onDelete: 'cascade' }), name: t.text({ maxLength: 50 }) })
  .index('city', 'name')
  .access({ read: anyone, create: signedIn })

const Note = resource('notes', {
  author: t.text({ maxLength: 128 }),
  team: t.text({ maxLength: 20 }),
  text: t.text({ maxLength: 50 }),
})
  .index('author', 'createdAt')
  .index('team', 'createdAt')
  .requireMatch()
  .access({
    get: anyOf(owner('author'), role('operator')),
    list: owner('author'),
    create: owner('author'),
    update: owner('author'),
    delete: where('team', 'in', principal.roles),
  })

const clock = contract('clock', {
  tick: { input: { by: t.integer() }, output: { total: t.integer() }, idempotent: true },
})

let ticks = 0
const clocks = service('clocks', { implements: { clock } }).implement('clock', {
  tick: ({ input }) => {
    ticks += input.by
    return { total: ticks }
  },
})

const places = service('places', { resources: { Country, City, Street, Note }, calls: { clock } })
  .operation('rename', {
    http: 'POST /cities/{id}/rename',
    input: { id: t.id(), name: t.text({ maxLength: 50 }) },
    output: City,
    access: signedIn,
    idempotent: true,
    run: ({ input, data }) =>
      data.transaction(async (tx) => {
        if ((await tx.cities.get(input.id)) === null) throw refuse(404)
        tx.cities.update(input.id, { name: input.name })
        return (await tx.cities.get(input.id))!
      }),
  })
  .operation('sum', {
    http: 'GET /sum',
    input: { left: t.integer(), right: t.integer({ optional: true }), exact: t.decimal(6, 2, { default: '1.00' }) },
    output: { sum: t.integer(), exact: t.decimal(6, 2) },
    access: anyone,
    run: ({ input }) => ({ sum: input.left + (input.right ?? 0), exact: input.exact }),
  })
  .operation('broken', {
    http: 'POST /broken',
    output: { sum: t.integer() },
    access: anyone,
    run: () => ({ sum: 'secret text' as never }),
  })
  .operation('callInside', {
    http: 'POST /call-inside',
    access: anyone,
    run: ({ data, call }) => data.transaction(async () => void (await call.clock.tick({ by: 1 }))),
  })
  .operation('tick', {
    http: 'POST /tick',
    output: { total: t.integer() },
    access: signedIn,
    run: ({ call, idempotencyKey }) =>
      call.clock.tick({ by: 1 }, { idempotencyKey: idempotencyKey ?? 'always the same' }),
  })
  .operation('forget', {
    http: 'POST /forget',
    access: anyone,
    run: ({ data }) => {
      void data.transaction((tx) => tx.countries.insert({ id: 'ZZ', name: 'unawaited' }))
    },
  })
  .operation('weigh', {
    http: 'POST /weigh',
    input: { load: t.json({ maxBytes: 20 }).as<unknown>() },
    output: { done: t.boolean() },
    access: anyone,
    run: () => ({ done: true }),
  })
  .operation('listInside', {
    http: 'POST /list-inside',
    access: anyone,
    run: ({ data }) => data.transaction(async (tx) => void (await tx.cities.list())),
  })
  .operation('slow', {
    http: 'POST /slow',
    output: { done: t.boolean() },
    access: signedIn,
    idempotent: true,
    run: async () => {
      await new Promise((resolve) => setTimeout(resolve, 150))
      return { done: true }
    },
  })

export default app('places', { version: 'v1', services: [places, clocks] })
