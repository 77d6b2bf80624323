import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Bookmark } from '../../core/bookmark.ts'
import { systemClock } from '../../core/clock.ts'
import { deadlineIn } from '../../core/deadline.ts'
import { seededRandom, systemRandom } from '../../core/random.ts'
import { systemScheduler } from '../../core/scheduler.ts'
import { type SeededScheduler, seededScheduler } from '../../core/seeded-scheduler.ts'
import { silentTelemetry } from '../../core/telemetry.ts'
import { storeConformance } from '../store/conformance.ts'
import { storeDrivers } from '../store/drivers.ts'
import type { BatchContext, Commit, Outcome, Store, StoreOperation } from '../store/store.ts'
import { type BatchingOptions, batching } from './batching.ts'

const seed = Number(process.env.BANYAN_SEED ?? Date.now() % 2 ** 31)
const position = { epoch: 'test', position: 1 }

/** A commit of one row, recognised by its version. */
function commitOf(id: string, mark: number): Commit {
  const row = { kind: 'delete', resource: 'rows', id, version: mark, deletedAt: '' } as const
  return { kind: 'commit', writes: [row], assertions: [] }
}
const idOf = ({ writes }: Commit) => writes[0]!.id
const markOf = ({ writes }: Commit) => (writes[0] as { version: number }).version

interface FakeStore extends Store {
  readonly batches: Commit[][]
  readonly reads: StoreOperation[]
  readonly contexts: BatchContext[]
  mostAtOnce: number
}

/** A store that takes its time, and notes what it is given. */
function fakeStore(scheduler: SeededScheduler, tookMs: () => number = () => 0): FakeStore {
  let running = 0
  const store: FakeStore = {
    batches: [],
    reads: [],
    contexts: [],
    mostAtOnce: 0,
    execute: (async (operations: readonly StoreOperation[], context: BatchContext) => {
      if (operations[0]?.kind !== 'commit') {
        store.reads.push(...operations)
        return operations.map(() => ({ ok: true, value: { rows: [] }, position }))
      }
      store.batches.push(operations as Commit[])
      store.contexts.push(context)
      store.mostAtOnce = Math.max(store.mostAtOnce, ++running)
      await new Promise<void>((resolve) => scheduler.after(tookMs(), resolve))
      running--
      if (operations.some((operation) => idOf(operation as Commit) === 'broken'))
        throw new Error('the engine is broken')
      return operations.map((operation) => ({ ok: true, value: { committed: markOf(operation as Commit) }, position }))
    }) as unknown as Store['execute'], // Outcomes that can be told apart, which a real store's cannot.
    async [Symbol.asyncDispose]() {},
  }
  return store
}

function setUp(options: Partial<BatchingOptions> = {}, tookMs?: () => number) {
  const scheduler = seededScheduler(seed)
  const inner = fakeStore(scheduler, tookMs)
  const store = batching(inner, { scheduler, ordered: true, ...options })
  const context = (timeoutMs = 30_000): BatchContext => ({
    deadline: deadlineIn(timeoutMs, scheduler),
    bookmark: new Bookmark(),
  })
  const commit = async (id: string, mark: number, timeoutMs?: number) =>
    (await store.execute([commitOf(id, mark)], context(timeoutMs)))[0] as Outcome<unknown>
  return { scheduler, inner, store, context, commit }
}

