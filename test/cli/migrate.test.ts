import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts'
import { type Project, project } from './project.ts'

const fields = {
  title: 't.text({ maxLength: 80 })',
  state: "t.enum('open', 'done')",
  points: 't.integer()',
  note: 't.text({ optional: true })',
  owner: "t.ref('people', { optional: true })",
}

/** The app with these fields of a task instead of, or beside, those that it had; `more` is said of the resource. */
function appWith(changed: Readonly<Record<string, string | undefined>>, more = ''): string {
  const all = Object.entries({ ...fields, ...changed }).flatMap(([name, field]) =>
    field === undefined ? [] : [`${name}: ${field}`],
  )
  return `
import { anyone, app, resource, service, t } from 'banyan'
const Person = resource('people', { name: t.text() }).access({ read: anyone, write: anyone })
const Task = resource('tasks', { ${all.join(', ')} })
  .access({ read: anyone, write: anyone })
  ${more}
export default app('tasks', { version: 'v1', services: [service('tasks', { resources: { Person, Task } })] })
`
}

const ids = [1, 2, 3].map((at) => `00000000-0000-7000-8000-00000000000${at}`)

/** Three tasks as the app without changes leaves them, made once. */
const made = (async () => {
  const folder = temporaryFolder()
  using it = project({ 'app.ts': appWith({}) })
  const { code, err } = await it.run(['migrate', 'apply'], { BANYAN_DATA: folder.path })
  assert.equal(code, 0, err)
  using database = new DatabaseSync(join(folder.path, 'main.db'))
  const insert = database.prepare(
    'insert into tasks (id, title, state, points, note, createdAt, updatedAt, version, slot) values (?, ?, ?, ?, ?, ?, ?, 1, 0)',
  )
  const now = new Date().toISOString()
  for (const [at, id] of ids.entries())
    insert.run(id, 'same', at === 0 ? 'done' : 'open', at, at === 0 ? 'first' : null, now, now)
  return folder
})()
after(async () => (await made)[Symbol.dispose]())

/** A project whose data are those of the tasks. */
async function tasks(files: Readonly<Record<string, string>>): Promise<Project> {
  const it = project(files)
  cpSync((await made).path, join(it.path, '.banyan'), { recursive: true })
  return it
}

const plan = ['migrate', 'plan']
const apply = ['migrate', 'apply']

