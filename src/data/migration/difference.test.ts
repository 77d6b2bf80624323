import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Fields, t } from '../../app/field.ts'
import { resourceManifest } from '../../app/manifest.ts'
import { resource } from '../../app/resource.ts'
import { after } from './after.ts'
import type { Wanted } from './difference/wanted.ts'
import type { Facts } from './facts.ts'
import { plannedOffers } from './offers.ts'
import { type Plan, planOf } from './plan.ts'
import type { Condition } from './step.ts'
import { columnKnownAs, placementOf, type StoredModel, tableKnownAs } from './stored.ts'

// `any`: versions of a resource have different fields.
type Loose = any

function wanted(...resources: readonly Loose[]): Wanted {
  return {
    resources: resources.map(({ declaration }) => resourceManifest('s', declaration)),
    backfills: new Map(resources.map(({ name, backfills }) => [name, backfills])),
    // As an engine would that keeps the words of what is searched.
    derived: ({ search }, columnOf) =>
      search.length === 0 ? [] : [{ kind: 'words', columns: search.map(columnOf), definition: '1' }],
  }
}

/** As many rows as are said, by condition and column; without a word ten rows that have every value. */
function facts(counts: Readonly<Record<string, number>> = {}): Facts {
  const usual: Record<Condition['kind'], number> = {
    any: 10,
    value: 10,
    null: 0,
    otherThan: 0,
    moreDigits: 0,
    repeated: 0,
  }
  return {
    count: async (_table, condition) => {
      const key = condition.kind === 'any' ? 'any' : `${condition.kind} ${condition.column}`
      return counts[key] ?? (counts.any === 0 ? 0 : usual[condition.kind])
    },
    examples: async () => ['a1'],
  }
}

/** The model that these versions of an app have left, one after the other. */
async function storedBy(...versions: readonly (readonly Loose[])[]): Promise<StoredModel> {
  let model: StoredModel = []
  for (const version of versions) model = (await planOf(model, wanted(...version), facts({ any: 0 }))).result
  return model
}

function told({ steps, refusals }: Plan): readonly string[] {
  return [
    ...steps.map(({ name, risk, isReversible }) => `${name}: ${risk}${isReversible ? '' : ', not reversible'}`),
    ...refusals.map(({ place, reason }) => `refused: ${place}: ${reason}`),
  ]
}

async function offered(model: StoredModel, plan: Plan, version: Wanted): Promise<readonly string[]> {
  return (await plannedOffers(model, plan, version, facts())).map(({ name, rows }) => `${name} (${rows})`)
}

const flights = (fields: Fields): Loose => resource('flights', { number: t.text(), ...fields })
const first = flights({ gate: t.text({ optional: true }), price: t.integer() }).index('number')

type Case = readonly [
  sentence: string,
  next: Loose,
  expected: readonly string[],
  counts?: Readonly<Record<string, number>>,
]

