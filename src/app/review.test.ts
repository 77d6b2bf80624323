import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { table } from '../core/errors.ts'
import { anyOf, anyone, owner, principal, role, signedIn, where } from './access.ts'
import { app } from './app.ts'
import { contract } from './contract.ts'
import { external } from './external.ts'
import { t } from './field.ts'
import { manifestOf } from './manifest.ts'
import { resource } from './resource.ts'
import { appFindings, reviewApp } from './review.ts'
import { service } from './service.ts'

// `any` throughout: most of what is refused here does not compile, and plain JavaScript can still write it.
type Loose = any

test('finds nothing wrong with a coherent app', () => {
  const Author: Loose = resource('authors', { name: t.text({ maxLength: 100 }), email: t.text({ unique: true }) })
    .many('posts', { by: 'author' })
    .index('name', 'createdAt')
    .access({ read: anyone, write: role('editor') })
  const Post: Loose = resource('posts', {
    author: t.ref('authors', { onDelete: 'cascade' }),
    reviewer: t.ref('authors', { optional: true, onDelete: 'setNull' }),
    state: t.enum(['draft', 'published'], { default: 'draft' }),
    price: t.decimal(10, 2, { minimum: '0', default: '9.90' }),
  })
    .partitionBy('author')
    .index('reviewer', 'createdAt')
    .access({
      get: signedIn,
      list: anyOf(role('editor'), owner('reviewer')),
      write: where('reviewer', 'eq', principal.id),
    })
  const mail = contract('mail', { send: { input: { to: t.text() } } })
  const posting: Loose = service('posts', { resources: { Post }, uses: { Author }, calls: { mail } }).operation(
    'publish',
    {
      http: 'POST /posts/{id}/publish',
      input: { id: t.id() },
      output: Post,
      access: signedIn,
      run: (() => {}) as never,
    },
  )
  const mailing = service('mail', { implements: { mail } }).implement('mail', { send: () => {} })
  assert.deepEqual(reviewed(service('people', { resources: { Author } }), posting, mailing), [])
})

test('a constant of a rule is one that its field can have, of whatever kind, or check says so', () => {
  const fields = {
    text: t.text({ maxLength: 3 }),
    whole: t.integer({ minimum: 1 }),
    wide: t.bigint(),
    price: t.decimal(6, 2),
    open: t.boolean(),
    at: t.timestamp(),
    day: t.date(),
    state: t.enum('one', 'two'),
    other: t.ref('x', { optional: true }),
  }
  const good: Record<string, readonly unknown[]> = {
    text: ['abc'],
    whole: [1],
    wide: ['9007199254740993'],
    price: ['1.5', '1.50', '-1'],
    open: [true],
    at: ['2030-01-01T00:00:00Z', '2030-01-01T01:00:00.5+01:00', '2030-01-01T00:00:00.000Z'],
    day: ['2030-01-01'],
    state: ['one'],
    other: ['01a20af5-1baf-7885-9aa2-7ca04b9899c9'],
    createdAt: ['2030-01-01T00:00:00Z'],
  }
  const wrong: Record<string, readonly unknown[]> = {
    text: [5, 'abcd', null, undefined, {}],
    whole: ['1', 1.5, 0, Number.NaN],
    wide: [5, '1.5', ''],
    price: [1.5, '1.555', '10000', 'x', null],
    open: ['true', 1],
    at: ['2030-01-01', 5, '2030-02-30T00:00:00Z', '2030-01-01T00:00:00.0001Z'],
    day: ['2030-02-30', '2030-01-01T00:00:00Z'],
    state: ['three', 1],
    other: ['x', 5, null],
    createdAt: ['now'],
  }
  const findings = (rule: Loose) =>
    reviewed(
      owning((resource('x', fields) as Loose).access({ get: rule })),
      service('asking', {}).operation('ask', {
        http: 'POST /ask',
        input: fields,
        access: rule,
        run: (() => {}) as never,
      }),
    ).filter(({ code }) => code === 'ACCESS_VALUE')
  for (const [name, values] of Object.entries(good)) {
    for (const value of values) assert.deepEqual(findings(where(name, 'eq', value as never)), [], `${name} ${value}`)
    assert.deepEqual(findings(where(name, 'in', values as never)), [])
  }
  for (const [name, values] of Object.entries(wrong))
    for (const value of values)
      for (const rule of [where(name, 'eq', value as never), anyOf(signedIn, where(name, 'in', [value] as never))]) {
        const found = findings(rule)
        // The input of an operation has no createdAt, which is told otherwise.
        assert.equal(found.length, name === 'createdAt' ? 1 : 2, `${name} ${value} ${JSON.stringify(found)}`)
        for (const { place, reason, mend } of found) {
          assert.match(place, /^(resources\/x|services\/asking\/operations\/ask)\/access/)
          assert.match(reason, new RegExp(`^${name} is `))
          assert.notEqual(mend, '')
        }
      }
})

