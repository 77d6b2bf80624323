import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ValidationRule } from '../app/resource.ts'
import { Bookmark } from '../core/bookmark.ts'
import { systemClock } from '../core/clock.ts'
import type { Context } from '../core/context.ts'
import { systemRandom } from '../core/random.ts'
import { silentTelemetry } from '../core/telemetry.ts'
import { dataErrors } from './errors.ts'
import { type ResourceModel, resourceModel } from './model.ts'
import { sampleOf, samples } from './store/conformance/samples.ts'
import {
  batchContext,
  deleteOf,
  idOf,
  insertOf,
  laterTime,
  Session,
  scanOf,
  updateOf,
  valuesOf,
} from './store/conformance/session.ts'
import { storeDrivers } from './store/drivers.ts'
import type { Commit, Store, StoreOperation, Write } from './store/store.ts'
import { type OpenTransaction, runTransaction, type TransactionNeeds } from './transaction.ts'

const plain: TransactionNeeds = { scans: false, slots: 'one' }
const anything: TransactionNeeds = { scans: true, slots: 'many' }
const updatedAt = laterTime

type Body<Result> = (tx: OpenTransaction) => Result | Promise<Result>

/** An empty memory store that notes what reaches it, and lets others write just before a transaction's commit. */
async function setUp(rules: readonly ValidationRule<any>[] = []) {
  const memory = await storeDrivers.memory()
  const inner = await memory.open(
    { resources: samples },
    { telemetry: silentTelemetry, clock: systemClock, random: systemRandom(), dataFolder: '' },
  )
  const commits: Commit[] = []
  const gets: string[] = []
  let meanwhile: (attempt: number) => unknown = () => {}
  const store: Store = {
    execute: (async (operations: readonly StoreOperation[], context: typeof batchContext) => {
      for (const operation of operations) {
        if (operation.kind === 'get') gets.push(...operation.ids)
        if (operation.kind !== 'commit') continue
        commits.push(operation)
        await meanwhile(commits.length)
      }
      return inner.execute(operations, context)
    }) as Store['execute'],
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  }
  const modelOf = (name: string, within = store) => resourceModel(sampleOf(name), rules, 'main', within)
  const context: Context = {
    ...batchContext,
    requestId: 'r',
    signal: new AbortController().signal,
    bookmark: new Bookmark(),
  }
  let runs = 0
  return {
    commits,
    gets,
    context,
    modelOf,
    session: new Session(inner),
    rows: modelOf('everything'),
    get runs() {
      return runs
    },
    before(others: (attempt: number) => unknown) {
      meanwhile = others
    },
    run: <Result>(body: Body<Result>, needs = plain) =>
      runTransaction(context, needs, (tx) => {
        runs++
        return body(tx)
      }),
  }
}

const a = idOf(1)
const b = idOf(2)
const rowOf = (id: string, values = {}) =>
  (insertOf('everything', id, { group: 'g', ...values }) as Extract<Write, { kind: 'insert' }>).row
const textOf = (row: ReturnType<typeof rowOf> | null) => (row === null ? null : valuesOf('everything', row).text)

