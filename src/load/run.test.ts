import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { anyone, signedIn } from '../app/access.ts'
import { app } from '../app/app.ts'
import { t } from '../app/field.ts'
import { resource } from '../app/resource.ts'
import { service } from '../app/service.ts'
import { load } from './load.ts'
import { ProfileFailure } from './profile-failure.ts'
import { type FakeServer, simulated } from './simulation.ts'

const Book = resource('books', { title: t.text() }).index('title').access({ read: anyone })
const loans = service('loans', { resources: { Book } }).operation('lend', {
  http: 'POST /loans',
  input: { book: t.id() },
  access: signedIn,
  idempotent: true,
  run: async () => {},
})
const library = app('library', { version: 'v1', services: [loans] })
const list = { list: { run: ({ api }: any) => api.books.list() } } // `any`: the profiles below say of which app it is.
const seed = 7

/** Answers in 2 ms, and stands still for the last second of every five. */
const pausing: FakeServer = ({ nowMs }) => {
  const inCycle = nowMs % 5_000
  return { afterMs: inCycle >= 4_000 ? 5_000 - inCycle + 2 : 2 }
}
const prompt: FakeServer = () => ({ afterMs: 2 })

suite('a server that stands still for a second in every five', () => {
  test('shows it in the latency of arrivals, who come meanwhile all the same', async () => {
    const profile = load(library, { arrivals: { rate: 50 }, duration: '20s', scenarios: list })
    const { all } = (await simulated(profile, { seed, answer: pausing })).report
    // A fifth of them came into a pause, and waited for half of it in the mean.
    assert.equal(all.count, 1_000)
    assert.ok(Math.abs(all.latencyMs!.mean - 102) < 10, `mean ${all.latencyMs!.mean}, seed ${seed}`)
    assert.ok(all.latencyMs!.p90 > 400 && all.latencyMs!.p90 < 600, `p90 ${all.latencyMs!.p90}, seed ${seed}`)
    assert.ok(all.latencyMs!.p99 > 900 && all.latencyMs!.p99 < 1_003, `p99 ${all.latencyMs!.p99}, seed ${seed}`)
  })

  test('hides it from users who wait for their answers: the control that arrivals exist for', async () => {
    const profile = load(library, { users: 1, think: '5ms', duration: '10s', scenarios: list })
    const { all } = (await simulated(profile, { seed, answer: pausing })).report
    assert.ok(all.latencyMs!.p99 < 3, `p99 ${all.latencyMs!.p99}`)
    assert.ok(all.latencyMs!.max > 900, `max ${all.latencyMs!.max}`)
  })
})

suite('a generator that is held up', () => {
  /** Nothing of the run happens in the third second. */
  const heldUp = {
    around: (virtual: any) => ({
      ...virtual,
      monotonicMs: () => virtual.monotonicMs(),
      after: (delayMs: number, task: () => void) => {
        const atMs = virtual.monotonicMs() + delayMs
        return virtual.after(atMs > 2_000 && atMs < 3_000 ? 3_000 - virtual.monotonicMs() : delayMs, task)
      },
    }),
  }

  test('counts what its arrivals waited for it from when they were due, and says that it was saturated', async () => {
    const profile = load(library, { arrivals: { rate: 100 }, duration: '10s', spacing: 'even', scenarios: list })
    const { report } = await simulated(profile, { seed, answer: prompt, ...heldUp })
    assert.equal(report.all.count, 1_000)
    assert.ok(report.arrivals!.late >= 98 && report.arrivals!.late <= 100, `${report.arrivals!.late} were late`)
    assert.ok(report.all.latencyMs!.p99 > 850, `p99 ${report.all.latencyMs!.p99}`)
    assert.ok(report.saturation.generatorSaturatedSeconds >= 1)
    assert.ok(report.series.some(({ lateMsMax, isGeneratorSaturated }) => isGeneratorSaturated && lateMsMax > 900))
  })

  test('does not say so when it was not', async () => {
    const profile = load(library, { arrivals: { rate: 100 }, duration: '10s', scenarios: list })
    const { report } = await simulated(profile, { seed, answer: prompt })
    assert.equal(report.arrivals!.late, 0)
    assert.equal(report.saturation.generatorSaturatedSeconds, 0)
    assert.equal(report.all.latencyMs!.max, 2)
  })
})