suite('finds what is wrong with an app', () => {
  for (const [sentence, services, expected] of cases()) {
    test(sentence, () => {
      const found = reviewed(...services).map(({ code, place, reason }) => `${code} ${place}: ${reason}`)
      assert.deepEqual(found, expected)
    })
  }

  test('every code of the table is found in one of these cases', () => {
    const seen = new Set(cases().flatMap(([, , expected]) => expected.map((line) => line.split(' ')[0])))
    assert.deepEqual(
      // Older versions, older data and adopted tables have their cases beside review/version.ts, migration.ts and adoption.ts.
      Object.keys(appFindings[table]).filter(
        (code) => !seen.has(code) && !/^(VERSION|RENAME|BACKFILL|ADOPT)_/.test(code),
      ),
      [],
    )
  })

  test('a finding says what to write instead', () => {
    const Note = resource('notes', { writer: t.text() }).access({ list: owner('writer') })
    assert.deepEqual(reviewed(owning(Note)), [
      {
        code: 'ACCESS_LIST_PATH',
        severity: 'error',
        place: 'resources/notes/access/list',
        reason: 'the rule looks at writer, and no access path begins with it: every list would read every row',
        mend: "Declare .index('writer', …), or leave the list without a rule: { get: … }.",
      },
    ])
  })
})

function reviewed(...services: readonly Loose[]) {
  const built = app('shop', { version: 'v1', services: services as Loose })
  return reviewApp(manifestOf(built), built)
}

function owning(...resources: readonly Loose[]) {
  return service('s', { resources: Object.fromEntries(resources.map((each, at) => [`R${at}`, each])) })
}

/** A service that owns a resource `x` with this field, which nobody may read. */
function field(declared: Loose) {
  return [owning(resource('x', { f: declared }).access({}))]
}

function operation(declared: object, name = 'run', serviceName = 's') {
  return service(serviceName).operation(name, {
    http: 'POST /run',
    access: signedIn,
    run: () => {},
    ...declared,
  } as Loose)
}

type Case = readonly [sentence: string, services: readonly Loose[], expected: readonly string[]]

function cases(): readonly Case[] {
  return [
    ...nameCases(),
    ...fieldCases(),
    ...resourceCases(),
    ...accessCases(),
    ...operationCases(),
    ...serviceCases(),
    ...mountCases(),
    ...externalCases(),
  ]
}

