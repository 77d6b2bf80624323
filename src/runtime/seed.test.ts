import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { Seed } from '../app/seed.ts'
import { Bookmark } from '../core/bookmark.ts'
import { deadlineIn } from '../core/deadline.ts'
import { silentTelemetry } from '../core/telemetry.ts'
import type { Row } from '../data/store/store.ts'
import { anyone, app, resource, seed, service, t } from '../index.ts'
import { presetNamed } from '../topology/presets.ts'
import { boot, type Runtime } from './boot.ts'
import { type ImportProgress, importSeed } from './seed.ts'

const Shelf = resource('shelves', { id: t.text({ minLength: 1, maxLength: 9 }) }).access({ read: anyone })
const Book = resource('books', {
  shelf: t.ref('shelves'),
  title: t.text({ maxLength: 100_000 }),
  code: t.text({ maxLength: 20, unique: true }),
})
  .index('shelf', 'title')
  .index('title')
  .access({ read: anyone })
const library = app('library', { version: 'v1', services: [service('library', { resources: { Shelf, Book } })] })

const shelves = seed(library, {
  name: 'shelves',
  parts: () => [{ resource: 'shelves', total: 2, rows: [{ id: 'a' }, { id: 'b' }] }],
})

const book = (at: number) => ({ shelf: at % 2 === 0 ? 'a' : 'b', title: `title ${at}`, code: `code ${at}` })

/** So many books, and from where on they were asked for each time. */
function books(total: number, { title = (at: number) => `title ${at}` } = {}) {
  const asked: number[] = []
  let made = 0
  const rows = function* (from: number) {
    asked.push(from)
    for (let at = from; at < total; at++) {
      made++
      yield { ...book(at), title: title(at) }
    }
  }
  const wanted = seed(library, {
    name: 'books',
    after: shelves,
    parts: () => [{ resource: 'books', total, rows: (from) => rows(from) }],
  })
  return { wanted, asked, made: () => made }
}