const rest = { gate: t.text({ optional: true }), price: t.integer() }
const cases: readonly Case[] = [
  ['nothing has changed', first, []],
  [
    'limits, defaults and words are only remembered',
    flights({
      gate: t.text({ optional: true, maxLength: 9, description: 'x' }),
      price: t.integer({ default: 1 }),
    }).index('number'),
    [],
  ],
  [
    'a new optional field, and one with a default',
    flights({ ...rest, note: t.text({ optional: true }), seats: t.integer({ default: 9 }) }).index('number'),
    ['add column flights.note: safe', 'add column flights.seats: safe'],
  ],
  [
    'a new required field without a value for what is there',
    flights({ ...rest, seats: t.integer() }).index('number'),
    [
      'add column flights.seats: safe',
      'refused: flights.seats: it is new and required, and 10 rows (a1, …) have no value for it',
    ],
  ],
  [
    'the same where nothing is there',
    flights({ ...rest, seats: t.integer() }).index('number'),
    ['add column flights.seats: safe'],
    { any: 0 },
  ],
  [
    'a new field with a backfill',
    flights({ ...rest, seats: t.integer() })
      .index('number')
      .backfill('seats', () => 9 as never),
    ['add column flights.seats: safe', 'fill column flights.seats: safe'],
  ],
  [
    'the same with more rows than a start rewrites',
    flights({ ...rest, seats: t.integer() })
      .index('number')
      .backfill('seats', () => 9 as never),
    ['add column flights.seats: safe', 'fill column flights.seats: slow'],
    { any: 100_001 },
  ],
  [
    'a field that is gone is kept',
    flights({ price: t.integer() }).index('number'),
    ['stop using column flights.gate: safe'],
  ],
  [
    'a field with another name keeps its column',
    flights({ door: t.text({ optional: true, renamedFrom: 'gate' }), price: t.integer() }).index('number'),
    ['rename column flights.gate to door: safe'],
  ],
  [
    'a split field: what it is made from is kept, and followed',
    flights({ gate: t.text({ optional: true }), whole: t.integer(), rest: t.integer() })
      .index('number')
      .backfill('whole', () => 1 as never, { from: { price: t.integer() } })
      .backfill('rest', () => 2 as never, { from: { price: t.integer() } }),
    [
      'add column flights.whole: safe',
      'add column flights.rest: safe',
      'fill columns flights.whole, flights.rest: safe',
      'stop using column flights.price: safe',
      'keep column flights.whole in step with flights.price: safe',
      'keep column flights.rest in step with flights.price: safe',
    ],
  ],
  [
    'another kind without a word on the values',
    flights({ gate: t.text({ optional: true }), price: t.decimal(10, 2) }).index('number'),
    ['refused: flights.price: it was integer and is decimal(10,2): the values of 10 rows (a1, …) have to be made anew'],
  ],
  [
    'another kind where nothing has a value',
    flights({ gate: t.text({ optional: true }), price: t.decimal(10, 2) }).index('number'),
    ['drop column flights.price: safe', 'add column flights.price: safe'],
    { any: 0 },
  ],
  [
    'another kind that may begin empty',
    flights({ gate: t.integer({ optional: true }), price: t.integer() }).index('number'),
    ['set aside column flights.gate: destructive, not reversible', 'add column flights.gate: safe'],
  ],
  [
    'another kind with a backfill cuts older versions off',
    flights({ gate: t.text({ optional: true }), price: t.decimal(10, 2) })
      .index('number')
      .backfill('price', ({ price }: Record<string, unknown>) => `${price}.00` as never, {
        from: { price: t.integer() },
      }),
    ['add column flights.price: safe', 'fill column flights.price: slow, not reversible'],
  ],
  [
    'a backfill that reads what is not there, or is of another kind',
    flights({ ...rest, seats: t.integer() })
      .index('number')
      .backfill('seats', () => 1 as never, { from: { rows: t.integer(), price: t.text(), gate: t.text() } }),
    [
      'add column flights.seats: safe',
      'fill column flights.seats: safe',
      'refused: flights.seats: its backfill reads rows, which these data do not have',
      'refused: flights.seats: its backfill reads price as text, and these data have it as integer',
      'refused: flights.seats: its backfill reads gate as text, and these data have it as optional text',
    ],
  ],
  [
    'what has become required has a value everywhere',
    flights({ gate: t.text(), price: t.integer() }).index('number'),
    [],
  ],
  [
    'or not',
    flights({ gate: t.text(), price: t.integer() }).index('number'),
    ['refused: flights.gate: it is required, and 3 rows (a1, …) have no value for it'],
    { 'null gate': 3 },
  ],
  [
    'or gets its default',
    flights({ gate: t.text({ default: 'A1' }), price: t.integer() }).index('number'),
    ['fill column flights.gate: safe'],
    { 'null gate': 3 },
  ],
  [
    'whole numbers may have more bits',
    flights({ gate: t.text({ optional: true }), price: t.bigint() }).index('number'),
    [],
  ],
  [
    'a text may become an enum if every value is one of its',
    flights({ gate: t.enum(['A1', 'A2'], { optional: true }), price: t.integer() }).index('number'),
    [],
  ],
  [
    'or not, as well',
    flights({ gate: t.enum(['A1', 'A2'], { optional: true }), price: t.integer() }).index('number'),
    ['refused: flights.gate: 2 rows (a1, …) have another value than "A1", "A2"'],
    { 'otherThan gate': 2 },
  ],
  [
    'paths and rules',
    flights({ gate: t.text({ optional: true, unique: true }), price: t.integer() }).index('price', 'number'),
    [
      'drop index flights(number): safe',
      'create index flights(price, number): safe',
      'create unique index flights(gate): safe',
    ],
  ],
  [
    'a rule that the rows break',
    flights({ gate: t.text({ optional: true, unique: true }), price: t.integer() }).index('number'),
    ['refused: flights.gate: it is to be unique, and 4 rows (a1, …) have a value that another row has too'],
    { 'repeated gate': 4 },
  ],
  [
    'an index of very many rows takes long, and the old one stays for older versions',
    flights(rest).index('price'),
    ['create index flights(price): slow'],
    { any: 1_000_001 },
  ],
  [
    'what an engine keeps of rows is made, and takes its time',
    first.search('number' as never),
    ['make words of flights(number): slow'],
    { any: 100_001 },
  ],
  [
    'ids that clients give cannot be given to rows that are there',
    resource('flights', { id: t.text({ maxLength: 9 }), number: t.text(), ...rest }).index('number'),
    [
      'set aside table flights: destructive, not reversible',
      'create table flights: safe',
      'create index flights(number): safe',
    ],
  ],
  [
    'nor can another partition',
    flights(rest)
      .index('number')
      .partitionBy('price' as never),
    [
      'set aside table flights: destructive, not reversible',
      'create table flights: safe',
      'create index flights(number): safe',
    ],
  ],
  [
    'a resource with another name keeps its table',
    resource('trips', { number: t.text(), ...rest })
      .index('number')
      .renamedFrom('flights'),
    ['rename table flights to trips: safe'],
  ],
  [
    'a resource that is gone is kept',
    resource('trips', { number: t.text() }),
    ['create table trips: safe', 'stop using table flights: safe'],
  ],
]