suite('counts', () => {
  test('are those of the rates, to the last arrival', async () => {
    const phases = [
      { for: '10s', rate: 20 },
      { for: '10s', to: 60 },
      { for: '6s', rate: 90, per: '1m' },
      { for: '1s', rate: 300 },
    ] as const
    const profile = load(library, { arrivals: phases, scenarios: list })
    const { report } = await simulated(profile, { seed, answer: prompt })
    assert.equal(report.all.count, 200 + 400 + 9 + 300)
    const within = (from: number, to: number) =>
      report.series.filter(({ at }) => at > from && at <= to).reduce((sum, { arrivals }) => sum + arrivals, 0)
    assert.deepEqual([within(0, 10), within(10, 20), within(20, 26), within(26, 27)], [200, 400, 9, 300])
    assert.ok(within(10, 15) < within(15, 20))
  })

  test('add up: over requests, outcomes, scenarios and seconds', async () => {
    let asked = 0
    const answer: FakeServer = ({ method }) => {
      asked++
      if (method === 'POST') return { afterMs: 5, status: 409, body: { code: 'GONE', title: 'Gone', status: 409 } }
      if (asked % 10 === 0) return { afterMs: 1, breaks: 'ECONNRESET' }
      return asked % 7 === 0 ? { afterMs: 9, status: 503, body: { code: 'DRAINING', title: 'Drains' } } : { afterMs: 3 }
    }
    const profile = load(library, {
      arrivals: { rate: 100 },
      duration: '8s',
      token: ({ number }) => `dev:reader-${number}`,
      scenarios: {
        read: {
          weight: 3,
          run: async ({ api }) => {
            await api.books.list()
            await api.books.list()
          },
        },
        lend: { refusals: ['GONE'], run: ({ api }) => api.loans.lend({ book: 'x' }) },
        never: { weight: 0, run: async () => assert.fail('it has no weight') },
      },
    })
    const { report } = await simulated(profile, { seed, answer })
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
    assert.equal(report.all.count, asked)
    assert.equal(sum(report.requests.map(({ count }) => count)), asked)
    assert.equal(sum(report.all.outcomes.map(({ count }) => count)), asked)
    assert.equal(sum(report.series.map(({ requests }) => requests)), asked)
    assert.equal(sum(report.series.map(({ errors }) => errors)), report.all.errors)
    assert.equal(sum(report.scenarios.map(({ count }) => count)), 800)
    assert.equal(report.arrivals!.begun, 800)
    assert.deepEqual(
      report.requests.map(({ name }) => name),
      ['books.list', 'loans.lend'],
    )
    const [read, lend] = report.requests
    assert.equal(lend!.errors, 0, 'a refusal that the profile expects is no error')
    assert.deepEqual(lend!.outcomes, [{ status: 409, code: 'GONE', isExpected: true, count: lend!.count }])
    assert.deepEqual(
      new Set(read!.outcomes.map(({ status, code }) => `${status} ${code}`)),
      new Set(['200 null', '503 DRAINING', 'null ECONNRESET']),
    )
    const visits = report.scenarios.find(({ name }) => name === 'read')!
    assert.equal(visits.errors, read!.errors, 'every failure ended a visit')
    assert.ok(Math.abs(visits.count - 600) < 60, `${visits.count} of 800 with a weight of three in four, seed ${seed}`)
    assert.equal(lend!.bytesSent, lend!.count * JSON.stringify({ book: 'x' }).length)
  })

  test('of those who come when too many are under way say dropped', async () => {
    const profile = load(library, {
      arrivals: { rate: 100 },
      inFlight: 20,
      duration: '10s',
      spacing: 'even',
      scenarios: list,
      expect: { p99: '2s' },
    })
    const { report } = await simulated(profile, { seed, answer: () => ({ afterMs: 1_000 }) })
    assert.equal(report.arrivals!.begun + report.arrivals!.dropped, 1_000)
    assert.ok(report.arrivals!.begun >= 200 && report.arrivals!.begun <= 220, `${report.arrivals!.begun} began`)
    assert.equal(Math.max(...report.series.map(({ inFlight }) => inFlight)), 20)
    assert.deepEqual(
      report.expectations.map(({ figure, isMet }) => [figure, isMet]),
      [
        ['p99', true],
        ['dropped', false],
      ],
    )
  })
})