function nameCases(): readonly Case[] {
  const named = (name: string, fields: Loose = {}) => (resource as Loose)(name, fields).access({})
  return [
    [
      'refuses names that cannot be columns, paths and members',
      [
        owning(
          named('Orders'),
          named('banyan_log'),
          named('transaction'),
          named('orders', { 'unit price': t.integer() }),
        ),
      ],
      [
        'NAME_INVALID resources/Orders: "Orders" cannot be used as a name',
        'NAME_RESERVED resources/transaction: the name transaction is taken',
        'NAME_RESERVED resources/banyan_log: names that begin with banyan are for tables of its own',
        'NAME_TWICE resources/orders: two resources, Orders and orders, differ in nothing but case',
        'NAME_INVALID resources/orders/fields/unit price: "unit price" cannot be used as a name',
      ],
    ],
    [
      'refuses fields that every row or every object has already',
      [
        owning(
          named('x', { updatedAt: t.timestamp(), included: t.json(), ['__proto__']: t.text(), constructor: t.text() }),
        ),
      ],
      [
        'NAME_RESERVED resources/x/fields/updatedAt: the name updatedAt is taken',
        'NAME_RESERVED resources/x/fields/included: the name included is taken',
        'NAME_INVALID resources/x/fields/__proto__: "__proto__" cannot be used as a name',
        'NAME_RESERVED resources/x/fields/constructor: the name constructor is taken',
      ],
    ],
    [
      'refuses fields that an engine could not tell apart',
      [owning(named('x', { lineTotal: t.integer(), linetotal: t.integer() }))],
      ['NAME_TWICE resources/x/fields/linetotal: two fields, lineTotal and linetotal, differ in nothing but case'],
    ],
    [
      'refuses two services, and two resources, of one name',
      [service('s', { resources: { A: named('x') } }), service('s', { resources: { B: named('x') } })],
      ['NAME_TWICE services/s: two services have this name', 'NAME_TWICE resources/x: two resources have this name'],
    ],
    [
      'refuses an operation whose client would be taken for a promise',
      [operation({}, 'then')],
      ['NAME_RESERVED services/s/operations/then: the name then is taken'],
    ],
  ]
}

function fieldCases(): readonly Case[] {
  const at = 'resources/x/fields/f'
  return [
    [
      'refuses an empty range',
      field(t.integer({ minimum: 9, maximum: 1 })),
      [`FIELD_LIMITS ${at}: minimum 9 is above maximum 1`],
    ],
    [
      'compares decimals as numbers, not as texts',
      field(t.decimal(10, 2, { minimum: '10', maximum: '9.5' })),
      [`FIELD_LIMITS ${at}: minimum 10 is above maximum 9.5`],
    ],
    [
      'refuses a limit that is no value of the field',
      field(t.bigint({ maximum: '9223372036854775808' })),
      [`FIELD_LIMITS ${at}: maximum "9223372036854775808" is not a whole number of up to 64 bits, as a string`],
    ],
    [
      'refuses a limit with more digits than the decimal has',
      field(t.decimal(4, 2, { maximum: '100' })),
      [`FIELD_LIMITS ${at}: maximum "100" is not a decimal(4, 2), as a string`],
    ],
    [
      'refuses decimals of 19 digits',
      field(t.decimal(19, 2)),
      [`FIELD_DECIMAL ${at}: 19 digits cannot be kept exactly on every engine`],
    ],
    [
      'refuses a scale above the precision',
      field(t.decimal(2, 3)),
      [`FIELD_DECIMAL ${at}: 3 of 2 digits cannot stand after the point`],
    ],
    [
      'refuses texts longer than a request',
      field(t.text({ maxLength: 1_000_001 })),
      [`FIELD_LIMITS ${at}: maxLength 1000001 is more than a request can carry`],
    ],
    [
      'refuses a text that must be longer than it may be',
      field(t.text({ minLength: 5, maxLength: 4 })),
      [`FIELD_LIMITS ${at}: minLength 5 is above maxLength 4`],
    ],
    [
      'refuses bytes larger than a request',
      field(t.bytes({ maxBytes: 2_000_000 })),
      [`FIELD_LIMITS ${at}: maxBytes 2000000 is not a size that a request can carry`],
    ],
    ['refuses an enum without values', field((t.enum as Loose)([])), [`FIELD_ENUM ${at}: an enum without values`]],
    ['refuses an enum value named twice', field(t.enum('a', 'b', 'a')), [`FIELD_ENUM ${at}: "a" is named twice`]],
    [
      'refuses a pattern that does not compile',
      field(t.text({ pattern: '(a' })),
      [`FIELD_PATTERN ${at}: Invalid regular expression: /^(?:(a)$/u: Unterminated group`],
    ],
    [
      'refuses a schema that is none',
      field(t.json({ schema: { type: 'strin' } })),
      [
        `FIELD_SCHEMA ${at}: schema is invalid: data/type must be equal to one of the allowed values, data/type must be array, data/type must match a schema in anyOf`,
      ],
    ],
    [
      'refuses unique JSON',
      field(t.json({ unique: true })),
      [`FIELD_UNIQUE ${at}: equal JSON can be written in many ways, so it cannot be unique`],
    ],
    [
      'refuses a default above the maximum',
      field(t.integer({ maximum: 3, default: 4 })),
      [`FIELD_DEFAULT ${at}: the default 4 must be <= 3`],
    ],
    [
      'refuses a default that its enum does not have',
      field(t.enum(['a'], { default: 'b' as Loose })),
      [`FIELD_DEFAULT ${at}: the default "b" must be one of "a"`],
    ],
    [
      'refuses a default that its pattern does not match',
      field(t.text({ pattern: '[a-z]+', default: 'A1' })),
      [`FIELD_DEFAULT ${at}: the default "A1" must match ^(?:[a-z]+)$`],
    ],
    [
      'refuses null as the default of a required field',
      field(t.boolean({ default: null as Loose })),
      [`FIELD_DEFAULT ${at}: the default null must be boolean`],
    ],
    [
      'refuses a reference to what no service owns',
      field(t.ref('y')),
      [`REFERENCE_UNKNOWN ${at}: it refers to y, which no service of this app owns`],
    ],
    [
      'refuses to set a required reference to null',
      field(t.ref('x', { onDelete: 'setNull' })),
      [`REFERENCE_SET_NULL ${at}: it is required, so it cannot be set to null`],
    ],
  ]
}