suite('a transaction sees its own writes', () => {
  test('a row that it inserted', async () => {
    const { run, rows, gets } = await setUp()
    await run(async (tx) => {
      tx.insert(rows, a, rows.slotOf(a), rowOf(a, { text: 'new' }))
      assert.equal(textOf(await tx.get(rows, a)), 'new')
    })
    assert.deepEqual(gets, [])
  })

  test('a row as it will be after its updates, with the version that it will have', async () => {
    const { run, rows, session } = await setUp()
    await session.insert('everything', a, { group: 'g', seats: 3 })
    const seen = await run(async (tx) => {
      tx.update(rows, a, { set: { text: 'b' }, updatedAt })
      tx.update(rows, a, { add: { seats: 2 }, updatedAt })
      return tx.get(rows, a)
    })
    assert.deepEqual(seen, (await session.get('everything', a)).rows[0])
    assert.deepEqual([seen![rows.versionAt], seen![rows.indexOf('seats')]], [2, 5])
  })

  test('the version that it sees after an update is one that its next write may expect', async () => {
    const { run, rows, session } = await setUp()
    await session.insert('everything', a)
    const versionOf = async (tx: OpenTransaction) => (await tx.get(rows, a))![rows.versionAt] as number
    await run(async (tx) => {
      tx.update(rows, a, { set: { text: 'b' }, version: await versionOf(tx), updatedAt })
      tx.update(rows, a, { set: { text: 'c' }, version: await versionOf(tx), updatedAt })
    })
    assert.equal((await session.row('everything', a))?.text, 'c')
  })

  test('no row where it deleted one', async () => {
    const { run, rows, session } = await setUp()
    await session.insert('everything', a)
    await run(async (tx) => {
      tx.delete(rows, a, undefined, laterTime)
      assert.equal(await tx.get(rows, a), null)
    })
    assert.equal(await session.row('everything', a), null)
  })

  test('a row once read stays as it was read, and is read once', async () => {
    const { run, rows, session, gets } = await setUp()
    await session.insert('everything', a, { group: 'g', text: 'first' })
    const seen: unknown[] = []
    await run(async (tx) => {
      seen.push(textOf(await tx.get(rows, a)))
      if (seen.length === 1) await session.commit([updateOf('everything', a, { set: { text: 'second' } })])
      seen.push(textOf(await tx.get(rows, a)))
    })
    // The body ran again on what had changed meanwhile.
    assert.deepEqual(seen, ['first', 'first', 'second', 'second'])
    assert.deepEqual(gets, [a, a])
  })
})

suite('a transaction commits only if what it read still holds', () => {
  test('a row that was read and not written is asserted at its version, a missing one as missing', async () => {
    const { run, rows, session, commits } = await setUp()
    await session.insert('everything', a)
    await run(async (tx) => {
      await tx.get(rows, a)
      await tx.get(rows, b)
    }, anything)
    assert.deepEqual(commits[0]!.assertions, [
      { kind: 'row', resource: 'everything', id: a, version: 1 },
      { kind: 'row', resource: 'everything', id: b, version: 0 },
    ])
  })

  test('a row that was read and is written expects its version with the write', async () => {
    const { run, rows, session, commits } = await setUp()
    for (const id of [a, b]) await session.insert('everything', id)
    await run(async (tx) => {
      await tx.get(rows, a)
      await tx.get(rows, b)
      tx.update(rows, a, { set: { text: 'b' }, updatedAt })
      tx.delete(rows, b, undefined, laterTime)
    }, anything)
    assert.deepEqual(commits[0]!.assertions, [])
    assert.deepEqual(
      commits[0]!.writes.map((write) => [write.kind, (write as { version?: number }).version]),
      [
        ['update', 1],
        ['delete', 1],
      ],
    )
  })

  test('a row that was only written expects nothing', async () => {
    const { run, rows, session, commits } = await setUp()
    await session.insert('everything', a)
    await run((tx) => tx.update(rows, a, { add: { seats: 1 }, updatedAt }))
    assert.deepEqual(commits[0]!.assertions, [])
    assert.equal('version' in commits[0]!.writes[0]!, false)
  })

  test('an expectation of the body stands beside what was read', async () => {
    const { run, rows, session } = await setUp()
    await session.insert('everything', a)
    const stale = run(async (tx) => {
      await tx.get(rows, a)
      tx.update(rows, a, { set: { text: 'b' }, version: 7, updatedAt })
    })
    await assert.rejects(stale, { code: 'STORE_VERSION_CONFLICT' })
  })

  test('an id that had a row is inserted at the next version', async () => {
    const { run, modelOf, session } = await setUp()
    const countries = modelOf('countries')
    await session.insert('countries', 'fr', { group: 'g' })
    await session.commit([deleteOf('countries', 'fr')])
    await run(async (tx) => {
      const version = (await tx.lastVersion(countries, 'fr')) + 1
      const { row } = insertOf('countries', 'fr', { group: 'g', version }) as Extract<Write, { kind: 'insert' }>
      tx.insert(countries, 'fr', countries.slotOf('fr'), row)
    })
    assert.equal((await session.row('countries', 'fr'))?.version, 2)
  })

  test('a list that has changed meanwhile runs the body again', async () => {
    const { run, rows, session, before } = await setUp()
    await session.insert('everything', a, { group: 'g' })
    before((attempt) => (attempt === 1 ? session.insert('everything', b, { group: 'g' }) : undefined))
    const scan = scanOf({ resource: 'everything', path: ['group', 'text'], equal: ['g'] })
    const found = await run(async (tx) => (await tx.scan(rows, scan)).length, anything)
    assert.equal(found, 2)
  })

  test('a body that touched nothing commits nothing', async () => {
    const { run, commits } = await setUp()
    assert.equal(await run(() => 'answer'), 'answer')
    assert.deepEqual(commits, [])
  })

  test('the caller has seen the store as far as the commit', async () => {
    const { run, rows, context } = await setUp()
    await run((tx) => tx.insert(rows, a, 0, rowOf(a)))
    assert.equal(context.bookmark.positionOf('main')?.position, 1)
  })
})

