import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { anyOf, anyone, owner, principal, role, signedIn, where } from '../app/access.ts'
import { app } from '../app/app.ts'
import { contract } from '../app/contract.ts'
import { t } from '../app/field.ts'
import { resource } from '../app/resource.ts'
import { service } from '../app/service.ts'
import type { StoreCapabilities } from '../core/driver.ts'
import { check } from './check.ts'
import type { Registry } from './registry.ts'
import { sheetText } from './sheet.ts'
import { widthMax, wrapped } from './text.ts'
import type { Topology } from './topology.ts'

const gives: StoreCapabilities = {
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
  processes: 'one',
  ordered: true,
  readsTogether: false,
  adopts: false,
}
const registry: Registry = {
  stores: { engine: { gives, options: {} }, replica: { gives: { ...gives, staleForMs: 1_500 }, options: {} } },
  identities: { development: { production: false } },
}
const topology: Topology = {
  stores: { main: { driver: 'engine', options: {} } },
  resources: {},
  identity: { driver: 'development' },
}

const Author = resource('authors', { email: t.text({ unique: true }), team: t.text() })
  .index('team', 'createdAt')
  .search('email')
  .total('exact')
  .requireMatch()
  .access({ get: anyone, list: where('team', 'in', principal.roles), write: role('editor') })
const Post = resource('posts', {
  author: t.ref('authors', { onDelete: 'cascade' }),
  state: t.enum('draft', 'published'),
  publishedAt: t.timestamp({ optional: true }),
})
  .partitionBy('author')
  .index('author', 'publishedAt')
  .index('state', 'publishedAt')
  .total('estimated')
  .pageLimit(50)
  .freshness({ staleFor: '2s' })
  .access({ read: owner('author') })
const mail = contract('mail', { send: { input: { to: t.text() }, idempotent: true } })

const blog = app('blog', {
  version: 'v1',
  services: [
    service('people', { resources: { Author } }),
    service('posts', { resources: { Post }, uses: { Author }, calls: { mail } })
      .operation('publish', {
        http: 'POST /posts/{id}/publish',
        input: { id: t.id() },
        output: Post,
        access: signedIn,
        idempotent: true,
        run: (() => {}) as never,
      })
      .operation('sweep', {
        http: 'POST /posts/sweep',
        access: anyOf(role('editor'), role('operator')),
        transaction: { scans: true, slots: 'many' },
        run: () => {},
      }),
    service('mailer', { implements: { mail } }).implement('mail', { send: () => {} }),
  ],
})

suite('the guarantee sheet', () => {
  const { sheet } = check(blog, topology, registry, { production: false })

  test('is read by people', () => {
    const text = sheetText(sheet!({ durability: { main: 'WAL, synchronous=FULL: fsync before every answer' } }))
    assert.equal(text, golden)
  })

  test('keeps to the width of a terminal', () => {
    const durability = { main: 'a very long word of an engine about itself '.repeat(9).trim() }
    for (const line of sheetText(sheet!({ durability })).split('\n')) assert.ok(line.length <= widthMax, line)
  })

  test('is data as well: it goes through JSON unchanged', () => {
    const data = sheet!()
    assert.deepEqual(JSON.parse(JSON.stringify(data)), data)
    assert.deepEqual(
      data.resources.map(({ name, atomicity, isolation, durability }) => [
        name,
        atomicity.is,
        isolation.is,
        durability.is,
      ]),
      [
        ['authors', 'store', 'serializable', 'powerLoss'],
        ['posts', 'store', 'serializable', 'powerLoss'],
      ],
    )
    assert.deepEqual(
      data.resources[1]!.cost.map(({ read, path, seeksMax, rowsMax }) => ({ read, path, seeksMax, rowsMax })),
      [
        { read: 'id', path: ['id'], seeksMax: 1, rowsMax: 1 },
        { read: 'list', path: ['author', 'publishedAt'], seeksMax: 1, rowsMax: 50 },
        { read: 'path', path: ['author', 'publishedAt'], seeksMax: 50, rowsMax: 50 },
        { read: 'path', path: ['state', 'publishedAt'], seeksMax: 50, rowsMax: 50 },
        { read: 'total', path: [], seeksMax: 50, rowsMax: 10_000 },
        { read: 'include', path: ['author'], seeksMax: 50, rowsMax: 50 },
      ],
    )
  })

  test('says in its own words what an engine that is not open has not said', () => {
    assert.match(sheetText(sheet!()), /durability {3}an acknowledged write survives the loss of power/)
  })

  test('says how far reads may lag', () => {
    const lagging: Topology = { ...topology, stores: { main: { driver: 'replica', options: {} } } }
    const { sheet: other } = check(blog, lagging, registry, { production: false })
    assert.equal(other!().resources[1]!.freshness.says, 'reads may lag 1500 ms; the app allows 2 s')
  })
})

