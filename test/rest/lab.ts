import type { OperationContext } from '../../src/app/operation.ts'
import type { Json } from '../../src/core/json.ts'
import {
  anyOf,
  anyone,
  app,
  contract,
  owner,
  principal,
  resource,
  role,
  service,
  signedIn,
  t,
  where,
} from '../../src/index.ts'

/** Ids that a client gives, of any characters. */
const Place = resource('places', {
  id: t.text({ minLength: 1, maxLength: 40 }),
  name: t.text({ maxLength: 20, default: 'Unnamed' }),
}).access({ read: anyone, write: anyone })

/** Every kind of field, each at the end of an access path. `group` keeps the rows of one test together. */
const Sample = resource('samples', {
  group: t.text({ maxLength: 64 }),
  label: t.text({ maxLength: 5, optional: true }),
  state: t.enum(['new', 'used', 'old'], { default: 'new' }),
  count: t.integer({ optional: true, minimum: -10, maximum: 1000 }),
  wide: t.integer({ optional: true }),
  large: t.bigint({ optional: true }),
  price: t.decimal(6, 2, { optional: true }),
  whole: t.decimal(18, 0, { optional: true }),
  isOpen: t.boolean({ optional: true }),
  startsAt: t.timestamp({ optional: true }),
  day: t.date({ optional: true }),
  notes: t.json({ optional: true }),
  must: t.json({ default: {} }),
  shape: t.json({
    optional: true,
    schema: {
      type: ['object', 'array'],
      properties: { side: { type: 'integer' } },
      items: { type: 'string' },
      additionalProperties: false,
    },
  }),
  place: t.ref('places', { optional: true, onDelete: 'setNull' }),
  blob: t.bytes({ optional: true, maxBytes: 4 }),
  mood: t.text({ maxLength: 20, optional: true, default: 'fine' }),
})
  .index('group', 'label')
  .index('group', 'state')
  .index('group', 'count')
  .index('group', 'large')
  .index('group', 'price')
  .index('group', 'isOpen')
  .index('group', 'startsAt')
  .index('group', 'day')
  .index('group', 'place', 'count')
  .index('day', 'group')
  .access({ read: anyone, write: anyone })

/** What nobody but its owner, or an auditor, may know of. */
const Vault = resource('vaults', { holder: t.text({ maxLength: 128 }), content: t.text({ maxLength: 50 }) })
  .index('holder')
  .search('content')
  .total('exact')
  .access({ read: anyOf(owner('holder'), role('auditor')), write: owner('holder') })

/** A row that anyone may read and that refers to one that not everyone may. */
const Key = resource('keys', {
  vault: t.ref('vaults', { optional: true }),
  spare: t.ref('keys', { optional: true }),
  teeth: t.integer(),
})
  .index('vault')
  .access({ read: anyone, write: signedIn })

const Account = resource('accounts', {
  number: t.text({ maxLength: 40, unique: true }),
  balance: t.integer({ minimum: 0, maximum: 1000, default: 0 }),
  total: t.decimal(10, 2, { default: '0.00' }),
  holder: t.ref('places', { optional: true }),
  branch: t.text({ maxLength: 20, writeOnce: true, optional: true }),
  pin: t.text({ maxLength: 20, private: true, default: 'pin-of-default' }),
  token: t.text({ maxLength: 20, private: true, optional: true, unique: true }),
})
  .index('number')
  .access({ read: anyone, write: signedIn })
  .validate(({ next, previous }) => {
    if (next.number === 'throws') throw new TypeError('a fault in the rule of pin-of-default')
    if (previous !== null && previous.balance > next.balance + 500) return 'loses too much at once'
    return next.balance === 13 ? [{ field: 'balance', detail: 'is unlucky' }] : undefined
  })

/** Lives in the slot of its account. */
const Entry = resource('entries', {
  account: t.ref('accounts', { onDelete: 'cascade' }),
  amount: t.integer(),
  note: t.text({ maxLength: 20, optional: true, unique: true }),
})
  .partitionBy('account')
  .index('account', 'amount')
  .access({ read: anyone, write: signedIn })

const Paper = resource('papers', {
  team: t.text({ maxLength: 20 }),
  title: t.text({ maxLength: 50 }),
  stage: t.enum('draft', 'printed'),
})
  .index('team', 'stage', 'title')
  .search('title')
  .total('estimated')
  .access({
    get: anyOf(where('team', 'in', principal.roles), where('stage', 'eq', 'printed')),
    list: anyOf(role('editor'), where('team', 'in', principal.roles)),
    create: signedIn,
    update: where('stage', 'eq', 'draft'),
    delete: where('stage', 'in', ['draft']),
  })