suite('a seed', () => {
  const asked = async (bySeed: number) => {
    const paths: string[] = []
    const profile = load(library, {
      arrivals: { rate: 50 },
      duration: '5s',
      setup: async () => ({ ids: Array.from({ length: 100 }, (_, at) => `book-${at}`) }),
      scenarios: {
        read: { run: ({ api, shared, random }) => api.books.get(random.pick(shared.ids)) },
        list: { run: ({ api, number }) => api.books.list({ where: { title: `of ${number}` } }) },
      },
    })
    const answer: FakeServer = ({ path, nowMs }) => {
      paths.push(`${nowMs} ${path}`)
      return { afterMs: 3 }
    }
    await simulated(profile, { seed: 1, answer, overrides: { seed: bySeed } })
    return paths
  }

  test('sends the same requests at the same times, and another one others', async () => {
    const [first, again, other] = [await asked(3), await asked(3), await asked(4)]
    assert.equal(first.length, 250)
    assert.deepEqual(again, first)
    assert.notDeepEqual(other, first)
  })
})

suite('users', () => {
  test('wait for their answers, think, and keep what is theirs', async () => {
    const visited = new Map<number, number>()
    const profile = load(library, {
      users: 10,
      think: '500ms',
      duration: '10s',
      token: ({ number }) => `dev:reader-${number}`,
      user: ({ number }) => ({ number, visits: 0 }),
      scenarios: {
        list: {
          run: async ({ api, user, number }) => {
            assert.equal(user.number, number)
            await api.books.list()
            visited.set(number, ++user.visits)
          },
        },
      },
    })
    const tokens = new Set<string | null>()
    const answer: FakeServer = ({ headers }) => {
      tokens.add(headers.get('authorization'))
      return { afterMs: 500 }
    }
    const { report } = await simulated(profile, { seed, answer })
    assert.equal(tokens.size, 10)
    // A visit a second each; the first thought and the last visit may take a part of it.
    for (const [, visits] of visited) assert.ok(visits >= 9 && visits <= 11, `${visits} visits`)
    assert.equal(report.arrivals, null)
    assert.equal(Math.max(...report.series.map(({ inFlight }) => inFlight)) <= 10, true)
  })

  test('think at random with the mean that is declared', async () => {
    const profile = load(library, { users: 20, think: { mean: '1s' }, duration: '100s', scenarios: list })
    const { all } = (await simulated(profile, { seed, answer: prompt })).report
    assert.ok(Math.abs(all.count / 2_000 - 1) < 0.08, `${all.count} visits of about 2,000, seed ${seed}`)
  })

  test('are not measured while they think, and what follows counts from when it is sent', async () => {
    const profile = load(library, {
      arrivals: { rate: 10 },
      duration: '10s',
      scenarios: {
        browse: {
          run: async ({ api, think }) => {
            await think('3s')
            await api.books.list()
            await think({ mean: '10ms' })
            await api.books.list()
          },
        },
      },
    })
    const { report, steps } = await simulated(profile, { seed, answer: prompt })
    assert.equal(report.all.latencyMs!.max, 2)
    assert.ok(report.scenarios[0]!.latencyMs!.p50 > 3_000)
    assert.deepEqual(steps, ['setup', 'users', 'load', 'drain'])
    assert.equal(report.unfinished, 0, 'whoever thinks at the end goes on at once')
  })
})