class Data implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'banyan-seed-'))
  open(): Promise<Runtime> {
    const options = { dataFolder: this.folder, production: false, telemetry: silentTelemetry }
    return boot(library, presetNamed('embedded', options), options)
  }
  [Symbol.dispose]() {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

async function allBooks(runtime: Runtime): Promise<readonly Row[]> {
  const { engine } = runtime.stores.get('main')!
  const context = { deadline: deadlineIn(10_000, runtime.scheduler), bookmark: new Bookmark() }
  const scan = { kind: 'scan', resource: 'books', path: ['id'], equal: [], descending: false, limit: 1e6 } as const
  const [outcome] = await engine.execute([scan], context)
  assert.ok(outcome!.ok)
  return outcome!.value.rows
}

/** Imports until so many rows are in, and lets go of the data there. */
async function importUntil(data: Data, wanted: Seed, rows: number): Promise<void> {
  await using runtime = await data.open()
  const stop = new AbortController()
  const onProgress = (progress: ImportProgress) => {
    if (progress.kind === 'rows' && progress.resource === 'books' && progress.done >= rows) stop.abort()
  }
  assert.equal((await importSeed(runtime, wanted, { onProgress, signal: stop.signal })).isComplete, false)
}

const rowsMax = 5000

suite('an import', () => {
  test('imports what it comes after first, and nothing twice', async () => {
    using data = new Data()
    await using runtime = await data.open()
    const { wanted } = books(30)
    assert.deepEqual(await importSeed(runtime, wanted), { rows: 32, isComplete: true })
    assert.deepEqual(await importSeed(runtime, wanted), { rows: 0, isComplete: true })
    assert.equal((await allBooks(runtime)).length, 30)
  })

  test('goes on behind its last commit, and asks only for the rows behind it', async () => {
    using data = new Data()
    const { wanted, asked, made } = books(3 * rowsMax)
    await importUntil(data, wanted, rowsMax)
    await using runtime = await data.open()
    assert.deepEqual(await importSeed(runtime, wanted), { rows: 2 * rowsMax, isComplete: true })
    assert.deepEqual(asked, [0, rowsMax])
    assert.equal(made(), 3 * rowsMax)
    const codes = new Set((await allBooks(runtime)).map((row) => row[3]))
    assert.equal(codes.size, 3 * rowsMax)
  })

  test('passes over rows that are in where they cannot be asked for from there on', async () => {
    using data = new Data()
    const rows = () => Array.from({ length: 2 * rowsMax }, (_, at) => book(at))
    const wanted = () =>
      seed(library, {
        name: 'books',
        after: shelves,
        parts: () => [{ resource: 'books', total: 2 * rowsMax, rows: rows() }],
      })
    await importUntil(data, wanted(), rowsMax)
    await using runtime = await data.open()
    await importSeed(runtime, wanted())
    assert.equal(new Set((await allBooks(runtime)).map((row) => row[3])).size, 2 * rowsMax)
  })

  test('has the rows of one commit in memory and no others', async () => {
    using data = new Data()
    await using runtime = await data.open()
    const { wanted, made } = books(3 * rowsMax)
    let [most, told] = [0, 0]
    const onProgress = (progress: ImportProgress) => {
      if (progress.kind !== 'rows' || progress.resource !== 'books') return
      // Made and not yet told of are those of the commit that has just ended.
      most = Math.max(most, made() - told)
      told = progress.done
    }
    await importSeed(runtime, wanted, { onProgress })
    assert.equal(most, rowsMax)
  })

  test('ends a commit earlier where rows are large', async () => {
    using data = new Data()
    await using runtime = await data.open()
    const { wanted } = books(100, { title: () => 'x'.repeat(100_000) })
    const commits: number[] = []
    const onProgress = (progress: ImportProgress) => {
      if (progress.kind === 'rows' && progress.resource === 'books' && progress.committed > 0)
        commits.push(progress.committed)
    }
    await importSeed(runtime, wanted, { onProgress })
    assert.deepEqual(commits, [40, 40, 20])
  })

  test('lets other things happen between two commits', async () => {
    using data = new Data()
    await using runtime = await data.open()
    let turns = 0
    let isOver = false
    const count = () => {
      turns++
      if (!isOver) setImmediate(count)
    }
    count()
    await importSeed(runtime, books(4 * rowsMax).wanted)
    isOver = true
    assert.ok(turns >= 4, `${turns} turns`)
  })

  for (const [mistake, part, says] of [
    ['two parts of one resource', [{ rows: [] }, { rows: [] }], /two parts for books/],
    ['no rows', [{ rows: undefined }], /the part books of the seed wrong gives no rows/],
    ['no total', [{ rows: [], total: '3' }], /says 3 as its total/],
    ['a row that is none', [{ rows: [null] }], /row 1 of books: .*object/],
    ['a value that does not fit', [{ rows: [{ ...book(1), code: 7 }] }], /row 1 of books: .*\/code/],
    ['an unknown field', [{ rows: [{ ...book(1), colour: 'red' }] }], /row 1 of books: .*\/colour/],
    ['a unique value twice', [{ rows: [book(1), book(1)] }], /books: .*code/],
  ] as const) {
    test(`with ${mistake} is refused by its place`, async () => {
      using data = new Data()
      await using runtime = await data.open()
      const parts = part.map((each) => ({ resource: 'books', total: 1, ...each }))
      // What no compiler lets pass, plain JavaScript may write.
      const wrong = { kind: 'seed', name: 'wrong', after: shelves, parts: () => parts } as unknown as Seed
      await assert.rejects(importSeed(runtime, wrong), (error: { readonly code: string; readonly message: string }) => {
        assert.equal(error.code, 'SEED_INVALID')
        assert.match(error.message, says)
        return true
      })
    })
  }
})

suite('a large import', () => {
  const large = 12_000
  const indexesOf = async (runtime: Runtime): Promise<readonly string[]> => {
    const scan = { kind: 'scan', resource: 'books', path: ['title', 'id'], equal: ['x'], descending: false, limit: 1 }
    return (await runtime.stores.get('main')!.engine.explain(scan as never)).plan
  }
  const seeks = /USING INDEX books\(title\) \(title=\?\)/
  const absent = /SCAN books/

  test('builds the access paths behind the rows', async () => {
    using data = new Data()
    await using runtime = await data.open()
    const steps: string[] = []
    const plans: Promise<readonly string[]>[] = []
    await importSeed(runtime, books(large).wanted, {
      onProgress: (progress) => {
        if (progress.kind === 'step') steps.push(progress.step)
        else if (progress.resource === 'books' && progress.done > 0) plans.push(indexesOf(runtime))
      },
    })
    assert.deepEqual(steps, ['create index books(shelf, title)', 'create index books(title)'])
    for (const plan of await Promise.all(plans)) assert.match(plan.join(), absent)
    assert.match((await indexesOf(runtime)).join(), seeks)
  })

  test('keeps unique fields unique meanwhile', async () => {
    using data = new Data()
    await using runtime = await data.open()
    const rows = function* () {
      for (let at = 0; at < large; at++) yield { ...book(at), code: `code ${at % 11_000}` }
    }
    const wrong = seed(library, {
      name: 'books',
      after: shelves,
      parts: () => [{ resource: 'books', total: large, rows: rows() }],
    })
    await assert.rejects(importSeed(runtime, wrong), /code/)
  })

  test('that was cut off goes on without them, and is finished before anything is served', async () => {
    using data = new Data()
    const { wanted } = books(2 * large)
    await importUntil(data, wanted, rowsMax)
    {
      // Neither opening the data nor going on builds what would be in the way.
      await using runtime = await data.open()
      assert.match((await indexesOf(runtime)).join(), absent)
    }
    await importUntil(data, wanted, 2 * rowsMax)
    await using runtime = await data.open()
    assert.match((await indexesOf(runtime)).join(), absent)
    await runtime.listen({ host: '127.0.0.1', port: 0 })
    assert.match((await indexesOf(runtime)).join(), seeks)
  })

  test('into a table that has more rows than come keeps them up to date', async () => {
    using data = new Data()
    await using runtime = await data.open()
    await importSeed(runtime, books(2 * large).wanted)
    const steps: string[] = []
    const plans: Promise<readonly string[]>[] = []
    const more = seed(library, {
      name: 'more',
      parts: () => [
        {
          resource: 'books',
          total: large,
          rows: Array.from({ length: large }, (_, at) => book(2 * large + at)),
        },
      ],
    })
    await importSeed(runtime, more, {
      onProgress: (progress) => {
        if (progress.kind === 'step') steps.push(progress.step)
        plans.push(indexesOf(runtime))
      },
    })
    for (const plan of await Promise.all(plans)) assert.match(plan.join(), seeks)
    assert.deepEqual(steps, [])
  })
})