suite('a body runs again', () => {
  test('on what has changed, so that no update is lost', async () => {
    const { run, rows, session, before } = await setUp()
    await session.insert('everything', a, { group: 'g', integer: 1 })
    before((attempt) =>
      attempt <= 2 ? session.commit([updateOf('everything', a, { add: { integer: 10 } })]) : undefined,
    )
    await run(async (tx) => {
      const integer = (await tx.get(rows, a))![rows.indexOf('integer')] as number
      tx.update(rows, a, { set: { integer: integer * 2 }, updatedAt })
    })
    assert.equal((await session.row('everything', a))?.integer, 42)
  })

  test('at most three times, then the conflict is the answer', async () => {
    const setup = await setUp()
    const { run, rows, session, before, commits } = setup
    await session.insert('everything', a)
    before(() => session.commit([updateOf('everything', a, {})]))
    const body = async (tx: OpenTransaction) => {
      await tx.get(rows, a)
      tx.update(rows, a, { set: { text: 'b' }, updatedAt })
    }
    await assert.rejects(run(body), { code: 'STORE_VERSION_CONFLICT' })
    assert.deepEqual([setup.runs, commits.length], [4, 4])
    assert.equal((await session.row('everything', a))?.text, null)
  })

  const refusals: Readonly<Record<string, (tx: OpenTransaction, model: Awaited<ReturnType<typeof setUp>>) => void>> = {
    REFUSED: (tx, { rows }) => {
      const guards = [{ field: 'seats', operator: 'gt', value: 0, otherwise: 'REFUSED' } as const]
      tx.update(rows, a, { guards, updatedAt })
    },
    FIELD_LIMIT: (tx, { rows }) => tx.update(rows, a, { add: { seats: -1 }, updatedAt }),
    STORE_MISSING: (tx, { rows }) => tx.update(rows, b, { updatedAt }),
    STORE_EXISTS: (tx, { rows }) => tx.insert(rows, a, 0, rowOf(a)),
    STORE_UNIQUE: (tx, { rows }) => tx.insert(rows, b, 0, rowOf(b, { code: 'taken' })),
    STORE_REFERENCE: (tx, { rows }) => tx.insert(rows, b, 0, rowOf(b, { country: 'nowhere' })),
    STORE_REFERRED: (tx, { modelOf }) => tx.delete(modelOf('countries'), 'fr', undefined, laterTime),
  }
  test('where a row that it read as absent was made by somebody else meanwhile', async () => {
    const it = await setUp()
    it.before((attempt) => attempt === 1 && it.session.insert('everything', b))
    const found = await it.run(async (tx) => {
      const row = await tx.get(it.rows, b)
      if (row === null) tx.insert(it.rows, b, it.rows.slotOf(b)!, rowOf(b))
      return row !== null
    })
    assert.deepEqual([found, it.runs], [true, 2])
  })

  test('never on a version that it was given, and did not read', async () => {
    for (const write of [
      (tx: OpenTransaction, model: ResourceModel) =>
        tx.update(model, a, { set: { text: 'mine' }, version: 1, updatedAt }),
      (tx: OpenTransaction, model: ResourceModel) => tx.delete(model, a, 1, laterTime),
    ]) {
      const it = await setUp()
      await it.session.insert('everything', a)
      it.before(() => it.session.commit([updateOf('everything', a, { set: { text: 'theirs' } })]))
      await assert.rejects(
        it.run((tx) => write(tx, it.rows)),
        { code: 'STORE_VERSION_CONFLICT' },
      )
      assert.deepEqual([it.runs, it.commits.length], [1, 1])
    }
  })

  test('on a version that it was given and has read, once more: then it is no longer what it reads', async () => {
    const it = await setUp()
    await it.session.insert('everything', a)
    it.before((attempt) => attempt === 1 && it.session.commit([updateOf('everything', a, { set: { text: 'theirs' } })]))
    await assert.rejects(
      it.run(async (tx) => {
        await tx.get(it.rows, a)
        tx.update(it.rows, a, { set: { text: 'mine' }, version: 1, updatedAt })
      }),
      { code: 'STORE_VERSION_CONFLICT' },
    )
    assert.equal(it.runs, 2)
  })

  test('on a version that it has read and states itself', async () => {
    const it = await setUp()
    await it.session.insert('everything', a)
    it.before((attempt) => attempt === 1 && it.session.commit([updateOf('everything', a, { set: { text: 'theirs' } })]))
    await it.run(async (tx) => {
      const version = (await tx.get(it.rows, a))![it.rows.versionAt] as number
      tx.update(it.rows, a, { set: { text: 'mine' }, version, updatedAt })
    })
    assert.equal(it.runs, 2)
    assert.equal((await it.session.row('everything', a))?.text, 'mine')
  })

  for (const [code, refused] of Object.entries(refusals)) {
    test(`never after ${code}`, async () => {
      const setup = await setUp()
      const { run, session } = setup
      await session.insert('everything', a, { group: 'g', code: 'taken' })
      await session.insert('countries', 'fr')
      await session.insert('cities', b, { country: 'fr' })
      await assert.rejects(
        run((tx) => refused(tx, setup), anything),
        { code },
      )
      assert.equal(setup.runs, 1)
    })
  }

  test('never after an error of its own', async () => {
    const setup = await setUp()
    const failing = setup.run(() => {
      throw new TypeError('mistake')
    })
    await assert.rejects(failing, /mistake/)
    assert.deepEqual([setup.runs, setup.commits.length], [1, 0])
  })
})

