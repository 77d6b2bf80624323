import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { t } from '../app/field.ts'
import { resourceManifest } from '../app/manifest.ts'
import { resource } from '../app/resource.ts'
import { Bookmark } from '../core/bookmark.ts'
import { clockFrom } from '../core/clock.ts'
import type { Context } from '../core/context.ts'
import { deadlineIn } from '../core/deadline.ts'
import { systemRandom } from '../core/random.ts'
import { systemScheduler } from '../core/scheduler.ts'
import { silentTelemetry } from '../core/telemetry.ts'
import { resourceModel } from '../data/model.ts'
import { insertRow } from '../data/rows.ts'
import { storeDrivers } from '../data/store/drivers.ts'
import type { Store, StoreDriver } from '../data/store/store.ts'
import { runTransaction } from '../data/transaction.ts'
import { type IdempotentRequest, idempotency, idempotencyResource } from './idempotency.ts'
import type { Answer } from './operation.ts'

// Two keepers over one store stand for two processes: neither knows what runs in the other.

const noted = resourceManifest('notes', resource('notes', { text: t.text() }).declaration)
const answer = (text: string): Answer => ({ kind: 'json', json: JSON.stringify(text) })

async function setUp(driver: keyof typeof storeDrivers, dataFolder: string) {
  let aheadMs = 0
  const clock = clockFrom(() => Date.now() + aheadMs)
  const random = systemRandom()
  const { open } = (await storeDrivers[driver]()) as StoreDriver<object>
  const deps = { telemetry: silentTelemetry, clock, random, dataFolder }
  const store: Store = await open({ resources: [noted, idempotencyResource] }, deps)
  const keys = resourceModel(idempotencyResource, [], 'main', store)
  const notes = resourceModel(noted, [], 'main', store)
  const context = (principal = 'ada'): Context => ({
    requestId: 'test',
    signal: new AbortController().signal,
    deadline: deadlineIn(10_000, systemScheduler),
    principal: { id: principal, roles: [] },
    bookmark: new Bookmark(),
  })
  const signer = { sign: () => '', verify: () => false }
  const keeper = () => idempotency(new Map([['main', keys]]), { clock, random })
  const request = (more: Partial<IdempotentRequest> = {}): IdempotentRequest => ({
    route: 'notes.create',
    body: { text: 'a' },
    key: 'key',
    store: 'main',
    context: context(),
    ...more,
  })
  /** Writes a note beside the row of its key, after `before` has happened. */
  const write =
    (text: string, before: () => unknown = () => {}) =>
    (remember: Parameters<Parameters<ReturnType<typeof idempotency>['run']>[1]>[0]) =>
      runTransaction(
        context(),
        { scans: false, slots: 'one' },
        async (tx) => {
          await insertRow({ models: new Map(), clock, random, signer }, notes, tx, { text })
          await before()
          return answer(text)
        },
        remember,
      )
  const count = async (): Promise<number> => {
    const [outcome] = await store.execute(
      [{ kind: 'scan', resource: 'notes', path: ['id'], equal: [], descending: false, limit: 100 }],
      context(),
    )
    return outcome!.ok ? outcome!.value.rows.length : -1
  }
  const pass = (ms: number) => {
    aheadMs += ms
  }
  return { keeper, request, write, count, context, pass, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
}

for (const driver of ['memory', 'sqlite'] as const) {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-keys-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  let stores = 0
  const ready = () => setUp(driver, join(folder, String(stores++)))

  suite(`idempotency over ${driver}`, () => {
    test('of two processes that run one key at once, one has the effect and both have its answer', async () => {
      await using it = await ready()
      const { keeper, request, write, count } = it
      const [one, two] = [keeper(), keeper()]
      const first = Promise.withResolvers<Answer>()
      const late = await one.run(
        request(),
        write('late', async () => first.resolve(await two.run(request(), write('first')))),
      )
      assert.deepEqual([await first.promise, late], [answer('first'), answer('first')])
      assert.equal(await count(), 1)
    })

    test('of two processes that take over one expired key at once, one has the effect and both have its answer', async () => {
      await using it = await ready()
      const { keeper, request, write, count, pass } = it
      const [one, two] = [keeper(), keeper()]
      await one.run(request(), write('old'))
      pass(25 * 3_600_000)
      const first = Promise.withResolvers<Answer>()
      const late = await one.run(
        request(),
        write('late', async () => first.resolve(await two.run(request(), write('first')))),
      )
      assert.deepEqual([await first.promise, late], [answer('first'), answer('first')])
      assert.equal(await count(), 2)
    })

    test('of two processes with other bodies under one key, the second is told so and does nothing', async () => {
      await using it = await ready()
      const { keeper, request, write, count } = it
      const [one, two] = [keeper(), keeper()]
      const other = request({ body: { text: 'b' } })
      await assert.rejects(
        one.run(
          request(),
          write('late', () => two.run(other, write('first'))),
        ),
        { code: 'IDEMPOTENCY_KEY_REUSED' },
      )
      assert.equal(await count(), 1)
    })

    test('a process that dies before its commit leaves the key free for the next', async () => {
      await using it = await ready()
      const { keeper, request, write, count } = it
      const dies = () => {
        throw new Error('the process dies')
      }
      await assert.rejects(keeper().run(request(), write('never', dies)), /dies/)
      assert.deepEqual(await keeper().run(request(), write('again')), answer('again'))
      assert.equal(await count(), 1)
    })

    test('the kept answer is given without running anything', async () => {
      await using it = await ready()
      const { keeper, request, write } = it
      await keeper().run(request(), write('first'))
      assert.deepEqual(await keeper().run(request(), async () => assert.fail('it ran again')), answer('first'))
    })

    test('a key is of one caller, one route and no other', async () => {
      await using it = await ready()
      const { keeper, request, write, count, context } = it
      await keeper().run(request(), write('one'))
      await keeper().run(request({ context: context('eve') }), write('two'))
      await keeper().run(request({ route: 'notes.update' }), write('three'))
      await keeper().run(request({ key: 'key2' }), write('four'))
      // Where one part ends and the next begins cannot be moved.
      await keeper().run(request({ context: context('adan'), route: 'otes.create' }), write('five'))
      assert.equal(await count(), 5)
    })

    test('rows whose time is over are deleted, and no others', async () => {
      await using it = await ready()
      const { keeper, request, write, context, pass } = it
      await keeper().run(request(), write('old'))
      pass(23 * 3_600_000)
      await keeper().run(request({ key: 'young' }), write('young'))
      assert.equal(await keeper().purge('main', context()), 0)
      pass(2 * 3_600_000)
      assert.equal(await keeper().purge('main', context()), 1)
      assert.equal(await keeper().purge('main', context()), 0)
      assert.deepEqual(await keeper().run(request({ key: 'young' }), write('not again')), answer('young'))
      assert.deepEqual(await keeper().run(request(), write('anew')), answer('anew'))
    })

    test('a key whose time is over can be taken by two processes at once, and one of them has it', async () => {
      await using it = await ready()
      const { keeper, request, write, count, pass } = it
      await keeper().run(request(), write('old'))
      pass(25 * 3_600_000)
      const [one, two] = [keeper(), keeper()]
      let began = 0
      const answers = await Promise.allSettled([
        one.run(
          request(),
          write('late', async () => {
            if (began++ === 0) await two.run(request(), write('first'))
          }),
        ),
      ])
      const [late] = answers
      if (late.status === 'fulfilled') assert.deepEqual(late.value, answer('first'))
      assert.equal(await count(), 2)
    })
  })
}
