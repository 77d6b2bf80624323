import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { anyone, owner, role, signedIn } from '../app/access.ts'
import { type App, app } from '../app/app.ts'
import { contract } from '../app/contract.ts'
import { external } from '../app/external.ts'
import { t } from '../app/field.ts'
import { resource } from '../app/resource.ts'
import { service } from '../app/service.ts'
import type { StoreCapabilities } from '../core/driver.ts'
import { table } from '../core/errors.ts'
import { topologyFindings } from './check/codes.ts'
import { findingsText } from './check/text.ts'
import { check } from './check.ts'
import type { ExternalTopology } from './external.ts'
import { parseTopology } from './parse.ts'
import type { Registry } from './registry.ts'
import { sheetText } from './sheet.ts'
import { mainStore, type Topology } from './topology.ts'

/** A driver that gives everything; test drivers give less, by one word each. */
const whole: StoreCapabilities = {
  profile: 'relational',
  atomicity: 'store',
  isolation: 'serializable',
  durability: 'powerLoss',
  staleForMs: 0,
  unique: true,
  references: true,
  orderedScans: true,
  scanAssertions: true,
  search: true,
  processes: 'many',
  ordered: true,
  readsTogether: false,
  adopts: true,
}

const options = { type: 'object', properties: { file: { type: 'string' } }, additionalProperties: false }

const review = ({ file }: Readonly<Record<string, unknown>>) =>
  file === 'far' || file === 'bare'
    ? [{ option: 'file', reason: `${file} is no place for it`, mend: 'Take a near one.', isPlaintext: file === 'bare' }]
    : []

const registry = (less: Partial<StoreCapabilities> = {}): Registry => ({
  stores: { whole: { gives: whole, options }, thin: { gives: { ...whole, ...less }, options, review } },
  identities: { development: { production: false }, passport: { production: true } },
})

const store = (driver: string, more: object = {}) => ({ driver, options: {}, ...more })
const thin: Topology = { stores: { [mainStore]: store('thin') }, resources: {}, identity: { driver: 'passport' } }

const User = resource('users', { email: t.text({ maxLength: 100, unique: true }), name: t.text({ maxLength: 100 }) })
  .index('name')
  .access({ read: anyone, create: anyone })
const Post = resource('posts', { writer: t.ref('users'), text: t.text() })
  .index('writer', 'createdAt')
  .access({ read: anyone })
const mail = contract('mail', { send: { input: { to: t.text() }, idempotent: true } })

const post = (declared: object = {}) =>
  service('posts', { resources: { Post }, uses: { User }, calls: { mail } }).operation('post', {
    http: 'POST /publications',
    input: { writer: t.id() },
    access: anyone,
    run: () => {},
    ...declared,
  })
const users = service('users', { resources: { User } })
const pricing = external('pricing', {
  openapi: '3.1.0',
  paths: { '/quotes': { get: { operationId: 'quotes', responses: { 204: {} } } } },
})
const shop = app('shop', {
  version: 'v1',
  services: [
    service('shop', { calls: { pricing } }).operation('ask', { http: 'POST /ask', access: anyone, run: () => {} }),
  ],
})
const Person = resource('people', { name: t.text() })
  .adopt({ table: 'crm.people', key: 'integer', version: 'xmin' })
  .access({})
const adopting = app('crm', { version: 'v1', services: [service('crm', { resources: { Person } })] })
const mailer = service('mailer', { implements: { mail } }).implement('mail', { send: () => {} })
const blog = (declared?: object): App => app('blog', { version: 'v1', services: [users, post(declared), mailer] })

interface Unsafe {
  readonly sentence: string
  readonly code: keyof (typeof topologyFindings)[typeof table]
  readonly says: string
  readonly app?: App
  readonly gives?: Partial<StoreCapabilities>
  readonly topology?: Topology
  readonly production?: boolean
}

suite('refuses what would be unsafe, with place, reason and mend', () => {
  for (const { sentence, code, says, app: checked = blog(), gives, topology = thin, production = true } of unsafe()) {
    test(sentence, () => {
      const { findings } = check(checked, topology, registry(gives), { production })
      const text = findingsText(findings.filter((finding) => finding.code === code))
      assert.equal(text, says)
    })
  }

  test('every code of the table has its message here', () => {
    const seen = new Set<string>(unsafe().map(({ code }) => code))
    assert.deepEqual(
      Object.keys(topologyFindings[table]).filter((code) => !seen.has(code) && code !== 'TOPOLOGY_FORM'),
      [],
    )
  })
})

