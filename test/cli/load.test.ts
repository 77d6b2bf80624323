import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RunningServer, startServer } from '../running-server.ts'
import { type Project, project, smallApp } from './project.ts'
import { running } from './running.ts'

const words = "import { load } from 'banyan/load'\nimport tasks from '../app.ts'\n"
const profile = (declaration: string) => `${words}export default load(tasks, ${declaration})`

/** People who write and read tasks. */
const work = profile(`{
  arrivals: [{ for: '250ms', rate: 40 }, { for: '250ms', to: 120 }],
  setup: async ({ api }) => ({ first: await api.tasks.create({ title: 'first' }) }),
  scenarios: {
    read: { weight: 3, run: ({ api, shared }) => api.tasks.get(shared.first.id) },
    write: { run: ({ api, random }) => api.tasks.create({ title: String(random.next()) }) },
  },
  verify: async ({ api, shared }) => {
    if ((await api.tasks.get(shared.first.id)).title !== 'first') throw new Error('the first task has changed')
  },
  expect: { errors: '0%', p99: '30s' },
}`)
const workCount = 30

/** A server of the app that all of these tests may load. */
const served = project({ 'app.ts': smallApp })
let server: RunningServer
before(async () => {
  server = await startServer({ app: served.path, dataFolder: join(served.path, '.banyan') })
})
after(async () => {
  await server[Symbol.asyncDispose]()
  served[Symbol.dispose]()
})

suite('banyan load', { concurrency: 2 }, () => {
  test('starts the app on data of its own, drives it, and writes what came of it', async () => {
    using it = project({ 'app.ts': smallApp, 'load/work.ts': work })
    mkdirSync(join(it.path, 'tmp'))
    const ended = await it.run(['load', 'work', '--start', '--seed', '5', '--out', 'now.json', '--html', 'now.html'], {
      TMPDIR: join(it.path, 'tmp'),
    })
    assert.equal(ended.code, 0, ended.out + ended.err)
    for (const said of [
      /work: tasks v1 .*started for this; 40, then 40 to 120 arrivals a second for 0\.5 s; seed 5/,
      /tasks\.get/,
      /✔ verified/,
    ]) {
      assert.match(ended.out, said)
    }
    assert.match(ended.err, /work: setting up\n(.*\n)*work: verifying/)
    const report = JSON.parse(readFileSync(join(it.path, 'now.json'), 'utf8'))
    assert.deepEqual([report.kind, report.schemaVersion, report.cutShort], ['banyan-load-report', 1, null])
    assert.deepEqual([report.all.count, report.all.errors, report.arrivals.begun], [workCount, 0, workCount])
    assert.equal(report.profile.seed, 5)
    assert.ok(report.all.bytesReceived > workCount * 50)
    if (process.platform === 'linux')
      assert.ok(report.series.some(({ readings }: any) => readings.serverCores !== null))
    assert.match(readFileSync(join(it.path, 'now.html'), 'utf8'), /<svg [\s\S]*Latency[\s\S]*tasks\.get/)
    assert.equal(existsSync(join(it.path, '.banyan')), false, 'the data of the app were not touched')
    assert.deepEqual(readdirSync(join(it.path, 'tmp')), [], 'and its own are gone')
  })

  test('drives a server that runs, compares with an earlier report, and exits with 1 where an expectation is not met', async () => {
    using it = project({ 'app.ts': smallApp, 'load/work.ts': work })
    const PORT = new URL(server.url).port
    const first = await it.run(['load', 'work', '--json', '--out', 'first.json'], { PORT })
    assert.equal(first.code, 0, first.err)
    assert.deepEqual(JSON.parse(first.out), JSON.parse(readFileSync(join(it.path, 'first.json'), 'utf8')))
    const second = await it.run(['load', 'work', '--url', `${server.url}/`, '--compare', 'first.json'])
    assert.equal(second.code, 0, second.out + second.err)
    for (const said of [
      /COMPARED +FIGURE +EARLIER +NOW +RATIO/,
      /all +p99 /,
      /Earlier: .*commit unknown/,
      /Better|Worse|Mixed|About the same|Not told apart/,
    ]) {
      assert.match(second.out, said)
    }
    it.write(
      'load/work.ts',
      work
        .replace("p99: '30s'", "requests: { 'tasks.get': { p50: '1ms', max: '1ms' }, 'tasks.list': { p99: '1s' } }")
        .replace(
          '.get(shared.first.id) }',
          '.get(shared.first.id).then(async (row) => { for (const end = Date.now() + 5; Date.now() < end; ); return row }) }',
        ),
    )
    const other = await it.run(['load', 'work', '--compare', 'first.json'], { PORT })
    assert.equal(other.code, 2)
    assert.match(other.err, /first\.json is of another load: the scenario read has changed/)
    const third = await it.run(['load', 'work', '--compare', 'first.json', '--compare-different'], { PORT })
    assert.equal(third.code, 1, third.out + third.err)
    for (const said of [
      /✖ max of tasks\.get: .*, expected at most 1ms/,
      /✖ p99 of tasks\.list: nothing was sent/,
      /! Another load: the scenario read has changed/,
    ]) {
      assert.match(third.out, said)
    }
  })

  test('ends early on Ctrl-C, lets those under way end, and writes the report all the same', async () => {
    using it = project({
      'app.ts': smallApp,
      'load/long.ts': profile(
        "{ arrivals: { rate: 50 }, duration: '10m', scenarios: { list: { run: ({ api }) => api.tasks.list() } } }",
      ),
    })
    await using load = running(it.path, ['load', 'long', '--url', server.url, '--out', 'cut.json'])
    await load.printed(/get ready/)
    await sleep(700)
    load.child.kill('SIGINT')
    assert.equal(await load.ended, 0, load.output())
    assert.match(load.output(), /! Cut short after \d.*: it was stopped\./)
    const { cutShort, all, arrivals, unfinished, seconds } = JSON.parse(readFileSync(join(it.path, 'cut.json'), 'utf8'))
    assert.deepEqual([cutShort, unfinished, all.errors], ['it was stopped', 0, 0])
    assert.equal(all.count, arrivals.begun)
    assert.ok(seconds < 60, `${seconds} s`)
  })
})