suite('the rules of a resource', () => {
  const rules: readonly ValidationRule<any>[] = [
    ({ next, previous }) =>
      previous !== null && next.seats < previous.seats ? 'seats may not become fewer' : undefined,
  ]

  test('see the row before and after all writes of the transaction', async () => {
    const { run, rows, session } = await setUp(rules)
    await session.insert('everything', a, { group: 'g', seats: 3 })
    await run((tx) => {
      tx.update(rows, a, { add: { seats: -2 }, updatedAt })
      tx.update(rows, a, { add: { seats: 2 }, updatedAt })
    })
    const fewer = run((tx) => tx.update(rows, a, { add: { seats: -1 }, updatedAt }))
    await assert.rejects(fewer, { code: 'INVALID', message: 'everything: seats may not become fewer' })
    assert.equal((await session.row('everything', a))?.seats, 3)
  })

  test('hold for the very row that is written: it may not have changed since they were asked', async () => {
    const { run, rows, session, commits } = await setUp(rules)
    await session.insert('everything', a, { group: 'g', seats: 3 })
    await run((tx) => tx.update(rows, a, { set: { seats: 4 }, updatedAt }))
    assert.equal((commits[0]!.writes[0] as { version?: number }).version, 1)
  })
})

suite('misuse is refused', () => {
  const misuse = { code: 'TRANSACTION_MISUSE' }

  test('a list that was not declared', async () => {
    const { run, rows } = await setUp()
    await assert.rejects(
      run((tx) => tx.scan(rows, scanOf({ resource: 'everything' }))),
      { ...misuse, message: /scans: true/ },
    )
  })

  test('a list of what the transaction has written', async () => {
    const { run, rows } = await setUp()
    const written = run((tx) => {
      tx.insert(rows, a, 0, rowOf(a))
      return tx.scan(rows, scanOf({ resource: 'everything' }))
    }, anything)
    await assert.rejects(written, { ...misuse, message: /list first/ })
  })

  test('a second slot that was not declared', async () => {
    const { run, modelOf, session } = await setUp()
    const countries = modelOf('countries')
    const [one, other] = ['fr', 'de']
    assert.notEqual(countries.slotOf(one), countries.slotOf(other))
    const body = async (tx: OpenTransaction) => {
      await tx.get(countries, one)
      await tx.get(countries, other)
      return tx.slot
    }
    await assert.rejects(run(body), { ...misuse, message: /slots: 'many'/ })
    assert.equal(await run(body, anything), countries.slotOf(one))
    assert.deepEqual((await session.get('countries', one)).rows, [null])
  })

  test('a second store', async () => {
    const { run, rows, modelOf } = await setUp()
    const elsewhere = modelOf('countries', (await setUp()).session.store)
    const body = async (tx: OpenTransaction) => {
      await tx.get(rows, a)
      await tx.get(elsewhere, 'fr')
    }
    await assert.rejects(run(body, anything), { ...misuse, message: /another store/ })
  })

  test('every use after the end', async () => {
    const { run, rows } = await setUp()
    const tx = await run((open) => open)
    await assert.rejects(tx.get(rows, a), misuse)
    await assert.rejects(tx.lastVersion(rows, a), misuse)
    await assert.rejects(tx.scan(rows, scanOf({ resource: 'everything' })), misuse)
    for (const use of [
      () => tx.insert(rows, a, 0, rowOf(a)),
      () => tx.update(rows, a, { updatedAt }),
      () => tx.delete(rows, a, undefined, laterTime),
      () => tx.updateSystemRow(rows, a, { updatedAt }),
    ])
      assert.throws(use, { ...misuse, message: /is an await missing/ })
  })

  test('a write that comes while the commit is under way, which would be lost', async () => {
    const { run, rows, before } = await setUp()
    let late: unknown
    let left: OpenTransaction | undefined
    before(() => {
      try {
        left!.insert(rows, b, 0, rowOf(b))
      } catch (error) {
        late = error
      }
    })
    await run((tx) => {
      left = tx
      tx.insert(rows, a, 0, rowOf(a))
    }, anything)
    assert.equal((late as { code?: string } | undefined)?.code, 'TRANSACTION_MISUSE')
  })

  test('every use after a refusal', async () => {
    const { run, rows } = await setUp()
    let left: OpenTransaction | undefined
    const failing = run((tx) => {
      left = tx
      throw dataErrors.STORE_MISSING('no such row')
    })
    await assert.rejects(failing, { code: 'STORE_MISSING' })
    assert.throws(() => left!.update(rows, a, { updatedAt }), misuse)
  })
})