suite('check', () => {
  test('passes an app on drivers that give all it needs', () => {
    const { findings, ok, sheet } = check(blog(), thin, registry(), { production: true })
    assert.deepEqual(findings, [])
    assert.equal(ok, true)
    assert.match(sheetText(sheet!()), /^Guarantee sheet of blog v1\n/)
  })

  test('makes a sheet of a topology that it refuses, so that one can see what it would give', () => {
    const { ok, sheet } = check(blog(), thin, registry({ unique: false }), { production: true })
    assert.equal(ok, false)
    assert.equal(sheet?.().stores[0]?.driver, 'thin')
  })

  test('finds the address of an external service in the environment, and puts it on the sheet', () => {
    const topology = { ...thin, externals: { pricing: { url: { env: 'PRICING_URL' }, retries: 0 } } }
    const variables = { PRICING_URL: 'http://127.0.0.1:9/v2' }
    const { findings, sheet } = check(shop, topology, registry(), { production: true, variables })
    assert.deepEqual(findings, [])
    assert.match(
      sheetText(sheet!()),
      /EXTERNAL SERVICES\n\n {2}pricing\n {4}address +what the variable PRICING_URL says\n {4}tries +1 at most, each of 10 s/,
    )
  })

  test('takes http to this machine, and to others where it is told to', () => {
    const problems = (external: ExternalTopology) =>
      check(shop, { ...thin, externals: { pricing: external } }, registry(), { production: true }).findings
    for (const url of ['http://localhost:8080', 'http://127.0.0.2', 'http://[::1]:80/v2', 'https://pricing.example'])
      assert.deepEqual(problems({ url }), [], url)
    assert.deepEqual(problems({ url: 'http://pricing', plaintext: true }), [])
    for (const url of ['http://127.0.0.1.example', 'http://localhost.example', 'http://10.0.0.1'])
      assert.deepEqual(
        problems({ url }).map(({ code }) => code),
        ['EXTERNAL_PLAINTEXT'],
        url,
      )
  })

  test('tells what is wrong with the app itself, and guesses no needs then', () => {
    const broken = app('blog', {
      version: 'v1',
      services: [service('s', { resources: { Bare: resource('bare', {}) } })],
    })
    const { findings, ok, sheet } = check(broken, thin, registry({ atomicity: 'row' }), { production: true })
    assert.deepEqual(
      findings.map(({ code, place }) => `${code} ${place}`),
      ['RESOURCE_WITHOUT_ACCESS resources/bare'],
    )
    assert.equal(ok, false)
    assert.equal(sheet, undefined)
  })

  test('lets a warning pass', () => {
    const { identity: _, ...anonymous } = thin
    const { findings, ok } = check(blog({ access: signedIn }), anonymous, registry(), { production: false })
    assert.deepEqual(
      findings.map(({ severity, code }) => `${severity} ${code}`),
      ['warning IDENTITY_NOBODY'],
    )
    assert.equal(ok, true)
  })

  test('asks nobody who is calling where everything is open to anyone', () => {
    const { identity: _, ...anonymous } = thin
    assert.deepEqual(check(blog(), anonymous, registry(), { production: true }).findings, [])
  })

  test('accepts a volatile store that is said to be one', () => {
    const topology = { ...thin, stores: { main: store('thin', { volatile: true }) } }
    assert.deepEqual(check(blog(), topology, registry({ durability: 'nothing' }), { production: true }).findings, [])
  })

  test('accepts a cascade within a slot where commits reach no further', () => {
    const Reply = resource('replies', { post: t.ref('posts', { onDelete: 'cascade' }) })
      .partitionBy('post')
      .access({ read: anyone })
    const replying = app('blog', {
      version: 'v1',
      services: [users, post(), mailer, service('r', { resources: { Reply } })],
    })
    assert.deepEqual(check(replying, thin, registry({ atomicity: 'slot' }), { production: true }).findings, [])
  })

  test('accepts a service without operations on two stores: no transaction could touch both', () => {
    const apart = app('blog', {
      version: 'v1',
      services: [service('both', { resources: { User, Note: resource('notes', {}).access({ read: anyone }) } })],
    })
    const topology = {
      ...thin,
      stores: { main: store('thin'), other: store('whole') },
      resources: { notes: { store: 'other' } },
    }
    assert.deepEqual(check(apart, topology, registry(), { production: true }).findings, [])
  })
})