suite('the difference of two versions', () => {
  for (const [sentence, next, expected, counts] of cases) {
    test(sentence, async () => {
      assert.deepEqual(told(await planOf(await storedBy([first]), wanted(next), facts(counts))), expected)
    })
  }

  test('is none once its steps are done, whatever they were', async () => {
    for (const [sentence, next, , counts] of cases) {
      const model = await storedBy([first])
      const plan = await planOf(model, wanted(next), facts(counts))
      if (plan.refusals.length > 0) continue
      assert.deepEqual(told(await planOf(plan.result, wanted(next), facts(counts))), [], sentence)
      assert.ok(placementOf(() => plan.result, wanted(next).resources[0]!).columnOf('number'))
    }
  })
})

suite('names', () => {
  const second = flights({ door: t.text({ optional: true, renamedFrom: 'gate' }), price: t.integer() }).index('number')

  test('both versions find the same column, until the older name is given up', async () => {
    const model = await storedBy([first], [second])
    const column = (name: string) => columnKnownAs(tableKnownAs(model, 'flights')!, name)?.name
    assert.deepEqual([column('gate'), column('door')], ['gate', 'gate'])
    const plan = await planOf(model, wanted(second), facts())
    assert.deepEqual(await offered(model, plan, wanted(second)), ['contract column flights.door (0)'])
    // The older version does not know that it is the older one, but that there is a newer name.
    const older = await planOf(model, wanted(first), facts())
    assert.deepEqual(await offered(model, older, wanted(first)), [])

    const contracted = after(model, { kind: 'renameColumn', table: 'flights', column: 'gate', to: 'door' })
    assert.deepEqual(told(await planOf(contracted, wanted(second), facts())), [])
    assert.match(
      told(await planOf(contracted, wanted(first), facts())).join(),
      /now known as door, and the name gate was given up/,
    )
  })

  test('a name that is free again may be that of another field', async () => {
    const model = await storedBy([first], [second])
    const third = flights({
      door: t.text({ optional: true }),
      gate: t.boolean({ optional: true }),
      price: t.integer(),
    }).index('number')
    const plan = await planOf(model, wanted(third), facts())
    assert.deepEqual(told(plan), [
      'contract column flights.door: destructive, not reversible',
      'add column flights.gate: safe',
    ])
    assert.deepEqual(told(await planOf(plan.result, wanted(third), facts())), [])
  })

  test('a rename that was forgotten at first: what was made under the new name is taken away only if it is nothing', async () => {
    const forgotten = flights({ door: t.text({ optional: true }), price: t.integer() }).index('number')
    const model = await storedBy([first], [forgotten])
    assert.deepEqual(told(await planOf(model, wanted(second), facts({ 'value door': 0 }))), [
      'drop column flights.door: safe',
      'rename column flights.gate to door: safe',
    ])
    assert.deepEqual(told(await planOf(model, wanted(second), facts({ 'value door': 2 }))), [
      'set aside column flights.door: destructive, not reversible',
      'rename column flights.gate to door: safe',
    ])
  })

  test('a resource renamed too late keeps its rows apart', async () => {
    const trips = resource('trips', { number: t.text() })
    const model = await storedBy([first], [trips])
    const told2 = told(await planOf(model, wanted(trips.renamedFrom('flights')), facts()))
    assert.match(
      told2.join(),
      /refused: trips: it is to be what flights was, but 10 rows \(a1, …\) were made under the new name/,
    )
  })

  test('rows of a resource that was renamed are still what others refer to', async () => {
    const booking = (target: string) => resource('bookings', { flight: t.ref(target) })
    const model = await storedBy([first, booking('flights')])
    const trips = resource('trips', { number: t.text(), ...rest })
      .index('number')
      .renamedFrom('flights')
    assert.deepEqual(told(await planOf(model, wanted(trips, booking('trips')), facts())), [
      'rename table flights to trips: safe',
    ])
    const given = resource('flights', { id: t.text({ maxLength: 9 }), number: t.text(), ...rest }).index('number')
    const refused = told(await planOf(model, wanted(given, booking('flights')), facts()))
    assert.match(refused.join(), /10 rows \(a1, …\) of bookings refer to them by flight/)
  })
})

