import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyone } from '../app/access.ts'
import { t } from '../app/field.ts'
import { resourceManifest } from '../app/manifest.ts'
import { resource } from '../app/resource.ts'
import { Bookmark } from '../core/bookmark.ts'
import { systemClock } from '../core/clock.ts'
import type { Context } from '../core/context.ts'
import { deadlineIn } from '../core/deadline.ts'
import { BanyanError } from '../core/errors.ts'
import { systemRandom } from '../core/random.ts'
import { systemScheduler } from '../core/scheduler.ts'
import { silentTelemetry } from '../core/telemetry.ts'
import { resourceModel } from '../data/model.ts'
import { storeDrivers } from '../data/store/drivers.ts'
import type { Commit, Store, StoreOperation, Write } from '../data/store/store.ts'
import { batchOperation } from './batch.ts'
import { generatedOperations } from './generated.ts'
import type { Answer } from './operation.ts'
import { currentViews } from './view.ts'

const pages = resourceManifest(
  'press',
  resource('pages', { text: t.text() }).access({ read: anyone, write: anyone }).declaration,
)

/** Generated operations over a memory store in which another writer is faster, just before a commit, so many times. */
async function setUp() {
  const { open } = await storeDrivers.memory()
  const deps = { telemetry: silentTelemetry, clock: systemClock, random: systemRandom() }
  const inner = await open({ resources: [pages] }, { ...deps, dataFolder: '' })
  let commits = 0
  let fasterTimes = 0
  const store: Store = {
    execute: (async (operations: readonly StoreOperation[], batch: Context) => {
      for (const operation of operations) {
        if (operation.kind !== 'commit') continue
        commits++
        const changed = operation.writes.find(({ kind }) => kind !== 'insert')
        if (changed !== undefined && fasterTimes-- > 0) await inner.execute([meddling(changed)], batch)
      }
      return inner.execute(operations, batch)
    }) as Store['execute'],
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  }
  const model = resourceModel(pages, [], 'main', store)
  const signer = { sign: () => '', verify: () => false }
  const all = {
    ...deps,
    models: new Map([['pages', model]]),
    signer,
    idempotency: {
      run: (_request: unknown, work: (remember: undefined) => Promise<Answer>) => work(undefined),
      purge: async () => 0,
    },
  }
  const views = currentViews('v1', all.models)
  const view = views.get('pages')!
  const operations = [...generatedOperations(view, views, all), batchOperation(view, all)]
  const run = async (action: string, input: unknown, faster = 0): Promise<Answer> => {
    commits = 0
    fasterTimes = faster
    return operations.find((operation) => operation.action === action)!.run(input as never, context())
  }
  const made = await run('create', { value: { text: 'first' } })
  assert.ok(made.kind === 'row')
  return { run, id: made.id, commits: () => commits }
}

function meddling({ id }: Write): Commit {
  const write = { kind: 'update', resource: 'pages', id, set: { text: 'by another' }, add: {}, guards: [] } as const
  return { kind: 'commit', writes: [{ ...write, updatedAt: systemClock.now() }], assertions: [] }
}

function context(): Context {
  return {
    requestId: 'test',
    signal: new AbortController().signal,
    deadline: deadlineIn(10_000, systemScheduler),
    bookmark: new Bookmark(),
  }
}

/** The status, the code and the pointers of what it was refused with. */
async function refusal(answer: Promise<Answer>) {
  const error = await answer.then(
    (value) => assert.fail(JSON.stringify(value)),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof BanyanError, String(error))
  return [error.status, error.code, ...(error.facts.issues ?? []).map(({ pointer }) => pointer)]
}

test('a version that the caller stated is looked for once: 412 where another writer was faster, without a second run', async () => {
  const { run, id, commits } = await setUp()
  for (const [action, version, input] of [
    ['update', 1, { value: { text: 'mine' } }],
    ['replace', 2, { value: { text: 'mine' } }],
    ['delete', 3, {}],
  ] as const) {
    assert.deepEqual(await refusal(run(action, { id, version, ...input }, 1)), [412, 'PRECONDITION_FAILED'])
    assert.equal(commits(), 1)
  }
  const operations = [
    { op: 'create', value: { text: 'another' } },
    { op: 'update', id, version: 4, value: { text: 'mine' } },
  ]
  const together = run('batch', { atomic: true, operations: operations.slice(1) }, 1)
  assert.deepEqual(await refusal(together), [412, 'PRECONDITION_FAILED', '/operations/0'])
  assert.equal(commits(), 1)
  const each = await run('batch', { atomic: false, operations: [{ ...operations[1], version: 5 }] }, 1)
  assert.match(each.kind === 'json' ? each.json : '', /^\{"outcomes":\[\{"status":412,.*"PRECONDITION_FAILED"/)
  assert.equal(commits(), 1)
})

test('without a version the write is made on what is there now, at most three times over', async () => {
  const { run, id, commits } = await setUp()
  const answer = await run('update', { id, value: { text: 'mine' } }, 3)
  assert.deepEqual([answer.kind === 'row' && answer.version, commits()], [5, 4])
  assert.deepEqual(await refusal(run('update', { id, value: { text: 'mine' } }, 4)), [409, 'STORE_VERSION_CONFLICT'])
  assert.equal(commits(), 4)
})