suite('a topology from JSON', () => {
  for (const [sentence, value, says] of [
    [
      'is an object',
      [],
      `error: topology  TOPOLOGY_FORM
  the topology must be object
  → A topology has stores, resources and identity.
`,
    ],
    [
      'has stores',
      {},
      `error: topology/stores  TOPOLOGY_FORM
  stores is required
  → Name at least one store: { "stores": { "main": { "driver": "sqlite" } } }.
`,
    ],
    [
      'has no parts that do not exist yet',
      { stores: { main: { driver: 'sqlite' } }, caches: {} },
      `error: topology/caches  TOPOLOGY_FORM
  caches is not a field that can be given here
  → A topology has stores, resources and identity.
`,
    ],
    [
      'names the driver of each store, and knows what else may be said of one',
      { stores: { main: { volatil: true } } },
      `error: topology/stores/main/driver  TOPOLOGY_FORM
  driver is required
  → A store has driver, options, volatile and batching.

error: topology/stores/main/volatil  TOPOLOGY_FORM
  volatil is not a field that can be given here
  → A store has driver, options, volatile and batching.
`,
    ],
    [
      'calls stores by plain names',
      { stores: { 'a/b': { driver: 'sqlite' } } },
      `error: topology/stores/a~1b  TOPOLOGY_FORM
  a/b is not a field that can be given here
  → Name a store with small letters and digits, and its driver: "main": { "driver": "sqlite" }.
`,
    ],
    [
      'says of a resource where it lives',
      { stores: { main: { driver: 'sqlite' } }, resources: { users: 'main' } },
      `error: topology/resources/users  TOPOLOGY_FORM
  users must be object
  → Say where the rows live: "resources": { "orders": { "store": "main" } }.
`,
    ],
    [
      'says where an external service is, and only what it knows to say of it',
      { stores: { main: { driver: 'sqlite' } }, externals: { a: {}, b: { url: 'http://b', timeout: '0s', retry: 1 } } },
      `error: topology/externals/a/url  TOPOLOGY_FORM
  url is required
  → Say where it is: "externals": { "pricing": { "url": "https://pricing.example" } }; beside url it
    has plaintext, token, timeout, retries, bytesMax and breaker.

error: topology/externals/b/retry  TOPOLOGY_FORM
  retry is not a field that can be given here
  → Say where it is: "externals": { "pricing": { "url": "https://pricing.example" } }; beside url it
    has plaintext, token, timeout, retries, bytesMax and breaker.

error: topology/externals/b/timeout  TOPOLOGY_FORM
  timeout must match ^(?=.*[1-9])[0-9]+(\\.[0-9]+)?(ms|s|m|h)$
  → Say where it is: "externals": { "pricing": { "url": "https://pricing.example" } }; beside url it
    has plaintext, token, timeout, retries, bytesMax and breaker.
`,
    ],
    [
      'names the driver of its identity',
      { stores: { main: { driver: 'sqlite' } }, identity: 'development' },
      `error: topology/identity  TOPOLOGY_FORM
  identity must be object
  → Name the driver: "identity": { "driver": "development" }.
`,
    ],
  ] as const) {
    test(sentence, () => {
      assert.equal(findingsText(parseTopology(value).findings), says)
    })
  }

  test('is completed with what it leaves out', () => {
    const { topology } = parseTopology({ $schema: './topology.schema.json', stores: { main: { driver: 'sqlite' } } })
    assert.deepEqual(topology, { stores: { main: { driver: 'sqlite', options: {} } }, resources: {} })
  })

  test('keeps what it says', () => {
    const given = {
      stores: {
        main: { driver: 'sqlite', options: { file: 'a.db' }, batching: false },
        fast: { driver: 'memory', options: {}, volatile: true },
      },
      resources: { users: { store: 'fast' } },
      identity: { driver: 'development' },
      externals: { pricing: { url: { env: 'PRICING_URL' }, breaker: { failures: 2 } } },
    }
    assert.deepEqual(parseTopology(given).topology, given)
  })
})