suite('versions that take turns', () => {
  test('what the other one does not know is kept, and what it wrote without is filled', async () => {
    const second = flights({ ...rest, seats: t.integer() })
      .index('number')
      .backfill('seats', () => 9 as never)
    let model = await storedBy([first], [second])
    const back = await planOf(model, wanted(first), facts())
    assert.deepEqual(told(back), ['stop using column flights.seats: safe'])
    model = back.result
    assert.deepEqual(told(await planOf(model, wanted(second), facts())), [])
    assert.deepEqual(told(await planOf(model, wanted(second), facts({ 'null seats': 2 }))), [
      'fill column flights.seats: safe',
    ])
    // Without the backfill, which says that there may be such rows, none is looked at.
    const third = flights({ ...rest, seats: t.integer() }).index('number')
    assert.deepEqual(told(await planOf(await storedBy([second]), wanted(third), facts({ 'null seats': 2 }))), [])
  })

  test('a fill that was begun goes on with the same function, and is begun anew with another or after another version', async () => {
    const filled = (value: number) =>
      flights({ ...rest, seats: t.integer() })
        .index('number')
        .backfill('seats', (value === 9 ? () => 9 : () => 8) as never)
    const model = await storedBy([first])
    const [add] = (await planOf(model, wanted(filled(9)), facts())).steps
    const begun = after(model, add!.step)
    assert.deepEqual(told(await planOf(begun, wanted(filled(9)), facts())), ['fill column flights.seats: safe'])
    assert.deepEqual(told(await planOf(begun, wanted(filled(8)), facts())), [
      'drop column flights.seats: safe',
      'add column flights.seats: safe',
      'fill column flights.seats: safe',
    ])
    const between = (await planOf(begun, wanted(first), facts())).result
    assert.deepEqual(told(await planOf(between, wanted(filled(9)), facts())), [
      'drop column flights.seats: safe',
      'add column flights.seats: safe',
      'fill column flights.seats: safe',
    ])
  })

  test('what an engine keeps of rows is not left to a version that does not keep it up, and not where rows were filled', async () => {
    const searched = first.search('number' as never, 'gate' as never)
    const model = await storedBy([first], [searched])
    assert.deepEqual(told(await planOf(model, wanted(searched), facts())), [])
    assert.deepEqual(told(await planOf(model, wanted(first), facts())), ['drop words of flights(number, gate): safe'])
    const filled = flights({ gate: t.text({ default: 'A1' }), price: t.integer() })
      .index('number')
      .search('number' as never, 'gate' as never)
    assert.deepEqual(told(await planOf(model, wanted(filled), facts({ 'null gate': 1 }))), [
      'fill column flights.gate: safe',
      'drop words of flights(number, gate): safe',
      'make words of flights(number, gate): safe',
    ])
  })

  test('everything that only older versions need is offered, and gone when it is taken', async () => {
    const second = flights({ price: t.integer() })
    const model = await storedBy([first, resource('crews', { name: t.text() })], [second])
    const plan = await planOf(model, wanted(second), facts())
    assert.deepEqual(await offered(model, plan, wanted(second)), [
      'drop column flights.gate (10)',
      'drop table crews (10)',
    ])
  })
})
