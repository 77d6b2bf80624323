import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { excessWarnings } from '../../src/cli/explain/excess.ts'
import { explanationOf } from '../../src/cli/explain/explain.ts'
import type { Explanation } from '../../src/cli/explain/explanation.ts'
import { withScratchRuntime } from '../../src/cli/scratch.ts'
import { anyOf, anyone, app, owner, resource, role, service, signedIn, t, where } from '../../src/index.ts'
import { registryOf } from '../../src/runtime/drivers.ts'
import { check } from '../../src/topology/check.ts'
import { presetNamed } from '../../src/topology/presets.ts'
import type { Topology } from '../../src/topology/topology.ts'
import { project, smallApp } from './project.ts'

const Author = resource('authors', { id: t.text({ maxLength: 20 }), name: t.text({ maxLength: 80 }) }).access({
  get: signedIn,
})
const Note = resource('notes', {
  author: t.ref('authors'),
  title: t.text({ maxLength: 80 }),
  size: t.integer(),
  state: t.enum('draft', 'open'),
  body: t.json(),
})
  .index('author', 'title')
  .index('title')
  .index('state')
  .search('title')
  .total('exact')
  .access({
    list: anyOf(role('editor'), owner('author')),
    get: owner('author'),
    create: signedIn,
    update: owner('author'),
    delete: role('editor'),
  })
const Post = resource('posts', { title: t.text({ maxLength: 80 }), state: t.enum('draft', 'open') })
  .index('state', 'title')
  .search('title')
  .total('estimated')
  .access({ list: where('state', 'eq', 'open'), get: anyone, delete: anyone })
const Mark = resource('marks', {
  post: t.ref('posts', { onDelete: 'cascade' }),
  author: t.ref('authors', { optional: true, onDelete: 'setNull' }),
  rank: t.integer({ optional: true }),
})
  .index('rank', 'author')
  .access({ read: anyone, write: anyone })
const notes = app('notes', {
  version: 'v2',
  services: [
    service('notes', { resources: { Author, Note, Post, Mark } })
      .operation('search', {
        http: 'GET /notes/search',
        input: { words: t.text({ maxLength: 40 }) },
        output: { found: t.integer() },
        access: anyone,
        run: () => ({ found: 0 }),
      })
      .operation('publish', {
        http: 'POST /notes/{id}/publish',
        description: 'Shows it to everybody.',
        input: { id: t.id(), loud: t.boolean({ default: false }) },
        output: Note,
        access: signedIn,
        idempotent: true,
        transaction: { scans: true },
        run: () => {
          throw new Error('explain runs nothing')
        },
      }),
  ],
})

const embedded = presetNamed('embedded', { production: false })

async function explained(request: string, topology: Topology = embedded): Promise<Explanation> {
  const { sheet } = check(notes, topology, await registryOf(), { production: false })
  const here = { app: notes, production: false }
  return withScratchRuntime(here, topology, (runtime) => explanationOf({ runtime, sheet: sheet!() }, request))
}