function resourceCases(): readonly Case[] {
  const x: Loose = resource('x', {
    a: t.text(),
    b: t.integer({ optional: true }),
    j: t.json(),
    f: t.bytes(),
    limit: t.integer(),
  }).access({})
  const given = (id: Loose) => resource('x', { id }).access({})
  const notes: Loose = resource('notes', { x: t.ref('x'), other: t.text() }).access({})
  return [
    [
      'refuses access paths that no list could follow',
      [
        owning(
          x
            .index('c')
            .index('version')
            .index('a', 'a')
            .index('id', 'a')
            .index('j')
            .index('a', 'f')
            .index('limit')
            .index('a')
            .index('a'),
        ),
      ],
      [
        'INDEX_FIELD resources/x/index(c): there is no field c to list by',
        'INDEX_FIELD resources/x/index(version): there is no field version to list by',
        'INDEX_REPEATED resources/x/index(a, a): a is named twice',
        'INDEX_REPEATED resources/x/index(id, a): behind the id, of which each is there once, nothing is left to sort',
        'INDEX_KIND resources/x/index(j): j is of the kind json',
        'INDEX_KIND resources/x/index(a, f): f is of the kind bytes',
        'INDEX_PARAMETER resources/x/index(limit): ?limit= already means something to a list',
        'INDEX_TWICE resources/x/index(a): this access path is declared twice',
      ],
    ],
    [
      'refuses a search by what is no text, no field, private or named twice',
      [
        owning(
          (resource('x', { a: t.text(), b: t.integer(), p: t.text({ private: true }), r: t.ref('x') }) as Loose)
            .search('a', 'b', 'c', 'p', 'r', 'toString', 'a')
            .access({}),
        ),
      ],
      [
        'SEARCH_FIELD resources/x/search(a, b, c, p, r, toString, a): b is of the kind integer',
        'SEARCH_FIELD resources/x/search(a, b, c, p, r, toString, a): there is no field c',
        'SEARCH_FIELD resources/x/search(a, b, c, p, r, toString, a): p is private, and what is found would tell what stands in it',
        'SEARCH_FIELD resources/x/search(a, b, c, p, r, toString, a): r is of the kind ref',
        'SEARCH_FIELD resources/x/search(a, b, c, p, r, toString, a): there is no field toString',
        'SEARCH_FIELD resources/x/search(a, b, c, p, r, toString, a): a is named twice',
      ],
    ],
    [
      'refuses a field in a path that is called like the search of a list',
      [owning((resource('x', { search: t.text() }) as Loose).index('search').access({}))],
      ['INDEX_PARAMETER resources/x/index(search): ?search= already means something to a list'],
    ],
    [
      'refuses totals of an unknown kind',
      [owning(x.total('rough'))],
      ['TOTAL_KIND resources/x/total: "rough" is no kind of total'],
    ],
    [
      'refuses a partition key that is not there',
      [owning(x.partitionBy('c'))],
      ['PARTITION_FIELD resources/x/partitionBy(c): there is no field c'],
    ],
    [
      'refuses a partition key that may be missing',
      [owning(x.partitionBy('b'))],
      ['PARTITION_FIELD resources/x/partitionBy(b): b is optional: a row without it would live nowhere'],
    ],
    [
      'refuses a partition key without a canonical text',
      [owning(x.partitionBy('j'))],
      ['PARTITION_FIELD resources/x/partitionBy(j): j is of the kind json, which has no slot'],
    ],
    [
      'refuses a partition key beside ids that clients give',
      [owning((given(t.id()) as Loose).partitionBy('id2'))],
      [
        'PARTITION_GIVEN_ID resources/x/partitionBy(id2): an id that the client gives cannot carry the slot of another field',
      ],
    ],
    [
      'refuses ids that are neither ids nor texts',
      [owning(given(t.integer()))],
      ['ID_FIELD resources/x/fields/id: an id cannot be of the kind integer'],
    ],
    [
      'refuses private ids',
      [owning(given(t.id({ private: true })))],
      ['ID_FIELD resources/x/fields/id: every row has an id that its clients know, so it cannot be private'],
    ],
    [
      'refuses ids too long for an address',
      [owning(given(t.text()))],
      ['ID_FIELD resources/x/fields/id: ids of up to 10000 characters are too long for an address'],
    ],
    [
      'warns of empty ids',
      [owning(given(t.text({ maxLength: 9 })))],
      ['ID_EMPTY resources/x/fields/id: an empty id is allowed'],
    ],
    [
      'refuses reverse relations that nothing refers back by',
      [owning(x.many('y', { by: 'x' })), service('n', { resources: { notes } })],
      ['RELATION_UNKNOWN resources/x/many(y): no service of this app owns y'],
    ],
    [
      'refuses reverse relations by a field that is no reference',
      [owning(x.many('notes', { by: 'other' })), service('n', { resources: { notes } })],
      ['RELATION_UNKNOWN resources/x/many(notes): other of notes does not refer to x'],
    ],
    [
      'refuses a negative freshness and a page of no rows',
      [owning(x.freshness({ staleFor: '-2s' }).pageLimit(0))],
      [
        'FRESHNESS_INVALID resources/x/freshness: a reader cannot lag -2000 ms',
        'PAGE_LIMIT_INVALID resources/x/pageLimit: 0 is not a number of rows',
      ],
    ],
    [
      'refuses a create route that could make no row',
      [owning(resource('x', { secret: t.text({ private: true }) }).access({ create: signedIn }))],
      [
        'FIELD_PRIVATE resources/x/fields/secret: it is required and no client may give it, so the create route could make no row',
      ],
    ],
    [
      'lets an operation stand in for that create route',
      [
        service('s', {
          resources: { X: resource('x', { secret: t.text({ private: true }) }).access({ create: signedIn }) },
        }).operation('make', { http: 'POST /x', access: signedIn, run: () => {} }),
      ],
      [],
    ],
  ]
}

