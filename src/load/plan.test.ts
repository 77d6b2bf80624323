import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { BanyanError } from '../core/errors.ts'
import type { LoadProfile } from './load.ts'
import { type Overrides, planOf } from './plan.ts'

const scenarios = { list: { run: async () => {} } }

/** As a profile arrives that no compiler has looked at. */
function plan(declaration: object, overrides: Omit<Overrides, 'freshSeed'> = {}) {
  const profile = { kind: 'load', app: { name: 'library', version: 'v1' }, declaration } as LoadProfile
  return planOf('browse', profile, { freshSeed: 1, ...overrides })
}

const mistakes: readonly {
  readonly mistake: string
  readonly declaration: object
  readonly overrides?: Omit<Overrides, 'freshSeed'>
  readonly says: RegExp
}[] = [
  { mistake: 'nobody who comes', declaration: { scenarios }, says: /either arrivals: .* or users: 50/ },
  {
    mistake: 'arrivals and users',
    declaration: { arrivals: { rate: 1 }, users: 1, scenarios },
    says: /either arrivals/,
  },
  { mistake: 'a rate below zero', declaration: { arrivals: { rate: -1 }, scenarios }, says: /arrivals.rate is -1/ },
  { mistake: 'a rate as text', declaration: { arrivals: { rate: '5' }, scenarios }, says: /arrivals.rate is "5"/ },
  { mistake: 'nobody in the time', declaration: { arrivals: { rate: 0 }, scenarios }, says: /nobody arrives/ },
  {
    mistake: 'a phase without a time',
    declaration: { arrivals: [{ rate: 5 }], scenarios },
    says: /arrivals\[0\].for is undefined; it must be a duration/,
  },
  {
    mistake: 'a phase without a rate',
    declaration: { arrivals: [{ for: '1s' }], scenarios },
    says: /arrivals\[0\] needs either a rate or a rate to go to/,
  },
  {
    mistake: 'a duration beside phases',
    declaration: { arrivals: [{ for: '1s', rate: 5 }], duration: '1s', scenarios },
    says: /duration is not needed/,
  },
  { mistake: 'no phases', declaration: { arrivals: [], scenarios }, says: /nobody arrives/ },
  {
    mistake: 'half a user',
    declaration: { users: 1.5, scenarios },
    says: /users is 1.5; it must be a whole number from 1/,
  },
  { mistake: 'a duration that is none', declaration: { users: 1, duration: '5', scenarios }, says: /duration is "5"/ },
  { mistake: 'a duration of weeks', declaration: { users: 1, duration: '2w', scenarios }, says: /up to a day/ },
  { mistake: 'no scenario', declaration: { users: 1, scenarios: {} }, says: /no scenario with a weight above 0/ },
  { mistake: 'scenarios left out', declaration: { users: 1 }, says: /no scenario/ },
  {
    mistake: 'a scenario without a body',
    declaration: { users: 1, scenarios: { list: {} } },
    says: /scenarios.list has no function run/,
  },
  {
    mistake: 'a weight below zero',
    declaration: { users: 1, scenarios: { list: { weight: -2, run: async () => {} } } },
    says: /scenarios.list.weight is -2/,
  },
  {
    mistake: 'a limit that is none',
    declaration: { users: 1, scenarios, expect: { p99: 50 } },
    says: /expect.p99 is 50; it must be a duration/,
  },
  {
    mistake: 'a share without a sign',
    declaration: { users: 1, scenarios, expect: { errors: '0.1' } },
    says: /expect.errors is "0.1"; it must be a share/,
  },
  {
    mistake: 'a figure that there is not',
    declaration: { users: 1, scenarios, expect: { p98: '5ms' } },
    says: /expect.p98 is no figure; those are p50/,
  },
  {
    mistake: 'users for arrivals',
    declaration: { arrivals: { rate: 1 }, scenarios },
    overrides: { users: 5 },
    says: /--users has no meaning/,
  },
  {
    mistake: 'a rate for users',
    declaration: { users: 1, scenarios },
    overrides: { rate: 5 },
    says: /--rate has no meaning/,
  },
]

suite('a profile that cannot be run is refused with the place', () => {
  for (const { mistake, declaration, overrides, says } of mistakes) {
    test(mistake, () => {
      assert.throws(
        () => plan(declaration, overrides),
        (error: unknown) => {
          assert.ok(error instanceof BanyanError && error.code === 'LOAD_PROFILE_INVALID', String(error))
          return says.test(error.message) || assert.fail(error.message)
        },
      )
    })
  }
})

suite('a plan', () => {
  const phases = [
    { for: '10s', rate: 50 },
    { for: '20s', to: 400 },
  ]

  test('has phases in arrivals a second, each from where the one before ended', () => {
    assert.deepEqual(plan({ arrivals: [...phases, { for: '1m', to: 60, per: '1m' }], scenarios }).model, {
      kind: 'open',
      phases: [
        { forMs: 10_000, from: 50, to: 50 },
        { forMs: 20_000, from: 50, to: 400 },
        { forMs: 60_000, from: 400, to: 1 },
      ],
      spacing: 'random',
      users: 1_000,
      inFlightMax: 1_000,
    })
  })

  test('keeps its shape when it is made lower or shorter', () => {
    const { model, durationMs } = plan({ arrivals: phases, scenarios }, { rate: 40, duration: '3s' })
    assert.deepEqual(model.kind === 'open' && model.phases, [
      { forMs: 1_000, from: 5, to: 5 },
      { forMs: 2_000, from: 5, to: 40 },
    ])
    assert.equal(durationMs, 3_000)
  })

  test('takes its seed from whoever runs it, else from the profile, else a fresh one', () => {
    assert.equal(plan({ users: 1, seed: 5, scenarios }, { seed: 6 }).seed, 6)
    assert.equal(plan({ users: 1, seed: 5, scenarios }).seed, 5)
    assert.equal(plan({ users: 1, scenarios }).seed, 1)
  })

  test('that judges latencies judges dropping too', () => {
    const figures = (declaration: object) =>
      plan({ scenarios, ...declaration }).expectations.map(({ of, figure, limit }) => `${figure} of ${of} ${limit}`)
    assert.deepEqual(figures({ arrivals: { rate: 1 }, expect: { p99: '5ms' } }), [
      'p99 of all 5ms',
      'dropped of all 0%',
    ])
    assert.deepEqual(figures({ arrivals: { rate: 1 }, expect: { dropped: '1%' } }), ['dropped of all 1%'])
    assert.deepEqual(figures({ users: 1, expect: { errors: '1%', requests: { 'books.get': { max: '1s' } } } }), [
      'errors of all 1%',
      'max of books.get 1s',
    ])
    assert.deepEqual(figures({ arrivals: { rate: 1 } }), [])
  })
})
