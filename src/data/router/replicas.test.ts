import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { t } from '../../app/field.ts'
import { resourceManifest } from '../../app/manifest.ts'
import { resource } from '../../app/resource.ts'
import { Bookmark } from '../../core/bookmark.ts'
import { deadlineIn } from '../../core/deadline.ts'
import { seededRandom } from '../../core/random.ts'
import { type SeededScheduler, seededScheduler } from '../../core/seeded-scheduler.ts'
import { silentTelemetry } from '../../core/telemetry.ts'
import type { BatchContext, Commit, Get, Outcome } from '../store/store.ts'
import { type MemoryServers, memoryServers } from './memory-servers.ts'
import { type ReplicatedOptions, type ReplicatedStore, replicated } from './replicas.ts'

const seed = Number(process.env.BANYAN_SEED ?? Date.now() % 2 ** 31)

const counters = resourceManifest(
  'test',
  resource('counters', { id: t.text({ maxLength: 40 }), value: t.integer() }).declaration,
)
const staleForMs = 200

interface Setting extends MemoryServers {
  readonly scheduler: SeededScheduler
  readonly store: ReplicatedStore
  readonly bookmark: Bookmark
  /** Sets a counter. */
  set(id: string, value: number, bookmark?: Bookmark): Promise<void>
  /** Reads one; null where there is none. */
  get(id: string, bookmark?: Bookmark, more?: Partial<BatchContext>): Promise<number | null>
  /** Lets time pass until the work is done. */
  done<Result>(work: Promise<Result>): Promise<Result>
}

async function setUp(
  options: Partial<ReplicatedOptions> = {},
  servers: Partial<Parameters<typeof memoryServers>[1]> = {},
): Promise<Setting> {
  const scheduler = seededScheduler(seed)
  const { primary, replicas } = await memoryServers([counters], { scheduler, ...servers })
  const store = replicated(primary, replicas, primary.position(), {
    scheduler,
    telemetry: silentTelemetry,
    name: 'main',
    staleForMs: () => staleForMs,
    ...options,
  })
  const bookmark = new Bookmark()
  const context = (seen: Bookmark): BatchContext => ({ deadline: deadlineIn(30_000, scheduler), bookmark: seen })
  const observed = <Result>(outcome: Outcome<Result> | undefined, seen: Bookmark): Result => {
    if (!outcome!.ok) throw outcome!.error
    seen.observe('main', outcome!.position)
    return outcome!.value
  }
  const known = new Map<string, number>()
  const setting: Setting = {
    scheduler,
    primary,
    replicas,
    store,
    bookmark,
    async set(id, value, seen = bookmark) {
      const version = (known.get(id) ?? 0) + 1
      known.set(id, version)
      const [outcome] = await store.execute<Commit>([commitOf(id, value, version)], context(seen))
      observed(outcome, seen)
    },
    async get(id, seen = bookmark, more = {}) {
      const get: Get = { kind: 'get', resource: 'counters', ids: [id] }
      const [outcome] = await store.execute<Get>([get], { ...context(seen), ...more })
      const [row] = observed(outcome, seen).rows
      return row === null ? null : (row![valueAt] as number)
    },
    async done(work) {
      let isDone = false
      work.then(
        () => (isDone = true),
        () => (isDone = true),
      )
      for (let turns = 0; !isDone; turns++) {
        assert.ok(turns < 20_000, `BANYAN_SEED=${seed}: it is not answered`)
        await scheduler.run(1)
      }
      return work
    },
  }
  // The first questions are answered.
  await scheduler.run(5)
  return setting
}

const valueAt = counters.columns.findIndex(({ name }) => name === 'value')
const time = '2030-01-01T08:00:00.000Z'

function commitOf(id: string, value: number, version: number): Commit {
  const values: Readonly<Record<string, string | number>> = { id, value, createdAt: time, updatedAt: time, version }
  const row = counters.columns.map(({ name }) => values[name]!)
  const write =
    version === 1
      ? ({ kind: 'insert', resource: 'counters', id, slot: 0, row } as const)
      : ({ kind: 'update', resource: 'counters', id, set: { value }, add: {}, guards: [], updatedAt: time } as const)
  return { kind: 'commit', writes: [write], assertions: [] }
}