/** Each mistake: what the new version is, what is asked, the exit code, and what must be said. */
const mistakes: readonly {
  readonly mistake: string
  readonly app: string
  readonly args: readonly string[]
  readonly code: number
  readonly says: readonly RegExp[]
}[] = [
  {
    mistake: 'a new required field, and nothing for the rows that are there',
    app: appWith({ due: 't.date()' }),
    args: ['start'],
    code: 4,
    says: [/tasks\.due: it is new and required, and 3 rows/, /\.backfill\('due', \(row\) => …\)/, /SCHEMA_REFUSED/],
  },
  {
    mistake: 'another kind of a field without a word on its values',
    app: appWith({ note: 't.integer({ optional: true })' }),
    args: ['start'],
    code: 4,
    says: [/begins without its values in 1 row/, /banyan migrate apply --allow "set aside column tasks\.note"/],
  },
  {
    mistake: 'a step that takes something away and is not named',
    app: appWith({ note: 't.integer({ optional: true })' }),
    args: apply,
    code: 3,
    says: [/--allow "set aside column tasks\.note"/, /Nothing was changed/],
  },
  {
    mistake: 'a name that is written wrong',
    app: appWith({ note: undefined }),
    args: [...apply, '--allow', 'drop column task.note'],
    code: 2,
    says: [/there is no step "drop column task\.note"; those that are done by name: drop column tasks\.note/],
  },
  {
    mistake: 'a backfill that throws',
    app: appWith({ size: 't.integer()' }, ".backfill('size', (row) => (row as any).missing.length)"),
    args: apply,
    code: 1,
    says: [
      /tasks\/00000000-\S+001: the backfill of size threw: .*reading 'length'/,
      /app\.ts:\d+:\d+/,
      /BACKFILL_INVALID/,
    ],
  },
  {
    mistake: 'a backfill that reads what was never stored',
    app: appWith({ size: 't.integer()' }, ".backfill('size', (row) => row.pages, { from: { pages: t.integer() } })"),
    args: apply,
    code: 3,
    says: [/its backfill reads pages, which these data do not have/, /`from`/],
  },
  {
    mistake: 'an old name that is still in use',
    app: appWith({ heading: "t.text({ renamedFrom: 'title' })" }),
    args: plan,
    code: 3,
    says: [/resources\/tasks\/fields\/heading/, /there still is a field title/],
  },
  {
    mistake: 'a rule that the rows break',
    app: appWith({ title: 't.text({ unique: true })' }),
    args: plan,
    code: 3,
    says: [/tasks\.title: it is to be unique, and 3 rows \(00000000-\S+001/],
  },
  {
    mistake: 'values to be made anew, which no start does',
    app: appWith(
      { points: 't.decimal(6, 1)' },
      ".backfill('points', ({ points }) => String(points), { from: { points: t.integer() } })",
    ),
    args: ['start'],
    code: 4,
    says: [/fill column tasks\.points/, /→ banyan migrate apply\n/, /SCHEMA_PENDING/],
  },
  {
    mistake: 'a word that is no command',
    app: appWith({}),
    args: ['migrate', 'aply'],
    code: 2,
    says: [/aply/, /apply/],
  },
  {
    mistake: 'a snapshot that there is not',
    app: appWith({}),
    args: ['restore', 'main.db'],
    code: 2,
    says: [/there is no snapshot "main\.db"; there are none/],
  },
]

suite('a mistake with data is told with its place, its reason and its mend, and changes nothing', {
  concurrency: 2,
}, () => {
  for (const { mistake, app, args, code, says } of mistakes) {
    test(`${mistake} exits with ${code}`, async () => {
      using it = await tasks({ 'app.ts': app })
      const before = tasksIn(it)
      const ended = await it.run(args)
      assert.equal(ended.code, code, ended.out + ended.err)
      for (const words of says) assert.match(ended.out + ended.err, words)
      assert.deepEqual(tasksIn(it), before)
    })
  }
})

/** The rows as the version before knows them. */
function tasksIn({ path }: Project): readonly unknown[] {
  using database = new DatabaseSync(join(path, '.banyan/main.db'))
  return database.prepare('select id, title, state, points, note from tasks order by id').all()
}

const production = { NODE_ENV: 'production' }

suite('a start', () => {
  test('does what is safe by itself while one develops, and serves rows under their new names', async () => {
    using it = await tasks({
      'app.ts': appWith(
        { title: undefined, heading: "t.text({ renamedFrom: 'title' })", size: 't.integer()' },
        ".backfill('size', ({ title }) => title.length, { from: { title: t.text() } })",
      ),
    })
    const { code, out } = await it.run(plan)
    assert.equal(code, 0, out)
    assert.match(out, /rename column tasks\.title to heading\n.*\n.*done by the next start/)
    await using server = await startServer({ app: it.path, dataFolder: join(it.path, '.banyan') })
    const { data } = (await (await fetch(`${server.url}/v1/tasks`)).json()) as { data: readonly Task[] }
    assert.deepEqual(
      data.map(({ heading, size }) => [heading, size]),
      [
        ['same', 4],
        ['same', 4],
        ['same', 4],
      ],
    )
  })

  test('in production changes nothing that is there, and names each step with the command that does it', async () => {
    using it = await tasks({ 'app.ts': appWith({ heading: 't.text({ optional: true })' }) })
    const before = stored(it)
    const planned = await it.run(plan, production)
    assert.equal(planned.code, 3, planned.out)
    assert.match(planned.out, /add column tasks\.heading\n.*\n.*needs banyan migrate apply/)
    const started = await it.run(['start'], production)
    assert.equal(started.code, 4, started.out)
    assert.match(started.err, /add column tasks\.heading: .*\n.*→ banyan migrate apply\n/)
    assert.match(started.err, /SCHEMA_PENDING/)
    assert.deepEqual(stored(it), before)

    const applied = await it.run(apply, production)
    assert.equal(applied.code, 0, applied.err)
    assert.match(applied.out, /done: add column tasks\.heading/)
    const options = { app: it.path, dataFolder: join(it.path, '.banyan'), env: production }
    await using server = await startServer(options)
    assert.equal((await fetch(`${server.url}/v1/tasks`)).status, 200)
  })

  test('in production makes data where there are none', async () => {
    using it = project({ 'app.ts': appWith({}) })
    await using server = await startServer({ app: it.path, dataFolder: join(it.path, 'data'), env: production })
    assert.equal((await fetch(`${server.url}/v1/tasks`)).status, 200)
  })
})

interface Task {
  readonly heading: string
  readonly size: number
}

/** What the file says of itself, and of what was done to it. */
function stored({ path }: Project): readonly unknown[] {
  using database = new DatabaseSync(join(path, '.banyan/main.db'))
  const all = ['select sql from sqlite_schema', 'select * from _banyan_schema', 'select * from _banyan_migrations']
  return all.flatMap((question) => database.prepare(question).all())
}

test('two versions: the older one goes on while it runs and when it comes back; then its names are taken away, by name', async () => {
  using it = await tasks({ 'app.ts': appWith({}) })
  const options = { app: it.path, dataFolder: join(it.path, '.banyan') }
  const newer = appWith(
    { title: undefined, heading: "t.text({ renamedFrom: 'title' })", size: 't.integer()' },
    ".backfill('size', ({ title }) => title.length, { from: { title: t.text() } })",
  )
  const contract = [...apply, '--allow', 'contract column tasks.heading']
  const written = async (server: RunningServer, body: Readonly<Record<string, unknown>>): Promise<number> => {
    const json = { method: 'POST', headers: { 'content-type': 'application/json' } }
    return (await fetch(`${server.url}/v1/tasks`, { ...json, body: JSON.stringify(body) })).status
  }
  const common = { state: 'open', points: 1 }
  {
    await using older = await startServer(options)
    it.write('app.ts', newer)
    let writes = 0
    let asked = true
    const writing = (async () => {
      // A page of the list is to hold them all.
      for (; asked; await sleep(writes < 60 ? 20 : 200), writes++)
        assert.equal(await written(older, { ...common, title: `older ${writes}` }), 201)
    })()
    for (const args of [['start'], apply, contract]) {
      const { code, err } = await it.run(args)
      assert.equal(code, 4, err)
      assert.match(err, /STORE_IN_USE/)
    }
    asked = false
    await writing
    assert.ok(writes > 0)
  }
  {
    await using server = await startServer(options)
    assert.equal(await written(server, { ...common, heading: 'newer', size: 7 }), 201)
  }
  it.write('app.ts', appWith({}))
  {
    await using server = await startServer(options)
    assert.equal(await written(server, { ...common, title: 'back' }), 201)
    const { data } = (await (await fetch(`${server.url}/v1/tasks?limit=100`)).json()) as { data: { title: string }[] }
    assert.ok(data.some(({ title }) => title === 'newer'))
  }
  it.write('app.ts', newer)
  const unnamed = await it.run(apply)
  assert.equal(unnamed.code, 0, unnamed.err)
  assert.match(unnamed.out, /Kept for other versions .*\n\n {2}contract column tasks\.heading/)
  {
    await using server = await startServer(options)
    const { data } = (await (await fetch(`${server.url}/v1/tasks?limit=100`)).json()) as { data: readonly Task[] }
    const size = (heading: string) => data.find((task) => task.heading === heading)?.size
    assert.deepEqual([size('same'), size('newer'), size('back')], [4, 7, 4])
  }
  const named = await it.run(contract)
  assert.equal(named.code, 0, named.err)
  it.write('app.ts', appWith({}))
  const gone = await it.run(['start'])
  assert.equal(gone.code, 4)
  assert.match(gone.err, /its values are now known as heading, and the name title was given up/)
})

test('plans for programs say every step, its risk and what it takes; and of data that are as declared, that there is none', async () => {
  using it = await tasks({ 'app.ts': appWith({}) })
  const nothing = await it.run([...plan, '--json'])
  assert.equal(nothing.code, 0)
  const empty = { store: 'main', driver: 'sqlite', isInUse: false, steps: [], refusals: [], kept: [] }
  assert.deepEqual(JSON.parse(nothing.out), { ok: true, stores: [empty] })
  it.write('app.ts', appWith({ note: 't.integer({ optional: true })', state: undefined }))
  const some = await it.run([...plan, '--json'])
  assert.equal(some.code, 3)
  const { ok, stores } = JSON.parse(some.out)
  assert.equal(ok, false)
  assert.deepEqual(
    [...stores[0].steps, ...stores[0].kept].map(({ effect: _, ...step }) => step),
    [
      step('setAsideColumn', 'set aside column tasks.note', {
        rows: 1,
        risk: 'destructive',
        isReversible: false,
        needs: 'name',
      }),
      step('addColumn', 'add column tasks.note', { rows: 0, risk: 'safe', isReversible: true, needs: 'nothing' }),
      step('leaveColumn', 'stop using column tasks.state', {
        rows: 0,
        risk: 'safe',
        isReversible: true,
        needs: 'nothing',
      }),
      step('dropColumn', 'drop column tasks.state', {
        rows: 3,
        risk: 'destructive',
        isReversible: false,
        needs: 'name',
      }),
      step('dropColumn', 'drop column tasks.note as text', {
        rows: 1,
        risk: 'destructive',
        isReversible: false,
        needs: 'name',
      }),
    ],
  )
})

function step(kind: string, name: string, rest: object): object {
  return { kind, name, ...rest }
}

test('while a server runs a plan can be seen, and nothing else be done', async () => {
  const more = ".backfill('size', () => 3)"
  using it = await tasks({ 'app.ts': appWith({}) })
  await using server = await startServer({ app: it.path, dataFolder: join(it.path, '.banyan') })
  const json = { method: 'POST', headers: { 'content-type': 'application/json' } }
  const body = JSON.stringify({ title: 'new', state: 'open', points: 1 })
  assert.equal((await fetch(`${server.url}/v1/tasks`, { ...json, body })).status, 201)
  it.write('app.ts', appWith({ size: 't.integer()' }, more))
  const planned = await it.run([...plan, '--json'])
  assert.equal(planned.code, 0, planned.err)
  const [store] = JSON.parse(planned.out).stores
  assert.equal(store.isInUse, true)
  assert.deepEqual(
    store.steps.map(({ name }: { name: string }) => name),
    ['add column tasks.size', 'fill column tasks.size'],
  )
  for (const args of [apply, ['restore', (await copyIn(it)).name]]) {
    const { code, err } = await it.run(args)
    assert.equal(code, 4, err)
    assert.match(err, /is open in another process/)
  }
  assert.equal((await fetch(`${server.url}/v1/tasks`)).status, 200)
})

/** A copy among the snapshots. */
async function copyIn(it: Project): Promise<{ readonly name: string }> {
  const name = 'main-2030-01-01T08-00-00.000Z.db'
  mkdirSync(join(it.path, '.banyan/snapshots'), { recursive: true })
  cpSync(join((await made).path, 'main.db'), join(it.path, '.banyan/snapshots', name))
  return { name }
}

suite('restore', () => {
  test('puts back what was copied before a migration, keeps what was there, and tells clients what they have lost', async () => {
    using it = await tasks({
      'app.ts': appWith({ note: undefined, size: 't.integer()' }, ".backfill('size', () => 3)"),
    })
    const dataFolder = join(it.path, '.banyan')
    const migrated = await it.run([...apply, '--allow', 'drop column tasks.note'])
    assert.equal(migrated.code, 0, migrated.err)
    const [, name] = /copied the data to .*\/(main-\S+\.db)/.exec(migrated.out)!

    const bookmarkOf = async (bookmark = ''): Promise<string> => {
      await using server = await startServer({ app: it.path, dataFolder })
      const headers = bookmark === '' ? {} : { 'Banyan-Bookmark': bookmark }
      return (await fetch(`${server.url}/v1/tasks`, { headers })).headers.get('Banyan-Bookmark')!
    }
    const seen = await bookmarkOf()
    it.write('app.ts', appWith({}))
    const restored = await it.run(['restore', name!])
    assert.equal(restored.code, 0, restored.err)
    assert.deepEqual(
      tasksIn(it).map((row) => (row as { note: string | null }).note),
      ['first', null, null],
    )
    assert.match(await bookmarkOf(seen), /^lost, /)

    // The way back: what was there before the restore is a copy too.
    const [kept] = JSON.parse((await it.run(['restore', '--json'])).out)
    assert.match(kept.name, /-replaced\.db$/)
    assert.match(restored.out, new RegExp(kept.name))
    assert.equal((await it.run(['restore', kept.name])).code, 0)
    using database = new DatabaseSync(join(dataFolder, 'main.db'))
    assert.deepEqual({ ...database.prepare('select max(size) as size from tasks').get() }, { size: 3 })
  })

  test('refuses a copy that is damaged, and leaves the data as they are', async () => {
    using it = await tasks({ 'app.ts': appWith({}) })
    const { name } = await copyIn(it)
    const path = join(it.path, '.banyan/snapshots', name)
    writeFileSync(path, readFileSync(path).fill(7, 4096, 12_288))
    const before = tasksIn(it)
    const { code, err } = await it.run(['restore', name])
    assert.equal(code, 4, err)
    assert.match(err, /is damaged\n.*\n.*SNAPSHOT_UNUSABLE/)
    assert.deepEqual(tasksIn(it), before)
  })
})

test('a migration that was cut off is told by status, and what was done by plan', async () => {
  using it = await tasks({
    'app.ts': appWith(
      { size: 't.integer()' },
      ".backfill('size', (row) => (row.id.endsWith('3') ? (0 as any).x.y : 1))",
    ),
  })
  assert.equal((await it.run(apply)).code, 1)
  it.write('app.ts', appWith({ size: 't.integer()' }, ".backfill('size', () => 3)"))
  const [store] = JSON.parse((await it.run(['migrate', 'status', '--json'])).out).stores
  assert.equal(store.applied.at(-1).step, 'add column tasks.size')
  assert.deepEqual(
    store.pending.map(({ name }: { name: string }) => name),
    ['drop column tasks.size', 'add column tasks.size', 'fill column tasks.size'],
  )
  assert.equal(store.snapshots.length, 1)
  assert.equal((await it.run(apply)).code, 0)
  const { out, code } = await it.run(plan)
  assert.equal(code, 0)
  assert.match(out, /main \(sqlite\): nothing to do/)
})