suite('batching', () => {
  test('commits of one turn travel together, each with its own outcome, in the order in which they came', async () => {
    const { scheduler, inner, commit } = setUp()
    const outcomes = Promise.all([3, 1, 2].map((mark) => commit(`row ${mark}`, mark)))
    await scheduler.runUntilIdle()
    assert.deepEqual(
      inner.batches.map((batch) => batch.map(markOf)),
      [[3, 1, 2]],
    )
    assert.deepEqual(
      (await outcomes).map((outcome) => outcome.ok && outcome.value),
      [{ committed: 3 }, { committed: 1 }, { committed: 2 }],
    )
  })

  test('a commit that is alone waits for nobody', async () => {
    const { scheduler, inner, commit } = setUp()
    void commit('a', 1)
    await scheduler.runUntilIdle()
    assert.equal(scheduler.monotonicMs(), 0)
    assert.equal(inner.batches.length, 1)
  })

  test('what comes while the store is busy forms the next batch', async () => {
    const { scheduler, inner, commit } = setUp({}, () => 10)
    void commit('a', 1)
    await scheduler.run(5)
    for (const mark of [2, 3, 4]) void commit(`row ${mark}`, mark)
    await scheduler.runUntilIdle()
    assert.deepEqual(
      inner.batches.map((batch) => batch.map(markOf)),
      [[1], [2, 3, 4]],
    )
    assert.equal(inner.mostAtOnce, 1)
  })

  test('batches are bounded in size and in flight', async () => {
    const { scheduler, inner, commit } = setUp({ ordered: false, membersMax: 2, inFlightMax: 2 }, () => 10)
    for (let mark = 0; mark < 7; mark++) void commit(`row ${mark}`, mark)
    await scheduler.runUntilIdle()
    assert.deepEqual(
      inner.batches.map((batch) => batch.length),
      [2, 2, 2, 1],
    )
    assert.equal(inner.mostAtOnce, 2)
  })

  test('one key stands in one batch at a time, unless the store runs members one after another', async () => {
    for (const [ordered, expected] of [
      [true, [[1, 2, 3]]],
      [false, [[1, 3], [2]]],
    ] as const) {
      const { scheduler, inner, commit } = setUp({ ordered }, () => 5)
      void commit('same', 1)
      void commit('same', 2)
      void commit('other', 3)
      await scheduler.runUntilIdle()
      assert.deepEqual(
        inner.batches.map((batch) => batch.map(markOf)),
        expected,
      )
    }
  })

  test('what one member expects no other of its batch writes, but others may expect it too', async () => {
    const { scheduler, inner, store, context } = setUp({ ordered: false }, () => 5)
    const ask = (id: string, mark: number, expected: string) => {
      const assertion = { kind: 'row', resource: 'rows', id: expected, version: 1 } as const
      void store.execute([{ ...commitOf(id, mark), assertions: [assertion] }], context())
    }
    ask('a', 1, 'b')
    ask('b', 2, 'a')
    ask('c', 3, 'd')
    ask('e', 4, 'd')
    await scheduler.runUntilIdle()
    assert.deepEqual(
      inner.batches.map((batch) => batch.map(markOf)),
      [[1, 3, 4], [2]],
    )
    ask('a', 5, 'b')
    await scheduler.run(1)
    ask('b', 6, 'c')
    ask('f', 7, 'b')
    ask('g', 8, 'a')
    await scheduler.runUntilIdle()
    // While the first is with the store, nobody writes what it expects, nor expects what it writes.
    assert.deepEqual(
      inner.batches.slice(2).map((batch) => batch.map(markOf)),
      [[5], [6, 8], [7]],
    )
  })

  test('reads pass through', async () => {
    const { inner, store, context } = setUp()
    await store.execute([{ kind: 'get', resource: 'rows', ids: ['a'] }], context())
    assert.equal(inner.reads.length, 1)
  })

  test('a member whose time is over is refused without reaching the store', async () => {
    const { scheduler, inner, commit } = setUp({}, () => 50)
    void commit('first', 1)
    await scheduler.run(1)
    const late = commit('late', 2, 10)
    const patient = commit('patient', 3)
    await scheduler.runUntilIdle()
    const outcome = await late
    assert.equal(!outcome.ok && outcome.error.code, 'STORE_UNAVAILABLE')
    assert.equal((await patient).ok, true)
    assert.deepEqual(
      inner.batches.map((batch) => batch.map(markOf)),
      [[1], [3]],
    )
  })

  test('a store that breaks rejects exactly the members of that batch', async () => {
    const { scheduler, commit } = setUp({ membersMax: 2 })
    const fates = Promise.allSettled([commit('broken', 1), commit('beside it', 2), commit('after it', 3)])
    await scheduler.runUntilIdle()
    assert.deepEqual(
      (await fates).map(({ status }) => status),
      ['rejected', 'rejected', 'fulfilled'],
    )
  })

  test('a batch has the latest deadline of its members, and all that they have seen', async () => {
    const { scheduler, inner, store } = setUp()
    const seen = (store_: string, at: number) => {
      const bookmark = new Bookmark()
      bookmark.observe(store_, { epoch: 'e', position: at })
      return bookmark
    }
    const ask = (timeoutMs: number, bookmark: Bookmark) =>
      void store.execute([commitOf(`${timeoutMs}`, timeoutMs)], {
        deadline: deadlineIn(timeoutMs, scheduler),
        bookmark,
      })
    ask(100, seen('one', 3))
    ask(900, seen('one', 7))
    ask(500, seen('two', 2))
    await scheduler.runUntilIdle()
    const [{ deadline, bookmark }] = inner.contexts as [BatchContext]
    assert.equal(deadline.atMs, 900)
    assert.deepEqual([bookmark.positionOf('one')?.position, bookmark.positionOf('two')?.position], [7, 2])
  })
})