function accessCases(): readonly Case[] {
  const fields = { a: t.text(), b: t.text(), n: t.integer(), j: t.json(), e: t.enum('one', 'two') }
  const ruled = (rules: Loose, path: readonly string[] = ['a']) => [
    owning((resource('x', fields) as Loose).index(...path).access(rules)),
  ]
  return [
    [
      'refuses a resource without access',
      [owning(resource('x', fields))],
      ['RESOURCE_WITHOUT_ACCESS resources/x: it does not say who may read and write it'],
    ],
    [
      'refuses an action that there is not',
      ruled({ raed: anyone }),
      ['ACCESS_ACTION resources/x/access/raed: there is no action raed'],
    ],
    [
      'refuses functions as rules',
      ruled({ read: () => true }),
      ['ACCESS_RULE resources/x/access/read: a function is not an access rule'],
    ],
    [
      'refuses a role without a name',
      ruled({ write: role('') }),
      ['ACCESS_ROLE resources/x/access/write: a role without a name'],
    ],
    [
      'refuses rules that let nobody in',
      ruled({ get: anyOf() }),
      ['ACCESS_RULE resources/x/access/get: anyOf without rules lets nobody in'],
    ],
    [
      'refuses a rule on a field that is not there',
      ruled({ get: owner('c') }),
      ['ACCESS_FIELD resources/x/access/get: x has no field c'],
    ],
    [
      'refuses a rule on JSON',
      ruled({ get: owner('j') }),
      ['ACCESS_FIELD resources/x/access/get: j is of the kind json'],
    ],
    [
      'refuses to compare a number with a caller',
      ruled({ get: owner('n') }),
      ['ACCESS_VALUE resources/x/access/get: n is of the kind integer, and callers are known by texts'],
    ],
    [
      'refuses to compare one value with many roles',
      ruled({ get: where('a', 'eq', principal.roles) }),
      ['ACCESS_VALUE resources/x/access/get: a is compared with all the roles of the caller, which are many values'],
    ],
    [
      'refuses a constant that the field cannot have',
      ruled({ get: where('e', 'in', ['one', 'three']) }),
      ['ACCESS_VALUE resources/x/access/get: e is compared with "three", which must be one of "one", "two"'],
    ],
    [
      'refuses a list rule that no access path follows',
      ruled({ read: owner('b') }),
      [
        'ACCESS_LIST_PATH resources/x/access/list: the rule looks at b, and no access path begins with it: every list would read every row',
      ],
    ],
    [
      'refuses a list rule that stands second in its path',
      ruled({ list: owner('b') }, ['a', 'b']),
      [
        'ACCESS_LIST_PATH resources/x/access/list: the rule looks at b, and no access path begins with it: every list would read every row',
      ],
    ],
    ['accepts a list rule on the id, which every list can follow', ruled({ read: owner('id') }), []],
    [
      'refuses a list that would join two sets of rows',
      ruled({ list: anyOf(role('r'), anyOf(owner('a'), owner('b'))) }),
      ['ACCESS_LIST_RULES resources/x/access/list: a list would have to join the rows by a and b'],
    ],
  ]
}