suite('the sheet of a store with replicas', () => {
  const spread = (options: Topology['stores'][string]['options']): Topology => ({
    ...topology,
    stores: { main: { driver: 'engine', options } },
  })
  const sheetOf = (options: Topology['stores'][string]['options']) =>
    check(blog, spread(options), registry, { production: false }).sheet!()

  test('says of each resource where it is read, and what to declare', () => {
    const [authors, posts] = sheetOf({ replicas: ['one'] }).resources
    assert.deepEqual(authors!.freshness, {
      is: { givenMs: 0, allowedMs: 0 },
      says: "reads are fresh; the app asks for that; from the primary: .freshness({ staleFor: '2s' }) would let replicas answer",
    })
    assert.deepEqual(posts!.freshness, {
      is: { givenMs: 2_000, allowedMs: 2_000 },
      says: 'reads may lag 2 s; the app allows 2 s; from replicas, never less than the caller has seen',
    })
  })

  test('says what a failover may lose, and what is answered meanwhile', () => {
    const text = sheetText(sheetOf({ replicas: ['one'] })).replaceAll(/\s+/g, ' ')
    assert.match(text, /replicas read where a resource declares freshness/)
    assert.match(
      text,
      /failover followed: until a server takes writes again they are answered 503, and reads from replicas go on/,
    )
    assert.match(text, /within the lag of the one that is promoted is lost/)
    assert.doesNotMatch(sheetText(sheetOf({ primary: ['one', 'other'] })), /replicas {5}/)
    assert.match(sheetText(sheetOf({ primary: ['one', 'other'] })), /failover/)
    assert.match(sheetText(sheetOf({ primary: 'one', replicas: ['one'] })), /failover/)
    assert.doesNotMatch(sheetText(sheetOf({ primary: 'one', replicas: [] })), /failover/)
  })
})

test('lines are broken at words, and alignment is kept', () => {
  assert.deepEqual(wrapped(`a  b ${'x'.repeat(95)} c`, '- ', '  '), ['- a  b', `  ${'x'.repeat(95)} c`])
})

const golden = `Guarantee sheet of blog v1
  identity     development says who is calling

STORES

  main (engine)
    atomicity    one commit changes any rows of the store, all or none
    isolation    serialisable: commits take effect as if one after another
    durability   WAL, synchronous=FULL: fsync before every answer
    freshness    reads are fresh
    batching     commits that wait at the same time share one
    processes    one process opens it

RESOURCES

  authors, of the service people, in the store main
    rows         the id is generated and carries the slot; each row has a slot of its own id
    durability   WAL, synchronous=FULL: fsync before every answer
    freshness    reads are fresh; the app asks for that
    writes       one commit each; If-Match is required, a stale one refused; an Idempotency-Key has
                   one effect for 24 h
    unique       email, by an index of the store; over several shards it will take a reservation row
    access       get: anyone
                 list: rows whose team is a role of the caller
                 create, update, replace, delete: role editor
    cost         by id                    1 keyed read
                 list without filters     1 seek a value of the rule + n rows, by team, createdAt
                 list by team, createdAt  1 seek a value of the rule + n rows
                 search by email          best first until n rows are found, at most through the
                   entries of its rarest word, narrowed by = on team
                 total=true               exact: counts every row that is found, however many
                 n ≤ 100 rows a page; an in takes 1 seek for each of its values, 50 at most

  posts, of the service posts, in the store main
    rows         the id is generated and carries the slot; rows with the same author share its slot
    durability   WAL, synchronous=FULL: fsync before every answer
    freshness    reads are fresh; the app allows 2 s
    writes       by operations only
    references   author is checked against authors in the commit; deleting there deletes this row
                   too, and in the same commit all that refer to it
    access       get, list: rows whose author is the caller
                 create, update, replace, delete: no route
    cost         by id                        1 keyed read
                 list without filters         1 seek + n rows, by author, publishedAt
                 list by author, publishedAt  1 seek + n rows
                 list by state, publishedAt   1 seek + n rows; operations only
                 total=true                   exact to 10,000 rows; beyond, estimated at a bounded
                   cost
                 include author               1 keyed read a page
                 n ≤ 50 rows a page; an in takes 1 seek for each of its values, 50 at most

OPERATIONS

  posts.publish, POST /v1/posts/{id}/publish
    access       whoever is signed in
    transaction  one at most, one commit with the kept answer; rows of one slot; no lists
    isolation    serialisable for what it reads; a conflict reruns it, 3 times at most, then 409
    repeats      the same Idempotency-Key has one effect and one answer, for 24 h
    calls        mail, outside its transactions, and never taken back
    engine       bound to none

  posts.sweep, POST /v1/posts/sweep
    access       role editor or role operator
    transaction  each is one commit, and so is each write outside of one; rows of any slots; its
                   lists are compared again in the commit
    isolation    serialisable for what it reads; a conflict reruns it, 3 times at most, then 409
    repeats      no key: after a lost answer nobody knows whether it was done
    calls        mail, outside its transactions, and never taken back
    engine       bound to none

  mail.send, called by other services
    transaction  touches no data
    repeats      the same Idempotency-Key has one effect and one answer, for 24 h
    calls        none
    engine       bound to none
`