/** Thousands of commits of many callers; what was wrong with how they reached the store. */
async function faultsOf(wrap: (store: Store, scheduler: SeededScheduler) => Store): Promise<readonly string[]> {
  const scheduler = seededScheduler(seed)
  const random = seededRandom(seed)
  const inner = fakeStore(scheduler, () => random.below(4))
  const store = wrap(inner, scheduler)
  const context: BatchContext = { deadline: deadlineIn(1e9, scheduler), bookmark: new Bookmark() }
  const faults: string[] = []
  const asked = new Map<string, number[]>()
  let answered = 0
  for (let mark = 0; mark < 3000; mark++) {
    const id = `row ${random.below(12)}`
    asked.set(id, [...(asked.get(id) ?? []), mark])
    void store.execute([commitOf(id, mark)], context).then(([outcome]) => {
      answered++
      const got = outcome!.ok ? (outcome!.value as unknown as { committed: number }).committed : -1
      if (got !== mark) faults.push(`the caller of ${mark} got the outcome of ${got}`)
    })
    if (random.below(5) === 0) await scheduler.run(random.below(3))
  }
  await scheduler.runUntilIdle()
  if (answered !== 3000) faults.push(`${answered} of 3000 were answered`)
  for (const [id, marks] of asked) {
    const reached = inner.batches
      .flat()
      .filter((commit) => idOf(commit) === id)
      .map(markOf)
    if (JSON.stringify(reached) !== JSON.stringify(marks))
      faults.push(`the commits of ${id} reached the store in another order, or not once each`)
  }
  return faults
}

suite(`random batches, BANYAN_SEED=${seed}`, () => {
  for (const ordered of [true, false]) {
    test(`every commit reaches the store once, in the order of its key (${ordered ? 'members in order' : 'members at once'})`, async () => {
      assert.deepEqual(await faultsOf((store, scheduler) => batching(store, { scheduler, ordered, membersMax: 9 })), [])
    })
  }

  test('control: the checker finds answers that went to the wrong caller', async () => {
    const swapped = (store: Store): Store => ({
      ...store,
      execute: (async (operations: readonly Commit[], context: BatchContext) =>
        (await store.execute(operations, context)).toReversed()) as Store['execute'],
    })
    assert.ok((await faultsOf((store, scheduler) => batching(swapped(store), { scheduler, ordered: true }))).length > 0)
  })

  test('control: the checker finds commits that overtake others of their key', async () => {
    const shuffled = (store: Store): Store => ({
      ...store,
      execute: ((operations: readonly Commit[], context: BatchContext) =>
        store.execute(operations.toReversed(), context).then((outcomes) => outcomes.toReversed())) as Store['execute'],
    })
    assert.ok(
      (await faultsOf((store, scheduler) => batching(shuffled(store), { scheduler, ordered: true }))).length > 0,
    )
  })
})

const memory = await storeDrivers.memory()
storeConformance(
  'batching over memory',
  async (resources) => {
    const deps = { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: '' }
    return batching(await memory.open({ resources }, deps), { scheduler: systemScheduler, ordered: true })
  },
  { gives: memory.gives },
)
