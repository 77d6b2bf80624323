import assert from 'node:assert/strict'
import { test } from 'node:test'
import type {
  Call,
  ChangeOf,
  Clock,
  Data,
  Deadline,
  Json,
  ListQuery,
  Log,
  LogFacts,
  NewRowOf,
  Page,
  Principal,
  PublicRowOf,
  RowOf,
  Transaction,
} from '../index.ts'
import { anyOf, anyone, app, contract, external, owner, resource, role, service, signedIn, t } from '../index.ts'

// What this file says of types is proved by `tsc`, which test/checks.test.ts runs: a wrong line does not compile, nor does
// one that is marked as wrong and is not.

type Same<Left, Right> = (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false
function holds<_Claim extends true>(): void {}

const Team = resource('teams', { id: t.text({ length: 4 }), name: t.text() }).access({ read: anyone })
const Player = resource('players', {
  team: t.ref('teams'),
  name: t.text({ maxLength: 80 }),
  score: t.integer({ default: 0 }),
  worth: t.decimal(10, 2, { optional: true }),
  secret: t.text({ private: true, optional: true }),
  joinedOn: t.date({ writeOnce: true }),
  rank: t.enum('novice', 'master'),
})
  .index('team', 'score')
  .access({ read: anyone, create: signedIn, update: owner('name') })
const scores = contract('scores', { add: { input: { by: t.integer() }, output: { total: t.bigint() } } })

test('rows, new rows and changes have the fields that were declared', () => {
  holds<
    Same<
      RowOf<typeof Player>,
      {
        readonly id: string
        readonly createdAt: string
        readonly updatedAt: string
        readonly version: number
        readonly team: string
        readonly name: string
        readonly score: number
        readonly worth: string | null
        readonly secret: string | null
        readonly joinedOn: string
        readonly rank: 'novice' | 'master'
      }
    >
  >()
  holds<Same<'secret' extends keyof PublicRowOf<typeof Player> ? true : false, false>>()
  holds<Same<'joinedOn' extends keyof ChangeOf<typeof Player> ? true : false, false>>()
  const least: NewRowOf<typeof Player> = { team: 'BLUE', name: 'Ada', joinedOn: '2030-01-01', rank: 'master' }
  // @ts-expect-error: a required field is missing
  const without: NewRowOf<typeof Player> = { team: 'BLUE', name: 'Ada', rank: 'master' }
  // @ts-expect-error: no such value of the enum
  const wrong: NewRowOf<typeof Player> = { ...least, rank: 'king' }
  // @ts-expect-error: a client-given id is required
  const nameless: NewRowOf<typeof Team> = { name: 'Blue' }
  assert.ok([least, without, wrong, nameless].length === 4)
})

test('JSON has a type of its own beside its options', () => {
  interface Point {
    readonly x: number
    readonly y: number
  }
  const Shape = resource('shapes', {
    any: t.json(),
    corner: t.json().as<Point>(),
    centre: t.json({ optional: true }).as<Point>(),
    line: t.json({ default: [], maxBytes: 1000 }).as<readonly Point[]>(),
    first: t.json({ writeOnce: true }).as<Point>(),
    secret: t.json({ private: true, optional: true }).as<Point>(),
  })
  type Row = RowOf<typeof Shape>
  holds<Same<Row['any'], Json>>()
  holds<Same<Row['corner'], Point>>()
  holds<Same<Row['centre'], Point | null>>()
  holds<Same<Row['line'], readonly Point[]>>()
  const point = { x: 1, y: 2 }
  const least: NewRowOf<typeof Shape> = { any: [1, { a: null }], corner: point, first: point }
  // @ts-expect-error: no point
  const wrong: NewRowOf<typeof Shape> = { ...least, corner: { x: 1 } }
  // @ts-expect-error: a required one is missing
  const without: NewRowOf<typeof Shape> = { any: 1, corner: point }
  holds<Same<'secret' extends keyof PublicRowOf<typeof Shape> ? true : false, false>>()
  holds<Same<'first' extends keyof ChangeOf<typeof Shape> ? true : false, false>>()
  holds<Same<'centre' extends keyof ChangeOf<typeof Shape> ? true : false, true>>()
  // @ts-expect-error: its type comes from as(), because options beside a type that is named would be lost
  t.json<Point>({ optional: true })
  assert.ok([least, wrong, without].length === 3)
})

test('names are checked where they are written', () => {
  // @ts-expect-error: an index on a field that there is not
  Player.index('goals')
  // @ts-expect-error: a rule on a field that there is not
  Player.access({ read: owner('coach') })
  // @ts-expect-error: a partition by an optional field
  Player.partitionBy('worth')
  const Shape = resource('shapes', { name: t.text(), points: t.json(), picture: t.bytes({ optional: true }) })
  Shape.index('name', 'createdAt').access({ read: owner('name') })
  // @ts-expect-error: JSON has no order to list by
  Shape.index('points')
  // @ts-expect-error: nor have bytes, whatever stands before them
  Shape.index('name', 'picture')
  // @ts-expect-error: a rule does not look into JSON
  Shape.access({ read: owner('points') })
  assert.ok(true)
})

test('handlers see their resources, their input, their principal and their contracts', () => {
  const club = service('club', { resources: { Player, Team }, calls: { scores } })
    .operation('promote', {
      http: 'POST /players/{id}/promote',
      input: { id: t.id(), by: t.integer() },
      output: Player,
      access: signedIn,
      run: async ({ input, principal, data, call }) => {
        holds<Same<typeof input, Readonly<{ readonly id: string; readonly by: number }>>>()
        holds<Same<typeof principal.id, string>>()
        const { total } = await call.scores.add({ by: input.by })
        holds<Same<typeof total, string>>()
        // @ts-expect-error: no such contract
        call.payments
        // @ts-expect-error: no such operation
        call.scores.subtract
        // @ts-expect-error: no such resource
        data.coaches
        // @ts-expect-error: no access path goes by rank
        void data.players.list({ where: { rank: 'master' } })
        void data.players.list({ where: { team: 'BLUE', score: { gte: 3 } }, sort: '-score' })
        return data.transaction(async (tx) => {
          tx.players.add(input.id, { score: 1 }, { guard: { score: { gte: 0 } }, otherwise: 'TOO_LOW' })
          // @ts-expect-error: names cannot be added to as numbers
          tx.players.add(input.id, { name: 1 })
          // @ts-expect-error: write-once
          tx.players.update(input.id, { joinedOn: '2030-01-02' })
          return (await tx.players.get(input.id))!
        })
      },
    })
    .operation('look', {
      http: 'GET /look',
      access: anyone,
      run: ({ principal }) => {
        // @ts-expect-error: nobody may be signed in
        principal.id
      },
    })
  service('other', { resources: { Team } }).operation('wrong', {
    // @ts-expect-error: the path takes what the input does not have
    http: 'POST /teams/{team}',
    input: { id: t.id() },
    access: role('coach'),
    run: () => {},
  })
  service('other', { resources: { Team } }).operation('wrong', {
    http: 'POST /teams',
    output: Team,
    access: anyone,
    // @ts-expect-error: a row was promised
    run: () => ({ id: 'BLUE' }),
  })
  // @ts-expect-error: teams belongs to no service of this app
  app('wrong', { version: 'v1', services: [service('lonely', { resources: { Player } })] })
  assert.equal(app('club', { version: 'v1', services: [club] }).services.length, 1)
})

test('what an older version says is checked where it is written', () => {
  Player.presents('v1', { renamed: { title: 'name' }, without: { rank: 'novice' } })
  // @ts-expect-error: no such field
  Player.presents('v1', { renamed: { title: 'label' } })
  // @ts-expect-error: a private field is shown in no version
  Player.presents('v1', { renamed: { code: 'secret' } })
  // @ts-expect-error: no such value of the enum
  Player.presents('v1', { without: { rank: 'king' } })
  // @ts-expect-error: the id is the same in all versions
  Team.presents('v1', { renamed: { code: 'id' } })
  Player.presents('v1', {
    fields: { points: t.text(), note: t.text({ optional: true }) },
    from: ['score', 'worth'],
    toOld: ({ score, worth }) => {
      holds<Same<typeof score, number>>()
      holds<Same<typeof worth, string | null>>()
      return { points: String(score) }
    },
    fromOld: ({ points, note }) => {
      holds<Same<typeof note, string | null>>()
      return { score: Number(points), worth: note }
    },
  })
  Player.presents('v1', {
    fields: { points: t.text() },
    from: ['score', 'worth'],
    // @ts-expect-error: a field of the version is missing
    toOld: () => ({}),
    // @ts-expect-error: a field of now is missing
    fromOld: ({ points }) => ({ score: Number(points) }),
  })
  // @ts-expect-error: a private field is shown in no version
  Player.presents('v1', { fields: { code: t.text() }, from: ['secret'] })
  const clubs = service('clubs', { resources: { Player, Team } }).operation('sign', {
    http: 'POST /sign',
    input: { player: t.id(), fee: t.decimal(8, 2) },
    output: { signed: t.boolean() },
    access: signedIn,
    run: () => ({ signed: true }),
  })
  clubs.presents('v1', 'sign', {
    input: { renamed: { who: 'player' }, without: { fee: '0.00' } },
    output: { without: ['signed'] },
  })
  // @ts-expect-error: no such operation
  clubs.presents('v1', 'sell', {})
  // @ts-expect-error: no such field of its input
  clubs.presents('v1', 'sign', { input: { renamed: { who: 'coach' } } })
  // @ts-expect-error: no such field of its output
  clubs.presents('v1', 'sign', { output: { without: ['fee'] } })
  // @ts-expect-error: no such operation
  clubs.absentFrom('v1', 'sell')
  const old = Team.presents('v1', { renamed: { title: 'name' } })
  app('listed', { version: 'v2', versions: { v1: {} }, services: [service('s', { resources: { old } })] })
  // @ts-expect-error: the app lists no version v1
  app('unlisted', { version: 'v2', versions: { v0: {} }, services: [service('s', { resources: { old } })] })
  const absent = service('s', { resources: { Team } })
    .operation('sing', { http: 'POST /sing', access: anyone, run: () => {} })
    .absentFrom('v1', 'sing')
  app('listed', { version: 'v2', versions: { v1: {} }, services: [absent] })
  // @ts-expect-error: the app lists no version v1
  app('unlisted', { version: 'v2', services: [absent] })
  assert.throws(
    () => Player.absentFrom('v1').presents('v1', {}),
    /says that it is absent from v1, and how v1 presents it/,
  )
  assert.throws(
    () => clubs.presents('v1', 'sign', {}).absentFrom('v1', 'sign'),
    /clubs\.sign says that it is absent from v1/,
  )
})

test('what a handler gets has a type that a function of the app can name', () => {
  const resources = { Player, Team }
  const promote = async (
    tx: Transaction<{ Player: typeof Player }>,
    id: string,
    log: Log,
  ): Promise<RowOf<typeof Player>> => {
    tx.players.add(id, { score: 1 })
    log.info('promoted', { player: id })
    // @ts-expect-error: it takes no teams
    tx.teams
    return (await tx.players.get(id))!
  }
  const newest = async (data: Data<{ Player: typeof Player }>, by: Principal): Promise<NewRowOf<typeof Player>> => {
    const query: ListQuery<typeof Player> = { where: { team: by.id }, sort: '-score' }
    const page: Page<RowOf<typeof Player>> = await data.players.list(query)
    return { ...page.data[0]!, joinedOn: '2030-01-01' }
  }
  const told = (call: Call<{ scores: typeof scores }>, facts: LogFacts) => [call.scores.add({ by: 1 }), facts]
  service('club', { resources, calls: { scores } }).operation('promote', {
    http: 'POST /promote',
    input: { id: t.id() },
    output: Player,
    access: signedIn,
    run: async ({ input, data, call, log, principal, clock, deadline }) => {
      const world: readonly [Clock, Deadline] = [clock, deadline]
      const change: ChangeOf<typeof Player> = { score: world.length }
      // @ts-expect-error: what is given is of the row, not of a change
      const wrong: ChangeOf<typeof Player> = { joinedOn: '2030-01-01' }
      await newest(data, principal)
      told(call, { change, wrong })
      return data.transaction((tx) => promote(tx, input.id, log))
    },
  })
  service('other', { resources: { Team } }).operation('promote', {
    http: 'POST /promote',
    access: signedIn,
    run: ({ data, log }) =>
      // @ts-expect-error: this service has no players
      data.transaction((tx) => promote(tx, 'x', log)),
  })
  assert.ok(true)
})

test('a contract is implemented as it was declared', () => {
  const keeper = service('scores', { implements: { scores } })
  keeper.implement('scores', { add: ({ input }) => ({ total: String(input.by) }) })
  // @ts-expect-error: an operation is missing
  keeper.implement('scores', {})
  // @ts-expect-error: the output is of another type
  keeper.implement('scores', { add: ({ input }) => ({ total: input.by }) })
  assert.ok(true)
})

test('a mounted application has rules that look at the caller alone', () => {
  const legacy = service('legacy')
  legacy.mount('/legacy', { access: anyOf(role('coach'), signedIn), fastify: (instance) => instance.get('/', () => 1) })
  // @ts-expect-error: it does not say who may
  legacy.mount('/legacy', { fastify: () => {} })
  // @ts-expect-error: there is no row that could have an owner
  legacy.mount('/legacy', { access: owner('player'), fastify: () => {} })
  // @ts-expect-error: a path begins with a slash
  legacy.mount('legacy', { access: anyone, fastify: () => {} })
  assert.equal(legacy.mounts.length, 0)
})

test('an external service is called as its calls are typed, or in any way where they are not', () => {
  type Calls = {
    readonly quote: { readonly input: { readonly flight: string }; readonly output: { readonly amount: string } }
    readonly list: { readonly input: { readonly limit?: number }; readonly output: undefined }
  }
  const pricing = external<'pricing', Calls>('pricing', {})
  const loose = external('loose', {})
  service('buying', { calls: { prices: pricing, loose } }).operation('buy', {
    http: 'POST /buy',
    access: anyone,
    run: async ({ call }) => {
      const { amount } = await call.prices.quote({ flight: 'x' }, { timeout: '1s' })
      amount satisfies string
      await call.prices.list()
      await call.loose.anything({ at: 'all' })
      // @ts-expect-error: the flight is required
      await call.prices.quote({})
      // @ts-expect-error: there is no such call
      await call.prices.quotes({})
      // @ts-expect-error: it is called by the name that the service gives it
      await call.pricing.quote({ flight: 'x' })
    },
  })
  assert.equal(pricing.name, 'pricing')
})

test('a backfill sees what it declares of the row as it was stored, and gives a value of its field', () => {
  const Member = resource('members', {
    firstName: t.text(),
    rank: t.enum('novice', 'master'),
    fee: t.decimal(10, 2, { optional: true }),
  })
  const from = { name: t.text(), points: t.integer({ optional: true }) }
  Member.backfill('rank', () => 'novice')
    .backfill('fee', (row) => (row.version > 1 ? '1.00' : null))
    .backfill(
      'firstName',
      (row) => {
        holds<Same<typeof row.name, string>>()
        holds<Same<typeof row.points, number | null>>()
        // @ts-expect-error: it did not declare that it reads this
        row.rank
        return row.name.split(' ')[0]!
      },
      { from },
    )
  // @ts-expect-error: no such value of the enum
  Member.backfill('rank', () => 'king')
  // @ts-expect-error: it is required
  Member.backfill('rank', () => null)
  // @ts-expect-error: there is no such field
  Member.backfill('secondName', () => '')
  // @ts-expect-error: a backfill is synchronous
  Member.backfill('firstName', async () => '')
  assert.equal(resource('members', { name: t.text({ renamedFrom: 'title' }) }).renamedFrom('people').name, 'members')
})