function unsafe(): readonly Unsafe[] {
  const scanning = blog({ transaction: { scans: true } })
  const crossing = blog({ transaction: { slots: 'many' } })
  const keyed = blog({ idempotent: true, access: signedIn })
  const apart = (names: readonly string[]): Topology => ({
    ...thin,
    stores: { main: store('whole'), other: store('thin') },
    resources: Object.fromEntries(names.map((name) => [name, { store: 'other' }])),
  })
  const Reply = resource('replies', { post: t.ref('posts', { onDelete: 'cascade' }) }).access({ read: anyone })
  const replying = app('blog', {
    version: 'v1',
    services: [users, post(), mailer, service('replies', { resources: { Reply } })],
  })
  const { identity: _, ...anonymous } = thin
  return [
    {
      sentence: 'a store that keeps nothing, unless the topology says so',
      code: 'STORE_VOLATILE',
      gives: { durability: 'nothing' },
      says: `error: topology/stores/main  STORE_VOLATILE
  thin keeps nothing when the process ends, and the topology does not say that this may be
  → Say that this may be: volatile: true, or choose a driver that keeps it.
`,
    },
    {
      sentence: 'transactions on a store that commits one row at a time',
      code: 'NEED_ATOMICITY',
      gives: { atomicity: 'row' },
      says: `error: services/posts  NEED_ATOMICITY
  a transaction of post may change several rows at once, and the store main (thin) commits one row
  at a time
  → Put posts and users on whole, or leave these resources to their generated routes.
`,
    },
    {
      sentence: 'transactions on a store of snapshots, where two may each rely on what the other changes',
      code: 'NEED_ISOLATION',
      gives: { isolation: 'snapshot' },
      says: `error: services/posts  NEED_ISOLATION
  a transaction of post relies on what it read until its commit, and the store main (thin) isolates
  by snapshots only
  → Put posts and users on whole, or leave these resources to their generated routes.
`,
    },
    {
      sentence: 'transactions on a store that isolates less still',
      code: 'NEED_ISOLATION',
      gives: { isolation: 'readCommitted' },
      says: `error: services/posts  NEED_ISOLATION
  a transaction of post relies on what it read until its commit, and the store main (thin) isolates
  by what is committed only
  → Put posts and users on whole, or leave these resources to their generated routes.
`,
    },
    {
      sentence: 'a transaction across slots on a store that commits one slot',
      code: 'NEED_SLOTS',
      app: crossing,
      gives: { atomicity: 'slot' },
      says: `error: services/posts/operations/post/transaction/slots  NEED_SLOTS
  its transaction crosses slots, and the store main (thin) commits rows of one slot
  → Put posts and users on whole, or take out slots: 'many'.
`,
    },
    {
      sentence: 'a transaction that lists on a store that cannot assert a list',
      code: 'NEED_SCANS',
      app: scanning,
      gives: { scanAssertions: false },
      says: `error: services/posts/operations/post/transaction/scans  NEED_SCANS
  its transaction lists rows, and the store main (thin) cannot tell at the commit whether the list
  is still so
  → Put posts and users on whole, or list before the transaction.
`,
    },
    {
      sentence: 'idempotency keys on a store that cannot keep them with the write',
      code: 'NEED_IDEMPOTENCY',
      app: keyed,
      gives: { atomicity: 'row' },
      says: `error: resources/users/access  NEED_IDEMPOTENCY
  the Idempotency-Key of create is kept in the commit of the write, and the store main (thin)
  commits one row at a time
  → Put users on whole, or leave the writes without a rule.

error: services/posts/operations/post  NEED_IDEMPOTENCY
  its Idempotency-Key is kept in the commit of its write, and the store main (thin) commits one row
  at a time
  → Put posts and users on whole, or take out idempotent: true.
`,
    },
    {
      sentence: 'a deletion that reaches into other slots on a store that commits one slot',
      code: 'NEED_CASCADE',
      app: replying,
      gives: { atomicity: 'slot' },
      says: `error: resources/replies/fields/post  NEED_CASCADE
  onDelete: cascade changes replies with the row of posts, and the store main (thin) commits rows of
  one slot
  → Put replies and posts on whole, or let the deletion be refused: leave onDelete out.
`,
    },
    {
      sentence: 'a unique field on a store that does not keep one',
      code: 'NEED_UNIQUE',
      gives: { unique: false },
      says: `error: resources/users/fields/email  NEED_UNIQUE
  email is unique, and the store main (thin) does not keep fields unique
  → Put users on whole, or declare email without unique.
`,
    },
    {
      sentence: 'a table of others on a store that has none but its own',
      code: 'NEED_ADOPTION',
      gives: { adopts: false },
      app: adopting,
      says: `error: resources/people/adopt  NEED_ADOPTION
  it serves the table crm.people, and the store main (thin) has none but its own
  → Put people on whole, or take .adopt(…) out.
`,
    },
    {
      sentence: 'a reference on a store that does not check any',
      code: 'NEED_REFERENCES',
      gives: { references: false },
      says: `error: resources/posts/fields/writer  NEED_REFERENCES
  it refers to users, and the store main (thin) does not check references
  → Put posts on whole, or keep the id in a plain t.id() or t.text().
`,
    },
    {
      sentence: 'access paths on a store without an order',
      code: 'NEED_ORDER',
      gives: { orderedScans: false },
      says: `error: resources/users/index(name)  NEED_ORDER
  lists may sort and take ranges along this path, and the store main (thin) has no order
  → Put users on whole, or take the access path out and read by id.

error: resources/posts/index(writer, createdAt)  NEED_ORDER
  lists may sort and take ranges along this path, and the store main (thin) has no order
  → Put posts on whole, or take the access path out and read by id.
`,
    },
    {
      sentence: 'a list without filters on a store without an order',
      code: 'NEED_ORDER',
      app: app('blog', {
        version: 'v1',
        services: [service('tags', { resources: { Tag: resource('tags', {}).access({ read: anyone }) } })],
      }),
      gives: { orderedScans: false },
      says: `error: resources/tags/access/list  NEED_ORDER
  a list without filters follows the id, and the store main (thin) has no order
  → Put tags on whole, or leave list without a rule.
`,
    },
    {
      sentence: 'a search on a store that does not find rows by their words',
      code: 'NEED_SEARCH',
      gives: { search: false },
      app: app('blog', {
        version: 'v1',
        services: [
          service('tags', {
            resources: {
              Tag: resource('tags', { name: t.text(), about: t.text() })
                .search('name', 'about')
                .access({ read: anyone }),
            },
          }),
        ],
      }),
      says: `error: resources/tags/search(name, about)  NEED_SEARCH
  lists may be searched by words, and the store main (thin) does not find rows by their words
  → Put tags on whole, or take .search(…) out and read along access paths.
`,
    },
    {
      sentence: 'reads that lag more than the app allows',
      code: 'NEED_FRESHNESS',
      gives: { staleForMs: 500 },
      app: app('blog', {
        version: 'v1',
        services: [
          service('users', {
            resources: { User, News: resource('news', {}).access({ read: anyone }).freshness({ staleFor: '100ms' }) },
          }),
        ],
      }),
      says: `error: resources/users/freshness  NEED_FRESHNESS
  reads have to be fresh, and those of the store main (thin) may lag 500 ms
  → Put users on whole, or declare .freshness({ staleFor: '500ms' }).

error: resources/news/freshness  NEED_FRESHNESS
  reads may lag 100 ms, and those of the store main (thin) may lag 500 ms
  → Put news on whole, or declare .freshness({ staleFor: '500ms' }).
`,
    },
    {
      sentence: 'a service that uses a resource of another store',
      code: 'NEED_ONE_STORE',
      topology: apart(['posts']),
      says: `error: services/posts/uses  NEED_ONE_STORE
  one transaction may touch all that the service works on, and it lives in 2 stores: posts in the
  store other (thin); users in the store main (whole)
  → Let them live in one store, or give them to services that call each other.
`,
    },
    {
      sentence: 'a reference into another store',
      code: 'NEED_REFERENCE_STORE',
      topology: apart(['posts']),
      says: `error: resources/posts/fields/writer  NEED_REFERENCE_STORE
  it refers to users, which lives in the store main (whole), and posts in the store other (thin)
  → Let both live in one store, or keep the id in a plain t.id() or t.text().
`,
    },
    {
      sentence: 'a body that speaks to another engine itself',
      code: 'NEED_ENGINE',
      app: blog({ native: 'postgres' }),
      says: `error: services/posts/operations/post/native  NEED_ENGINE
  its body speaks to postgres itself, and its rows live in the store main (thin)
  → Put the resources of the service on that engine, or declare no native.
`,
    },
    {
      sentence: 'an external service without an address',
      code: 'EXTERNAL_ADDRESS',
      app: shop,
      says: `error: topology/externals/pricing  EXTERNAL_ADDRESS
  the app calls pricing, and the topology does not say where it is
  → Say where: "externals": { "pricing": { "url": { "env": "PRICING_URL" } } }. A preset knows no
    addresses, so write a file.
`,
    },
    {
      sentence: 'an address that is not set',
      code: 'EXTERNAL_ADDRESS',
      app: shop,
      topology: { ...thin, externals: { pricing: { url: { env: 'PRICING_URL' } } } },
      says: `error: topology/externals/pricing/url  EXTERNAL_ADDRESS
  the variable PRICING_URL is not set
  → Set PRICING_URL in the environment, or in .env while developing.
`,
    },
    ...(
      [
        ['pricing:8080', 'it is no address of http or https'],
        ['http://me:secret@pricing', 'it has a name or a password in it, which logs would show'],
        ['http://pricing/v2?key=1', 'it has more than a path behind its host'],
      ] as const
    ).map(([url, reason]) => ({
      sentence: `the address ${url}`,
      code: 'EXTERNAL_ADDRESS' as const,
      app: shop,
      topology: { ...thin, externals: { pricing: { url } } },
      says: `error: topology/externals/pricing/url  EXTERNAL_ADDRESS
  ${reason}
  → Give scheme, host and the path below which its paths lie: "https://pricing.example/v2".
`,
    })),
    {
      sentence: 'plain http to another machine',
      code: 'EXTERNAL_PLAINTEXT',
      app: shop,
      topology: { ...thin, externals: { pricing: { url: 'http://pricing.example/v2' } } },
      says: `error: topology/externals/pricing/url  EXTERNAL_PLAINTEXT
  http to pricing.example can be read and changed on the way
  → Give its https address; in a network that nobody else reaches, accept http with "plaintext":
    true.
`,
    },
    {
      sentence: 'a token that no header can carry, or that is not set',
      code: 'EXTERNAL_TOKEN',
      app: shop,
      topology: { ...thin, externals: { pricing: { url: 'https://pricing', token: 'a b' } } },
      says: `error: topology/externals/pricing/token  EXTERNAL_TOKEN
  it cannot stand in a header
  → Give printable ASCII characters without spaces, or leave it out.
`,
    },
    {
      sentence: 'the address of a service that is not called',
      code: 'EXTERNAL_UNKNOWN',
      app: shop,
      topology: { ...thin, externals: { pricing: { url: 'https://pricing' }, princing: { url: 'http://x' } } },
      says: `error: topology/externals/princing  EXTERNAL_UNKNOWN
  the app calls no princing
  → The external services of the app are: pricing.
`,
    },
    {
      sentence: 'development identity in production',
      code: 'IDENTITY_DEVELOPMENT',
      topology: { ...thin, identity: { driver: 'development' } },
      says: `error: topology/identity  IDENTITY_DEVELOPMENT
  in production the identity development would believe whatever a request claims
  → Name an identity that proves who is calling, or leave it out if everybody may do everything.
`,
    },
    {
      sentence: 'rules that ask who is calling where nobody says it, in production',
      code: 'IDENTITY_MISSING',
      app: blog({ access: role('editor') }),
      topology: anonymous,
      says: `error: topology/identity  IDENTITY_MISSING
  services/posts/operations/post asks who is calling, and nobody says it
  → Name an identity in the topology: nobody could be let in.
`,
    },
    {
      sentence: 'and warns of them in development',
      code: 'IDENTITY_NOBODY',
      app: app('blog', {
        version: 'v1',
        services: [
          service('s', {
            resources: {
              Diary: resource('diaries', { of: t.text() })
                .index('of')
                .access({ read: owner('of') }),
            },
          }),
        ],
      }),
      topology: anonymous,
      production: false,
      says: `warning: topology/identity  IDENTITY_NOBODY
  resources/diaries/access/get asks who is calling, and nobody says it: it answers 401
  → Name one: identity: { driver: 'development' }.
`,
    },
    {
      sentence: 'drivers that there are not',
      code: 'TOPOLOGY_DRIVER',
      topology: { stores: { main: store('dbase') }, resources: {}, identity: { driver: 'guess' } },
      says: `error: topology/stores/main/driver  TOPOLOGY_DRIVER
  there is no store driver "dbase"
  → Name one that there is: whole, thin.

error: topology/identity/driver  TOPOLOGY_DRIVER
  there is no identity driver "guess"
  → Name one that there is: development, passport.
`,
    },
    {
      sentence: 'options whose variables are not set',
      code: 'STORE_VARIABLE',
      topology: {
        ...thin,
        stores: { main: store('thin', { options: { file: { env: 'FILE' }, others: [{ env: 'OTHER', list: true }] } }) },
      },
      says: `error: topology/stores/main/options/file  STORE_VARIABLE
  the variable FILE is not set
  → Set it in the environment, or in .env while developing.

error: topology/stores/main/options/others  STORE_VARIABLE
  the variable OTHER is not set
  → Set it in the environment, or in .env while developing.
`,
    },
    {
      sentence: 'an address with which the driver cannot do anything',
      code: 'STORE_ADDRESS',
      topology: { ...thin, stores: { main: store('thin', { options: { file: 'far' } }) } },
      says: `error: topology/stores/main/options/file  STORE_ADDRESS
  far is no place for it
  → Take a near one.
`,
    },
    {
      sentence: 'an address on whose way everything can be read',
      code: 'STORE_PLAINTEXT',
      topology: { ...thin, stores: { main: store('thin', { options: { file: 'bare' } }) } },
      says: `error: topology/stores/main/options/file  STORE_PLAINTEXT
  bare is no place for it
  → Take a near one.
`,
    },
    {
      sentence: 'options that a driver does not have',
      code: 'TOPOLOGY_OPTION',
      topology: { ...thin, stores: { main: store('thin', { options: { file: 7, fiel: 'a.db' } }) } },
      says: `error: topology/stores/main/options/fiel  TOPOLOGY_OPTION
  fiel is not a field that can be given here
  → The options of thin are: file.

error: topology/stores/main/options/file  TOPOLOGY_OPTION
  file must be string
  → The options of thin are: file.
`,
    },
    {
      sentence: 'resources that the app does not have',
      code: 'TOPOLOGY_RESOURCE',
      topology: { ...thin, resources: { user: { store: 'main' } } },
      says: `error: topology/resources/user  TOPOLOGY_RESOURCE
  the app has no resource user
  → The resources of the app are: users, posts.
`,
    },
    {
      sentence: 'stores that the topology does not have',
      code: 'TOPOLOGY_STORE',
      topology: { ...thin, stores: { data: store('thin') }, resources: { users: { store: 'main' } } },
      says: `error: topology/resources/users/store  TOPOLOGY_STORE
  there is no store main
  → The stores of this topology are: data.

error: topology/stores  TOPOLOGY_STORE
  posts would live in the store main, and there is none
  → Call one store main, or say for each resource where it lives.
`,
    },
    {
      sentence: 'two stores on the same data',
      code: 'TOPOLOGY_STORE_TWICE',
      topology: { ...thin, stores: { main: store('thin'), other: store('thin') } },
      says: `error: topology/stores/other  TOPOLOGY_STORE_TWICE
  it opens the same data as main
  → Give each store data of its own, or use one store.
`,
    },
    {
      sentence: 'and warns of replicas that nothing is read from',
      code: 'STORE_REPLICAS_UNUSED',
      app: app('blog', { version: 'v1', services: [users] }),
      topology: { ...thin, stores: { main: store('thin', { options: { others: ['it'], replicas: ['one'] } }) } },
      says: `warning: topology/stores/main/options/replicas  STORE_REPLICAS_UNUSED
  no resource in it declares freshness, so nothing is read from its replicas
  → Declare it where readers may lag: .freshness({ staleFor: '2s' }), or take the replicas out.
`,
    },
    {
      sentence: 'and warns of a store that nothing lives in',
      code: 'TOPOLOGY_STORE_UNUSED',
      topology: { ...thin, stores: { main: store('thin'), other: store('whole') } },
      says: `warning: topology/stores/other  TOPOLOGY_STORE_UNUSED
  no resource lives in it
  → Take the store out, or say which resources live in it.
`,
    },
  ]
}