function operationCases(): readonly Case[] {
  const at = 'services/s/operations/run'
  const x = resource('x', { a: t.text() }).access({})
  return [
    [
      'refuses an operation without access',
      [operation({ access: undefined })],
      [`OPERATION_WITHOUT_ACCESS ${at}: it does not say who may call it`],
    ],
    [
      'refuses an operation without a body',
      [operation({ run: undefined })],
      [`OPERATION_WITHOUT_BODY ${at}: it has no function to run`],
    ],
    [
      'measures the rules of an operation by its input',
      [operation({ access: owner('who') })],
      [`ACCESS_FIELD ${at}/access: its input has no field who`],
    ],
    [
      'refuses unknown methods',
      [operation({ http: 'FETCH /run' })],
      [`OPERATION_PATH ${at}/http: FETCH is not a method of operations`],
    ],
    ...['/a//b', '/a/', '/a/{x}y', '/../x', '/a:b', 'a'].map(
      (path): Case => [
        `refuses the path ${path}`,
        [operation({ http: `POST ${path}` })],
        [
          `OPERATION_PATH ${at}/http: ${JSON.stringify(path.split(' ')[0])} is not a path of words and parameters`,
        ].filter(() => path !== '/a b'),
      ],
    ),
    [
      'refuses a parameter that is not in the input',
      [operation({ http: 'POST /a/{id}' })],
      [`OPERATION_PARAMETER ${at}/http: the path has {id}, which is not in the input`],
    ],
    [
      'refuses a parameter that may be left out',
      [operation({ http: 'POST /a/{id}', input: { id: t.id({ optional: true }) } })],
      [`OPERATION_PARAMETER ${at}/http: {id} may be left out, and a path always has all its parts`],
    ],
    [
      'refuses a parameter named twice',
      [operation({ http: 'POST /a/{id}/{id}', input: { id: t.id() } })],
      [`OPERATION_PARAMETER ${at}/http: the path has {id} twice`],
    ],
    [
      'refuses JSON in a query',
      [operation({ http: 'GET /a', input: { q: t.json() } })],
      [`OPERATION_QUERY ${at}/input/q: the input of a GET is its query, which cannot carry the kind json`],
    ],
    [
      'refuses private input',
      [operation({ input: { q: t.text({ private: true }) } })],
      [`OPERATION_PRIVATE_INPUT ${at}/input/q: no client could give it`],
    ],
    [
      'reviews the fields of input and output',
      [operation({ input: { a: t.ref('y') }, output: { b: t.decimal(30, 2), valueOf: t.text() } })],
      [
        `REFERENCE_UNKNOWN ${at}/input/a: it refers to y, which no service of this app owns`,
        `NAME_RESERVED ${at}/output/valueOf: the name valueOf is taken`,
        `FIELD_DECIMAL ${at}/output/b: 30 digits cannot be kept exactly on every engine`,
      ],
    ],
    [
      'refuses an output that nobody owns',
      [operation({ output: x })],
      [`OPERATION_OUTPUT ${at}/output: no service of this app owns x`],
    ],
    [
      'warns of keys without callers',
      [operation({ access: anyone, idempotent: true })],
      [`OPERATION_KEY ${at}: it is idempotent and open to anyone`],
    ],
    [
      'refuses two operations with one route, whatever their parameters are called',
      [
        operation({ http: 'PUT /a/{id}', input: { id: t.id() } }),
        operation({ http: 'PUT /a/{key}', input: { key: t.id() } }, 'run', 'other'),
      ],
      [
        'OPERATION_ROUTE_TWICE services/other/operations/run/http: PUT /a/{key} is already the route of s.run (/a/{id})',
      ],
    ],
    [
      'refuses an operation where the client has a method of that name',
      [operation({}, 'list', 'x'), service('s', { resources: { x } })],
      ['OPERATION_CLIENT_NAME services/x/operations/list: client.x.list is the generated route of the resource'],
    ],
  ]
}