/** What is looked for by its words. */
const Book = resource('books', {
  title: t.text({ maxLength: 200 }),
  about: t.text({ maxLength: 500, optional: true }),
  shelf: t.text({ maxLength: 20, optional: true }),
  year: t.integer({ optional: true }),
  isbn: t.text({ maxLength: 20, unique: true, optional: true }),
  owner: t.text({ maxLength: 20, private: true, optional: true }),
})
  .index('shelf', 'year')
  .index('year')
  .index('isbn')
  .index('owner', 'year')
  .index('title')
  .search('title', 'about')
  .total('estimated')
  .access({ read: anyone, write: anyone })

const oracle = contract('oracle', {
  answer: {
    input: { question: t.json(), at: t.timestamp({ optional: true }) },
    output: { answer: t.json({ optional: true }), at: t.timestamp({ optional: true }) },
  },
  count: { input: { by: t.integer() }, output: { total: t.integer() }, idempotent: true },
  ponder: { input: {}, idempotent: true },
})

const resources = { Place, Sample, Vault, Key, Account, Entry, Paper, Book }

type World = OperationContext<{ readonly step: string }, typeof signedIn, typeof resources, { oracle: typeof oracle }>

/** What the operations of this app do is put in here by each test. */
export const lab: {
  run: (world: World) => unknown
  answer: (input: { question: unknown; at: string | null }) => unknown
  ponder: () => Promise<void>
} = { run: () => null, answer: () => ({}), ponder: async () => {} }

let total = 0
const oracles = service('oracles', { implements: { oracle } }).implement('oracle', {
  answer: ({ input }) => lab.answer(input) as never, // Tests answer what they like, wrong things above all.
  count: ({ input }) => {
    total += input.by
    return { total }
  },
  ponder: () => lab.ponder(),
})

const input = { step: t.text({ maxLength: 20, default: 'only' }) }
const output = { result: t.json({ optional: true }) }
const result = async (world: unknown) => ({ result: ((await lab.run(world as World)) ?? null) as Json })
const experiments = service('experiments', { resources, calls: { oracle } })
  .operation('plain', { http: 'POST /plain', input, output, access: signedIn, run: result })
  // What its transaction returns is its answer, so here the test makes it whole.
  .operation('keyed', {
    http: 'POST /keyed',
    input,
    output,
    access: signedIn,
    idempotent: true,
    run: (world) => lab.run(world as unknown as World) as { result: Json },
  })
  .operation('wide', {
    http: 'POST /wide',
    input,
    output,
    access: signedIn,
    transaction: { scans: true, slots: 'many' },
    run: result,
  })
  .operation('scanning', {
    http: 'POST /scanning',
    input,
    output,
    access: signedIn,
    transaction: { scans: true },
    run: result,
  })
  // The address of a generated route, with a name of its own for the parameter.
  .operation('keyOf', {
    http: 'GET /keys/{key}',
    input: { key: t.id(), loud: t.boolean({ default: false }) },
    output: { teeth: t.integer(), loud: t.boolean() },
    access: anyone,
    run: async ({ input, data }) => ({ teeth: (await data.keys.get(input.key))?.teeth ?? 0, loud: input.loud }),
  })
  // A word where a generated route has an id.
  .operation('audit', { http: 'POST /places/audit', access: anyone, run: () => {} })
  .operation('openAccount', {
    http: 'POST /accounts',
    input: { number: t.text({ maxLength: 40 }), wrong: t.boolean({ default: false }) },
    output: Account,
    access: signedIn,
    idempotent: true,
    run: async ({ input, data }) => {
      if (input.wrong) return { version: 1 } as never // What no compiler would let through.
      return data.transaction((tx) => tx.accounts.insert({ number: input.number, balance: 100, pin: 'pin-of-account' }))
    },
  })
  .operation('sweep', {
    http: 'DELETE /sweep',
    input: { before: t.date(), max: t.integer({ optional: true }), price: t.decimal(6, 2, { optional: true }) },
    access: role('operator'),
    run: ({ input }) => void lab.run(input as never),
  })
  .operation('patch', {
    http: 'PATCH /settings/{name}',
    input: { name: t.text({ maxLength: 10 }), from: t.timestamp(), holder: t.text({ optional: true }) },
    output: { name: t.text(), from: t.timestamp(), hidden: t.text({ private: true }) },
    access: owner('holder'),
    validate: ({ input }) => (input.name === 'bad' ? [{ field: 'name', detail: 'is bad' }] : undefined),
    run: ({ input }) => ({ name: input.name, from: input.from, hidden: 'hidden-value' }),
  })

export default app('lab', { version: 'v1', services: [experiments, oracles] })