suite('explain tells how a request would run', () => {
  test('a list whose rule lets some see every row and others their own has a scan for each', async () => {
    const { route, access, steps, total } = await explained(
      'GET /v2/notes?title[prefix]=a&sort=-title&limit=5&include=author',
    )
    assert.equal(route, 'GET /v2/notes')
    assert.equal(access.says, 'role editor or rows whose author is the caller')
    const [all, own, include] = steps
    assert.equal(steps.length, 3)
    assert.deepEqual(all!.path, ['title', 'id'])
    assert.match(all!.does, /^for role editor: .*backwards$/)
    assert.deepEqual(own!.path, ['author', 'title', 'id'])
    assert.match(own!.filter!, /author = ….*the rule adds: author is the caller/)
    assert.match(own!.statement, /where "author" = \? and "title" >= \? and "title" < \? order by "title" desc/)
    assert.match(own!.plan.join(), /USING INDEX notes\(author,title\)/)
    assert.match(include!.does, /authors that author names.*whoever is signed in/)
    assert.deepEqual([all!.cost.seeks, all!.cost.rows, include!.cost.seeks], [1, 6, 5])
    assert.equal(total!.commits, 0)
  })

  test('a list without an access path is refused as the server would, with the index to declare', async () => {
    const unsupported = await explained('/v2/notes?state=open&sort=-title')
    assert.equal(unsupported.problem!.code, 'LIST_UNSUPPORTED')
    assert.match(unsupported.mend!, /\.index\('author', 'state', 'title'\)/)
    const unknown = await explained('/v2/notes?size[gt]=3&state=open')
    assert.equal(unknown.problem!.code, 'PARAMETER_UNKNOWN')
    assert.match(unknown.mend!, /\.index\('author', 'state', 'size'\)/)
    assert.equal((await explained('/v2/notes?body=1')).mend, undefined)
    const wrong = await explained('/v2/notes?limit=1000&state=no')
    assert.equal(wrong.problem!.code, 'PARAMETER_INVALID')
    assert.match(wrong.problem!.detail, /limit must be/)
  })

  test('a constant rule narrows the filter, and what it excludes is not read', async () => {
    const open = await explained('/v2/posts?state[in]=open,draft')
    assert.match(open.steps[0]!.filter!, /state = …/)
    const none = await explained('/v2/posts?state=draft')
    assert.match(none.steps[0]!.does, /nothing/)
    assert.equal(none.total!.seeks, 0)
  })

  test('several values take a seek each', async () => {
    const { steps } = await explained('/v2/notes?author[in]=ann,bob,cid&limit=10')
    assert.deepEqual([steps.at(-1)!.cost.seeks, steps.at(-1)!.cost.rows], [3, 33])
  })

  test('a cursor of a server elsewhere is followed, rubbish is refused', async () => {
    const cursor = `${Buffer.from('["a","00000000-0000-7000-8000-000000000000"]').toString('base64url')}.c2lnbmF0dXJl`
    const { steps } = await explained(`/v2/posts?after=${cursor}`)
    assert.match(steps[0]!.filter!, /behind the cursor/)
    assert.equal((await explained('/v2/posts?after=rubbish.rubbish')).problem!.code, 'CURSOR_INVALID')
  })

  test('a search says which index of words it reads, what narrows it, and that it never sorts', async () => {
    const { steps, total } = await explained('/v2/notes?search=small+fi*&state=open&limit=5')
    const [all, own] = steps
    assert.match(all!.does, /^for role editor: search notes by title for 1 word and 1 beginning, best first$/)
    assert.equal(all!.filter, 'state = …')
    assert.equal(own!.filter, 'state = … and author = …; the rule adds: author is the caller')
    assert.match(
      own!.statement,
      /from "_banyan words of notes\([^"]*\)"\(\?\) as s cross join .* order by s\.rowid limit \?$/,
    )
    assert.match(own!.plan.join(), /VIRTUAL TABLE.*SEARCH p USING INTEGER PRIMARY KEY/)
    assert.doesNotMatch(own!.plan.join(), /B-TREE/)
    assert.deepEqual([own!.cost.seeks, own!.cost.rows], [4, 6])
    assert.equal(total!.rows, 12)
    const refused = await explained('/v2/notes?search=a&sort=title')
    assert.equal(refused.problem!.code, 'SEARCH_UNSUPPORTED')
    assert.equal((await explained('/v2/authors?search=a').catch((error) => error)).code, 'USAGE')
  })

  test('a total says whether it counts everything, or samples, and in which index', async () => {
    const exact = await explained('/v2/notes?total=true&title=a')
    const [, count] = exact.steps
    assert.equal(exact.steps.length, 4)
    assert.match(count!.statement, /^select count\(\*\) from "notes" indexed by "notes\(title\)" where "title" = \?$/)
    assert.match(count!.plan.join(), /COVERING INDEX/)
    assert.deepEqual([count!.cost.rows, exact.total!.rows], [null, null])
    assert.match(count!.cost.says, /costs the more, the more there are/)
    assert.match(count!.warnings.join(), /counts every row .*declare \.total\('estimated'\) on notes/)
    assert.match(exact.total!.says, /as many rows as there are/)

    const estimated = await explained('/v2/posts?total=true&state=open')
    const lines = estimated.steps[1]!.statement.split('\n')
    assert.equal(lines.length, 3)
    assert.match(
      lines[1]!,
      /indexed by "_banyan sample 1\/32 of posts\(state,title\)" where "state" = \? and "slot" & 31 = 0 limit \?/,
    )
    assert.equal(estimated.steps[1]!.plan.filter((line) => /COVERING INDEX/.test(line)).length, 3)
    assert.equal(estimated.steps[1]!.cost.rows, 10_000)
    assert.deepEqual(estimated.steps[1]!.warnings, [])
    const searched = await explained('/v2/posts?total=true&search=a')
    assert.match(searched.steps[1]!.statement, /_banyan words of posts\(/)
    const memory: Topology = { stores: { main: { driver: 'memory', options: {}, volatile: true } }, resources: {} }
    const naive = await explained('/v2/posts?total=true&search=a*', memory)
    assert.deepEqual(
      naive.steps.map(({ statement }) => statement),
      ['search posts by word*, state = …', 'count posts by word*, state = …'],
    )
    assert.deepEqual(naive.steps[0]!.plan, ['every row is looked at'])
  })

  test('a write says what it reads before, what it commits, and that commits are shared', async () => {
    const update = await explained('PATCH /v2/notes/{id}')
    assert.deepEqual(
      update.steps.map(({ cost }) => cost.commits),
      [0, 1],
    )
    assert.match(update.steps[1]!.statement, /update "notes" set .* and "version" = \?/)
    assert.match(update.steps[1]!.batching, /share one/)
    const create = await explained('POST /v2/notes')
    assert.match(
      create.steps[0]!.cost.says,
      /entered into 3 access paths and the index of its words; 1 reference looked up/,
    )
    // Nobody but editors may delete, so nothing of the row has to be known.
    assert.equal((await explained('DELETE /v2/notes/1')).steps.length, 1)
    const batch = await explained('POST /v2/notes:batch')
    assert.equal(batch.access.says, 'each member by the rule of its own action')
    assert.equal((await explained('POST /v2/notes?x=1')).problem!.code, 'PARAMETER_UNKNOWN')
  })

  test('a topology that shares no commits is believed, and another engine speaks its own words', async () => {
    const alone: Topology = {
      stores: { main: { driver: 'memory', options: {}, volatile: true, batching: false } },
      resources: {},
    }
    const { steps } = await explained('POST /v2/notes', alone)
    assert.match(steps[0]!.batching, /^off/)
    assert.equal(steps[0]!.statement, 'insert notes')
  })

  test('no page of a list is warned of, wherever it begins', async () => {
    const cursor = (...values: unknown[]) =>
      `${Buffer.from(JSON.stringify(values)).toString('base64url')}.${Buffer.from('signature').toString('base64url')}`
    const id = '00000000-0000-7000-8000-000000000000'
    for (const request of [
      'GET /v2/marks',
      'GET /v2/marks?sort=rank',
      `GET /v2/marks?sort=rank&after=${cursor(7, null, id)}`,
      `GET /v2/marks?sort=-rank&after=${cursor(7, 'ann', id)}`,
      `GET /v2/marks?rank=7&sort=-author&after=${cursor('ann', id)}`,
      `GET /v2/marks?rank[gte]=3&rank[lt]=9&after=${cursor(7, 'ann', id)}`,
      `GET /v2/marks?rank[in]=1,2,3&author[prefix]=a&after=${cursor('ann', id)}`,
      `GET /v2/posts?title[gt]=a&after=${cursor('b', id)}`,
    ]) {
      const { steps, problem } = await explained(request)
      assert.equal(problem, undefined, `${request}: ${problem?.detail}`)
      for (const { warnings, excess, plan } of steps) assert.deepEqual([warnings, excess], [[], []], plan.join('\n'))
    }
  })

  test('a deletion that takes other rows along is warned of, and those are found by seeking', async () => {
    const { steps } = await explained('DELETE /v2/posts/1')
    const { statement, plan, warnings } = steps.at(-1)!
    assert.match(statement, /select "id" from "marks" where "post" = \?/)
    assert.match(plan.join(), /^SEARCH marks USING (COVERING )?INDEX marks\(post\) \(post=\?\)$/)
    assert.equal(warnings.length, 1)
    assert.match(warnings[0]!, /deletes every row of marks whose post names it.*onDelete: 'restrict'/)
  })

  test('a plan that reads in vain is warned of by its path, with what to do', () => {
    const [scan, filter, sort] = excessWarnings({ excess: ['scan', 'filter', 'sort'] }, 'notes', [
      'title',
      'size',
      'id',
    ])
    assert.match(scan!, /reads all rows along \(title, size, id\)/)
    assert.match(filter!, /reads rows and drops them again along \(title, size, id\)/)
    assert.match(sort!, /sorts the rows .*declares \.index\('title', 'size'\)/)
    assert.match(excessWarnings({ excess: ['scan'] }, 'notes', ['id'])[0]!, /Another store may do without/)
  })

  test('a declared operation says what is known before its code runs', async () => {
    const { operation, description, facts, steps } = await explained('POST /v2/notes/{id}/publish')
    assert.deepEqual([operation, description, steps], ['notes.publish', 'Shows it to everybody.', []])
    assert.match(facts.body!, /code of the app/)
    assert.equal(facts.input, 'id, in the path: id; loud, in the body: boolean, false if left out')
    assert.match(facts.transaction!, /lists are compared again/)
    assert.match(facts.repeats!, /Idempotency-Key has one effect/)
    assert.equal((await explained('POST /v2/notes/17/publish')).problem!.status, 400)
  })

  test('a word of a path goes before a parameter, as in the router', async () => {
    assert.equal((await explained('GET /v2/notes/search?words=a')).operation, 'notes.search')
    assert.equal((await explained('HEAD /v2/notes/searching')).operation, 'notes.get')
    assert.equal((await explained('https://example.org/v2/n%6Ftes')).operation, 'notes.list')
  })

  test('what is no route is answered with the nearest', async () => {
    await assert.rejects(
      explained('POST /v2/nots'),
      /no route POST \/v2\/nots; the nearest are\n {4}POST \/v2\/notes\n {4}GET \/v2\/notes\n/,
    )
    await assert.rejects(explained('PUT /v2/posts'), /nearest are\n {4}GET \/v2\/posts\n/)
    await assert.rejects(explained('GET /v2/%E0%A4'), /not well encoded/)
  })
})