suite('a run ends', () => {
  test('early when it is told to, with those under way', async () => {
    const profile = load(library, { arrivals: { rate: 100 }, duration: '60s', scenarios: list })
    const { report } = await simulated(profile, { seed, answer: () => ({ afterMs: 400 }), stopAfterMs: 2_500 })
    assert.equal(report.cutShort, 'it was stopped')
    assert.ok(report.seconds >= 2.5 && report.seconds < 2.6, `${report.seconds} s`)
    assert.equal(report.unfinished, 0)
    assert.equal(report.all.count, report.arrivals!.begun)
    assert.ok(Math.abs(report.all.count / 250 - 1) < 0.2)
  })

  test('without those who are never answered, and says how many', async () => {
    const profile = load(library, { arrivals: { rate: 10 }, duration: '2s', timeout: '1s', scenarios: list })
    let asked = 0
    const answer: FakeServer = () => ({ afterMs: asked++ < 5 ? Number.POSITIVE_INFINITY : 2 })
    const { report } = await simulated(profile, { seed, answer })
    assert.equal(report.unfinished, 5)
    assert.equal(report.all.count, 15)
  })

  test('when a scenario fails by its own fault, which no server can mend', async () => {
    const profile = load(library, {
      arrivals: { rate: 100 },
      duration: '60s',
      scenarios: { list: { run: async ({ random }) => random.pick([]) } },
    })
    const { report, measurement } = await simulated(profile, { seed, answer: prompt })
    assert.equal(report.cutShort, 'the profile failed')
    assert.ok(report.seconds < 1)
    assert.match(String(measurement.bug?.cause), /random.pick was given an empty list/)
  })

  test('when a scenario calls what the server does not have', async () => {
    const scenarios = { list: { run: ({ api }: any) => api.books.recommend() } } // `any`: the compiler would refuse it.
    const profile = load(library, { arrivals: { rate: 100 }, duration: '60s', scenarios })
    const { measurement } = await simulated(profile, { seed, answer: prompt })
    assert.match(String(measurement.bug?.cause), /the server has no books.recommend/)
  })

  test('before it begins when the setup fails', async () => {
    const profile = load(library, {
      arrivals: { rate: 1 },
      setup: async ({ api }) => {
        await api.books.get('none')
      },
      scenarios: list,
    })
    const answer: FakeServer = () => ({ afterMs: 1, status: 404, body: { code: 'ROW_MISSING', title: 'Missing' } })
    await assert.rejects(simulated(profile, { seed, answer }), (error: unknown) => {
      assert.ok(error instanceof ProfileFailure)
      assert.match(String(error.cause), /ROW_MISSING/)
      return /setup failed/.test(error.message)
    })
  })
})

suite('an answer', () => {
  test('may be wrong although it came with 200', async () => {
    const profile = load(library, {
      arrivals: { rate: 10 },
      duration: '10s',
      scenarios: {
        list: {
          run: async ({ api, check }) => {
            const { data } = await api.books.list()
            check(data.length > 0, 'NO_BOOKS')
          },
        },
      },
    })
    const { report } = await simulated(profile, { seed, answer: prompt })
    assert.equal(report.all.errors, 0)
    assert.deepEqual(report.scenarios[0]!.outcomes, [{ status: null, code: 'NO_BOOKS', isExpected: false, count: 100 }])
  })

  test('of the setup, the users and the verification is not measured', async () => {
    let verified = 0
    const profile = load(library, {
      users: 3,
      think: '1s',
      duration: '3s',
      setup: async ({ api }) => ({ books: (await api.books.list()).data.length }),
      token: async ({ as, number }) => {
        await as('dev:clerk').books.list()
        return `dev:reader-${number}`
      },
      scenarios: list,
      verify: async ({ api, shared }) => {
        await api.books.list()
        verified++
        throw new Error(`${shared.books} books are too few`)
      },
    })
    let asked = 0
    const answer: FakeServer = () => {
      asked++
      return { afterMs: 2 }
    }
    const { report, steps } = await simulated(profile, { seed, answer })
    assert.equal(report.all.count, asked - 5)
    assert.deepEqual([verified, report.verified], [1, { isMet: false, failure: '0 books are too few' }])
    assert.deepEqual(steps, ['setup', 'users', 'load', 'drain', 'verify'])
  })
})

test('every second is told as it ends', async () => {
  const told: number[] = []
  const profile = load(library, { arrivals: { rate: 10 }, duration: '3s', scenarios: list })
  const { report } = await simulated(profile, { seed, answer: prompt, onSecond: ({ at }) => told.push(Math.round(at)) })
  assert.deepEqual(told.slice(0, 3), [1, 2, 3])
  assert.equal(report.series.length, told.length)
})