function serviceCases(): readonly Case[] {
  const x = resource('x', { a: t.text() })
  const mail: Loose = contract('mail', { send: { input: { to: t.text() } } })
  const otherMail: Loose = contract('mail', { send: { input: { to: t.text({ maxLength: 5 }) } } })
  const implementing = (name: string) => service(name, { implements: { mail } }).implement('mail', { send: () => {} })
  return [
    [
      'refuses to use what nobody owns',
      [service('s', { uses: { x } })],
      ['USES_UNKNOWN services/s/uses/x: no service of this app owns x'],
    ],
    [
      'refuses to use another declaration of the same name',
      [service('s', { uses: { x } }), service('o', { resources: { x: x.access({}) } })],
      ['USES_DIFFERS services/s/uses/x: it is not declared as the owner of x declares it'],
    ],
    [
      'refuses a contract that nobody implements',
      [service('s', { calls: { mail } })],
      ['CONTRACT_UNIMPLEMENTED services/s/calls/mail: no service of this app implements mail'],
    ],
    [
      'refuses a contract that two services implement',
      [implementing('one'), implementing('two')],
      ['CONTRACT_TWICE contracts/mail: one and two implement it: a call would not know where to go'],
    ],
    [
      'refuses a contract without bodies',
      [service('s', { implements: { mail } })],
      ['CONTRACT_WITHOUT_BODY services/s/implements/mail/send: it has no function'],
    ],
    [
      'refuses two contracts of one name',
      [implementing('one'), service('s', { calls: { mail: otherMail } })],
      ['CONTRACT_DIFFERS services/s/calls/mail: it is not the contract mail that is implemented'],
    ],
  ]
}