suite(`reads from replicas, BANYAN_SEED=${seed}`, () => {
  test('go to the replicas in turns; commits and what is decided on go to the primary', async () => {
    const { store, replicas, set, get, done } = await setUp()
    await done(set('a', 1))
    for (let reads = 0; reads < 6; reads++) assert.equal(await done(get('a')), 1)
    assert.deepEqual(
      replicas.map(({ reads }) => reads),
      [3, 3],
    )
    assert.equal(await done(get('a', undefined, { reads: 'primary' })), 1)
    assert.deepEqual([store.counts.primary.decided, store.counts.replicas], [1, { 'replica 1': 3, 'replica 2': 3 }])
  })

  test('go to the primary where the resource declares no freshness', async () => {
    const { store, replicas, set, get, done } = await setUp({ staleForMs: () => 0 })
    await done(set('a', 1))
    assert.equal(await done(get('a')), 1)
    assert.deepEqual([replicas.map(({ reads }) => reads), store.counts.primary.undeclared], [[0, 0], 1])
  })

  test('never show a caller less than it has seen: the replica that has it answers', async () => {
    const { replicas, set, get, done } = await setUp()
    const [behind, other] = replicas as [(typeof replicas)[0], (typeof replicas)[0]]
    behind.follows = false
    await done(set('a', 1))
    for (let reads = 0; reads < 4; reads++) assert.equal(await done(get('a')), 1)
    assert.deepEqual([behind.reads, other.reads], [0, 4])
    // Who has seen nothing may be shown what was.
    assert.ok([null, 1].includes(await done(get('a', new Bookmark()))))
  })

  test('wait a moment for a replica to come as far, all together', async () => {
    const { scheduler, primary, store, replicas, set, get, done } = await setUp()
    for (const replica of replicas) replica.follows = false
    await done(set('a', 1))
    const askedBefore = primary.asked
    const reads = Promise.all(Array.from({ length: 20 }, () => get('a')))
    scheduler.after(20, () => replicas[1]!.apply())
    assert.deepEqual(await done(reads), Array(20).fill(1))
    assert.deepEqual([replicas[0]!.reads, replicas[1]!.reads, store.counts.waited], [0, 20, 20])
    assert.ok(primary.asked - askedBefore < 12, 'each asked for itself')
  })

  test('are answered by the primary when none comes as far in time', async () => {
    const { scheduler, store, replicas, set, get, done } = await setUp()
    for (const replica of replicas) replica.follows = false
    await done(set('a', 1))
    const beganMs = scheduler.monotonicMs()
    assert.equal(await done(get('a')), 1)
    assert.ok(scheduler.monotonicMs() - beganMs <= 52, 'it waited for longer than it may')
    assert.equal(store.counts.primary.behind, 1)
  })

  test('do not wait where the lag of all says that it would be in vain', async () => {
    const { scheduler, store, replicas, set, get, done } = await setUp()
    for (const replica of replicas) replica.follows = false
    await done(set('a', 1))
    await scheduler.run(150)
    await done(set('a', 2))
    const beganMs = scheduler.monotonicMs()
    assert.equal(await done(get('a')), 2)
    assert.ok(scheduler.monotonicMs() - beganMs <= 1)
    assert.deepEqual([store.counts.waited, store.counts.primary.behind], [0, 1])
  })

  test('of a caller that claims what nobody has are answered by the primary at once', async () => {
    const { scheduler, store, set, get, done } = await setUp()
    await done(set('a', 1))
    const beganMs = scheduler.monotonicMs()
    for (const position of [
      { epoch: 'one', position: 1e12 },
      { epoch: 'elsewhere', position: 1 },
    ]) {
      const claimed = new Bookmark([['main', position]])
      assert.equal(await done(get('a', claimed)), 1)
      assert.equal(claimed.isLost, true)
    }
    assert.ok(scheduler.monotonicMs() - beganMs <= 2)
    assert.deepEqual([store.counts.primary.ahead, store.counts.primary.history], [1, 1])
  })

  test('pass over a replica that lags more than the resource allows', async () => {
    const { scheduler, store, replicas, set, get, done } = await setUp()
    for (const replica of replicas) replica.follows = false
    await done(set('a', 1))
    await scheduler.run(100)
    assert.equal(await done(get('a', new Bookmark())), null)
    await scheduler.run(150)
    assert.equal(await done(get('a', new Bookmark())), 1)
    assert.equal(store.counts.primary.stale, 1)
    replicas[0]!.apply()
    await scheduler.run(60)
    assert.equal(await done(get('a', new Bookmark())), 1)
    assert.equal(replicas[0]!.reads > 0, true)
  })

  test('after a pause ask again instead of taking a replica for stale', async () => {
    const { scheduler, store, set, get, done } = await setUp()
    await done(set('a', 1))
    await scheduler.run(60_700)
    assert.equal(await done(get('a', new Bookmark())), 1)
    assert.deepEqual(store.counts.primary, { ...store.counts.primary, stale: 0, behind: 0, down: 0 })
    assert.equal(
      Object.values(store.counts.replicas).reduce((sum, count) => sum + count),
      1,
    )
  })

  test('prefer the zone of this process, unless that one is clearly busier', async () => {
    const { replicas, get, done } = await setUp({ zone: 'north' }, { zones: ['north', 'south'], tookMs: () => 5 })
    for (let reads = 0; reads < 5; reads++) await done(get('a'))
    assert.deepEqual(
      replicas.map(({ reads }) => reads),
      [5, 0],
    )
    await done(Promise.all(Array.from({ length: 20 }, () => get('a'))))
    const [near, far] = replicas.map(({ reads }) => reads) as [number, number]
    assert.ok(far > 0 && near - 5 > far, `near ${near - 5}, far ${far}`)
  })
})