test('people read lines of at most 100 characters without colour, programs JSON; what is refused exits with 1', async () => {
  using it = project({ 'app.ts': smallApp })
  const { code, out } = await it.run(['explain', 'GET', '/v1/tasks?title=a'])
  assert.equal(code, 0)
  assert.match(out, /\n {5}plan {9}SEARCH tasks/)
  for (const line of out.split('\n')) assert.ok(line.length <= 100 && !line.includes('\u001b'), line)
  const refused = await it.run(['explain', '/v1/tasks?titel=a', '--json'])
  assert.equal(refused.code, 1)
  assert.equal((JSON.parse(refused.out) as Explanation).problem!.code, 'PARAMETER_UNKNOWN')
  const write = JSON.parse((await it.run(['explain', 'POST /v1/tasks', '--json'])).out) as Explanation
  assert.match(write.facts.durability!, /synchronous=FULL: fsync before the answer/)
})

test('routes stand in aligned columns, and rules are told in words', async () => {
  using it = project({
    'app.ts': smallApp.replace('write: anyone', "create: role('clerk')").replace('anyone, app', 'anyone, app, role'),
  })
  const { code, out } = await it.run(['routes'])
  assert.equal(code, 0)
  const lines = out.trimEnd().split('\n')
  const at = lines[0]!.indexOf('WHO MAY')
  assert.ok(at > 0 && !out.includes('\u001b'))
  for (const line of lines) assert.match(line.slice(at - 2, at + 1), /^ {2}\S/)
  assert.match(lines[1]!, /^GET +\/v1\/tasks +tasks\.list +anyone +read$/)
  assert.match(lines[2]!, /^POST +\/v1\/tasks +tasks\.create +role clerk +by key$/)
})