function mountCases(): readonly Case[] {
  const mounting = (prefix: string, more: Loose = {}) =>
    service('s').mount(prefix as '/', { access: signedIn, fastify: () => {}, ...more })
  const at = 'services/s/mounts'
  return [
    [
      'takes an application below a prefix',
      [mounting('/legacy').mount('/old/shop', { access: anyone, fastify: () => {} })],
      [],
    ],
    ...['legacy', '/', '/a/', '/a//b', '/a/..', '/:tenant', '/a b', '/*'].map(
      (prefix): Case => [
        `refuses the prefix ${prefix}`,
        [mounting(prefix)],
        [`MOUNT_PREFIX ${at}${prefix}: ${JSON.stringify(prefix)} is not a path of plain words`],
      ],
    ),
    ...['/v1/legacy', '/docs', '/guide', '/healthz/deep'].map(
      (prefix): Case => [
        `refuses ${prefix}, where the API has routes`,
        [mounting(prefix)],
        [`MOUNT_TAKEN ${at}${prefix}: below /${prefix.split('/')[1]} lies what the API serves itself`],
      ],
    ),
    [
      'refuses one application below another',
      [
        mounting('/a'),
        service('o').mount('/a/b', { access: anyone, fastify: () => {} }),
        service('p').mount('/ab', { access: anyone, fastify: () => {} }),
      ],
      ['MOUNT_TAKEN services/o/mounts/a/b: it overlaps with /a (services/s/mounts/a)'],
    ],
    [
      'refuses an application without access',
      [mounting('/a', { access: undefined })],
      [`MOUNT_WITHOUT_ACCESS ${at}/a: it does not say who may ask its routes`],
    ],
    [
      'refuses a rule that looks at a row',
      [mounting('/a', { access: owner('writer') })],
      [`ACCESS_FIELD ${at}/a/access: what is mounted has no declared field writer`],
    ],
    [
      'refuses an instance in the place of a plugin',
      [mounting('/a', { fastify: { register: () => {} } })],
      [`MOUNT_PLUGIN ${at}/a/fastify: it is an instance of Fastify, which has a server of its own`],
    ],
    [
      'refuses no plugin',
      [mounting('/a', { fastify: undefined })],
      [`MOUNT_PLUGIN ${at}/a/fastify: it is no function`],
    ],
    [
      'refuses a size that is none',
      [mounting('/a', { bodyBytesMax: 0 })],
      [`MOUNT_BODY ${at}/a/bodyBytesMax: 0 is no size of a body`],
    ],
  ]
}

function externalCases(): readonly Case[] {
  const paths = { '/a': { get: { operationId: 'a', responses: { 204: {} } } } }
  const document = { openapi: '3.1.0', paths }
  const calling = (name: string, given: object, by = 's') => service(by, { calls: { other: external(name, given) } })
  const mail: Loose = contract('mail', { send: { input: {} } })
  return [
    [
      'takes a service by its document, for two services',
      [calling('x', document), calling('x', { ...document }, 'o')],
      [],
    ],
    [
      'refuses a document that cannot be read',
      [calling('x', { swagger: '2.0' })],
      ['EXTERNAL_DOCUMENT externals/x: of its document: it is not OpenAPI 3.0 or 3.1 but "2.0"'],
    ],
    [
      'refuses a document of which nothing can be called',
      [calling('x', { openapi: '3.1.0', paths: { '/a': { get: { operationId: 'a' } } } })],
      [
        'EXTERNAL_DOCUMENT externals/x: of its document: it has no operation that can be called; GET /a: it does not say how it answers',
      ],
    ],
    [
      'refuses two documents for one name',
      [calling('x', document), calling('x', { ...document, openapi: '3.0.3' }, 'o')],
      ['EXTERNAL_TWICE externals/x: s and o give it different documents'],
    ],
    [
      'refuses the name of a contract',
      [calling('mail', document), service('m', { implements: { mail } }).implement('mail', { send: () => {} })],
      ['EXTERNAL_TWICE externals/mail: m implements a contract of this name'],
    ],
    [
      'refuses a name that is none',
      [calling('Price list', document)],
      ['NAME_INVALID externals/Price list: "Price list" cannot be used as a name'],
    ],
  ]
}