test('a server that stands still for a second is seen by those who come meanwhile', async () => {
  using it = project({
    'app.ts': smallApp,
    'load/steady.ts': profile(
      "{ arrivals: { rate: 40 }, duration: '2500ms', spacing: 'even', scenarios: { list: { run: ({ api }) => api.tasks.list() } } }",
    ),
  })
  let firstAtMs = 0
  await using fake = await fakeServer(async (request, response) => {
    if (request.url === '/openapi.json') return void response.end(JSON.stringify(await document(it)))
    firstAtMs ||= performance.now()
    const sinceMs = performance.now() - firstAtMs
    if (sinceMs > 1_000 && sinceMs < 2_000) await sleep(2_000 - sinceMs)
    response.setHeader('content-type', 'application/json').end('{"data":[],"page":{"next":null}}')
  })
  const { out, err, code } = await it.run(['load', 'steady', '--url', fake.url, '--json'])
  assert.equal(code, 0, err)
  const { all } = JSON.parse(out)
  assert.equal(all.count, 100)
  // Forty of them came into the pause; one who waits for its answer before it asks again would have been the only one.
  assert.ok(all.latencyMs.p90 > 500 && all.latencyMs.max > 900, JSON.stringify(all.latencyMs))
})

suite('a mistake is told with its place, its reason and its mend', { concurrency: 2 }, () => {
  const files = { 'app.ts': smallApp, 'load/work.ts': work }
  let elsewhere: Awaited<ReturnType<typeof fakeServer>>
  before(async () => {
    elsewhere = await fakeServer((request, response) => {
      if (request.url === '/shop/openapi.json') response.end('{"info":{"title":"shop","version":"v1"},"paths":{}}')
      else response.writeHead(404).end('not here')
    })
  })
  after(() => elsewhere[Symbol.asyncDispose]())

  const mistakes: readonly {
    readonly mistake: string
    readonly files?: Readonly<Record<string, string>>
    readonly args: () => readonly string[]
    readonly env?: Readonly<Record<string, string>>
    readonly code: number
    readonly says: readonly RegExp[]
  }[] = [
    {
      mistake: 'a profile that there is not',
      args: () => ['wrk'],
      code: 2,
      says: [/no load profile "wrk"; those of load\/ are work/],
    },
    {
      mistake: 'a file that is no profile',
      args: () => ['app.ts'],
      code: 2,
      says: [/app\.ts has no default export made with load/],
    },
    {
      mistake: 'another machine',
      args: () => ['work', '--url', 'http://example.com'],
      code: 2,
      says: [/example\.com is not this machine: a load may/, /--allow-remote/],
    },
    {
      mistake: 'a server that does not run',
      args: () => ['work', '--url', 'http://127.0.0.1:1'],
      code: 1,
      says: [/no server answers at http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\)/, /banyan start.*--url.*--start/],
    },
    {
      mistake: 'a server that is no Banyan API',
      args: () => ['work', '--url', elsewhere.url],
      code: 1,
      says: [/is no Banyan API: 404 for \/openapi\.json/],
    },
    {
      mistake: 'a server of another app',
      args: () => ['work', '--url', `${elsewhere.url}/shop`],
      code: 2,
      says: [/runs the app "shop", and the profile is of "tasks"/],
    },
    {
      mistake: 'a folder that there is not',
      args: () => ['work', '--start', '--out', 'reports/now.json'],
      code: 2,
      says: [/there is no folder reports/],
    },
    {
      mistake: 'an earlier report that there is not',
      args: () => ['work', '--compare', 'earlier.json'],
      code: 2,
      says: [/earlier\.json cannot be read: ENOENT/],
    },
    {
      mistake: 'an app that does not start',
      files: { 'app.ts': smallApp.replace("index('title')", "index('titel')") },
      args: () => ['work', '--start'],
      code: 1,
      says: [/titel/, /the app did not start: it ended with 3/],
    },
    {
      mistake: 'a scenario that fails by itself',
      files: {
        'load/bad.ts': profile(
          "{ users: 1, duration: '30s', scenarios: { list: { run: async ({ random }) => random.pick([]) } } }",
        ),
      },
      args: () => ['bad', '--url', server.url],
      code: 1,
      says: [/the scenario list failed/, /random\.pick was given an empty list/, /load\/bad\.ts:\d/, /Cut short/],
    },
    {
      mistake: 'a setup that fails',
      files: {
        'load/bad.ts': profile(`{
  users: 1,
  setup: async ({ api }) => ({ first: await api.tasks.get('01890a5d-ac96-774b-bcce-b302099a8057') }),
  scenarios: { list: { run: ({ api }) => api.tasks.list() } },
}`),
      },
      args: () => ['bad', '--url', server.url],
      code: 1,
      says: [/setup failed/, /404/],
    },
    {
      mistake: 'a load in which nothing succeeds',
      files: {
        'load/bad.ts': profile(
          "{ users: 1, duration: '300ms', think: '50ms', scenarios: { get: { run: ({ api }) => api.tasks.get('01890a5d-ac96-774b-bcce-b302099a8057') } } }",
        ),
      },
      args: () => ['bad', '--url', server.url],
      code: 1,
      says: [/✖ no request succeeded/, /tasks\.get +404 +STORE_MISSING/],
    },
  ]
  for (const { mistake, files: more, args, env, code, says } of mistakes) {
    test(`${mistake} exits with ${code}`, async () => {
      using it = project({ ...files, ...more })
      const ended = await it.run(['load', ...args()], env)
      assert.equal(ended.code, code, ended.out + ended.err)
      for (const said of says) assert.match(ended.out + ended.err, said)
    })
  }
})

/** What the app of a project says of its API. */
async function document(it: Project): Promise<object> {
  const [{ openapi }, { manifestOf }, { default: app }] = await Promise.all([
    import('../../src/api/openapi/openapi.ts'),
    import('../../src/app/manifest.ts'),
    import(join(it.path, 'app.ts')),
  ])
  return openapi(manifestOf(app))
}

async function fakeServer(listener: RequestListener): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