suite(`replicas that go and come, BANYAN_SEED=${seed}`, () => {
  test('one that refuses is left out at once, its reads are answered elsewhere, and it comes back by itself', async () => {
    const { scheduler, replicas, set, get, done } = await setUp()
    await done(set('a', 1))
    const [failing, other] = replicas as [(typeof replicas)[0], (typeof replicas)[0]]
    failing.fails = true
    for (let reads = 0; reads < 10; reads++) assert.equal(await done(get('a')), 1)
    assert.ok(failing.reads <= 1)
    assert.equal(other.reads, 10)
    failing.fails = false
    await scheduler.run(400)
    const before = failing.reads
    for (let reads = 0; reads < 4; reads++) await done(get('a'))
    assert.equal(failing.reads - before, 2)
  })

  test('one that hangs is out within a second, and what hung there is answered elsewhere by then', async () => {
    const { scheduler, replicas, set, get, done } = await setUp()
    await done(set('a', 1))
    const [hanging] = replicas as [(typeof replicas)[0]]
    hanging.hangs = true
    const beganMs = scheduler.monotonicMs()
    assert.deepEqual(await done(Promise.all(Array.from({ length: 8 }, () => get('a')))), Array(8).fill(1))
    assert.ok(scheduler.monotonicMs() - beganMs < 1_000, `it took ${scheduler.monotonicMs() - beganMs} ms`)
    const before = hanging.reads
    for (let reads = 0; reads < 8; reads++) await done(get('a'))
    assert.equal(hanging.reads, before)
    hanging.hangs = false
    await scheduler.run(400)
    for (let reads = 0; reads < 4; reads++) await done(get('a'))
    assert.equal(hanging.reads - before, 2)
  })

  test('with all gone the primary serves', async () => {
    const { store, replicas, set, get, done } = await setUp()
    await done(set('a', 1))
    for (const replica of replicas) replica.fails = true
    for (let reads = 0; reads < 4; reads++) assert.equal(await done(get('a')), 1)
    assert.equal(store.counts.primary.down, 4)
  })

  test('while the primary is lost reads go on, of the state that it was lost in', async () => {
    const { scheduler, primary, set, get, done } = await setUp()
    await done(set('a', 1))
    await scheduler.run(60)
    primary.fails = true
    await assert.rejects(done(set('a', 2)), { code: 'STORE_UNAVAILABLE' })
    await scheduler.run(60_000)
    for (let reads = 0; reads < 4; reads++) assert.equal(await done(get('a')), 1)
    primary.fails = false
    await scheduler.run(1_500)
    await done(set('b', 3))
    assert.equal(await done(get('b')), 3)
  })

  test('while the primary only takes its time, what lags is told by its last answer', async () => {
    const { scheduler, primary, replicas, get, done } = await setUp()
    await done(get('a'))
    for (const replica of replicas) replica.follows = false
    primary.hangs = true
    await scheduler.run(1_000)
    // Others may write to it: the replicas do not count as fresh, and the primary is waited for.
    const before = replicas.map(({ reads }) => reads)
    const reading = get('a', new Bookmark())
    await scheduler.run(300)
    assert.deepEqual(
      replicas.map(({ reads }) => reads),
      before,
    )
    primary.hangs = false
    assert.equal(await done(reading), null)
    // Silent for longer, it is taken for lost.
    primary.hangs = true
    await scheduler.run(3_000)
    assert.equal(await done(get('a', new Bookmark())), null)
    assert.ok(replicas.some(({ reads }, at) => reads > before[at]!))
  })

  test('after a failover only who follows the new history is read, and what was seen of the old one is lost', async () => {
    const { scheduler, primary, replicas, store, set, get, done } = await setUp()
    await done(set('a', 1))
    primary.epoch = 'two'
    replicas[0]!.epoch = 'two'
    await done(get('a', new Bookmark()))
    await scheduler.run(100)
    const before = replicas.map(({ reads }) => reads)
    const seen = new Bookmark([['main', { epoch: 'one', position: 1 }]])
    assert.equal(await done(get('a', seen)), 1)
    assert.equal(seen.isLost, true)
    assert.equal(store.counts.primary.history, 1)
    for (let reads = 0; reads < 4; reads++) await done(get('a', new Bookmark()))
    assert.deepEqual(
      replicas.map(({ reads }, at) => reads - before[at]!),
      [4, 0],
    )
  })
})

/** What callers of a random run were shown that they must not be. */
async function faultsOf(
  isBookmarked: boolean,
): Promise<{ readonly faults: readonly string[]; readonly share: number }> {
  const random = seededRandom(seed)
  const { scheduler, replicas, primary, store, set, get, done } = await setUp({}, { tookMs: () => random.below(3) })
  for (const replica of replicas) replica.follows = false
  const faults: string[] = []
  /** When a value was set, by counter. */
  const setAtMs = new Map<string, number[]>()
  const ids = Array.from({ length: 8 }, (_, at) => `counter ${at}`)
  let isOver = false

  const hold = async () => {
    while (!isOver) {
      await new Promise<void>((resolve) => scheduler.after(random.below(40), resolve))
      const replica = replicas[random.below(replicas.length)]!
      if (replica.hangs || replica.fails) {
        if (random.below(10) > 0) continue
        replica.hangs = false
        replica.fails = false
        continue
      }
      const dice = random.below(60)
      if (dice === 0) replica.hangs = true
      else if (dice === 1) replica.fails = true
      else if (random.below(3) > 0) replica.apply(random.below(10))
      else replica.apply()
    }
  }
  const write = async (id: string) => {
    const bookmark = new Bookmark()
    setAtMs.set(id, [])
    for (let value = 0; value < 150; value++) {
      await set(id, value, bookmark)
      setAtMs.get(id)!.push(scheduler.monotonicMs())
      const found = (await get(id, isBookmarked ? bookmark : new Bookmark())) ?? -1
      if (found < value) faults.push(`${id}: ${value} was written, and ${found} read after it`)
      await new Promise<void>((resolve) => scheduler.after(random.below(30), resolve))
    }
  }
  const readOn = async (id: string) => {
    const bookmark = new Bookmark()
    let last = -1
    while (!isOver) {
      const beganMs = scheduler.monotonicMs()
      const found = (await get(id, isBookmarked ? bookmark : new Bookmark())) ?? -1
      if (found < last) faults.push(`${id}: ${found} was read after ${last}`)
      last = found
      const next = setAtMs.get(id)?.[found + 1]
      if (next !== undefined && beganMs - next > staleForMs)
        faults.push(`${id}: ${found} was read ${beganMs - next} ms after it had been replaced`)
      await new Promise<void>((resolve) => scheduler.after(random.below(20), resolve))
    }
  }
  const beside = [hold(), ...ids.map(readOn)]
  await done(Promise.all(ids.map(write)))
  isOver = true
  for (const replica of replicas) {
    replica.hangs = false
    replica.fails = false
  }
  primary.hangs = false
  await done(Promise.all(beside))
  await store[Symbol.asyncDispose]()
  const { primary: stayed, replicas: gone } = store.counts
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, each) => all + each, 0)
  return { faults, share: sum(gone) / (sum(gone) + sum(stayed)) }
}

suite(`random reads and writes over replicas that are held back, BANYAN_SEED=${seed}`, () => {
  test('everybody reads what they wrote, nobody goes back, and nothing lags more than is allowed', async (context) => {
    const { faults, share } = await faultsOf(true)
    context.diagnostic(`${Math.round(share * 100)} % of the reads went to replicas`)
    assert.deepEqual(faults, [])
    assert.ok(share > 0.1 && share < 1)
  })

  test('control: without bookmarks the checker finds reads that are behind, and some that go back', async () => {
    const { faults } = await faultsOf(false)
    assert.ok(faults.some((fault) => / was written, and /.test(fault)))
    assert.ok(faults.some((fault) => / was read after /.test(fault)))
  })
})
