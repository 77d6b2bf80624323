import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { project, smallApp } from './project.ts'

function seedOf(rows: string, resource = 'tasks'): string {
  return `import { seed } from 'banyan'
import tasks from './app.ts'
export default seed(tasks, { name: 'more', parts: () => [{ resource: '${resource}', total: 1, rows: ${rows} }] })`
}

/** Each mistake: what is there, what is asked, the exit code, and what must be said. */
const mistakes: readonly {
  readonly mistake: string
  readonly files: Readonly<Record<string, string>>
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly code: number
  readonly says: readonly RegExp[]
}[] = [
  {
    mistake: 'an unknown preset',
    files: { 'app.ts': smallApp },
    args: ['start', '-t', 'clustr'],
    code: 2,
    says: [/no topology "clustr"/, /presets are embedded, replicated/],
  },
  { mistake: 'an unknown command', files: {}, args: ['strat'], code: 2, says: [/unknown command 'strat'/, /start/] },
  { mistake: 'an unknown option', files: {}, args: ['check', '--fast'], code: 2, says: [/unknown option '--fast'/] },
  {
    mistake: 'no app',
    files: {},
    args: ['start'],
    code: 1,
    says: [/there is no .*app\.ts/, /package\.json#banyan\.app/],
  },
  {
    mistake: 'an app that is not exported',
    files: { 'app.ts': 'export const x = 1' },
    args: ['start'],
    code: 1,
    says: [/no default export made with app\(…\)/],
  },
  {
    mistake: 'an app that throws',
    files: { 'app.ts': 'throw new Error("my own mistake")' },
    args: ['check'],
    code: 1,
    says: [/my own mistake/, /app\.ts/],
  },
  {
    mistake: 'a resource without access',
    files: { 'app.ts': smallApp.replace('.access({ read: anyone, write: anyone })', '') },
    args: ['start'],
    code: 3,
    says: [/resources\/tasks/, /→/],
  },
  {
    mistake: 'an index on a field that there is not',
    files: { 'app.ts': smallApp.replace("index('title')", "index('titel')") },
    args: ['check'],
    code: 3,
    says: [/titel/],
  },
  {
    mistake: 'a topology that is not JSON',
    files: { 'app.ts': smallApp, 'small.json': '{' },
    args: ['check', '-t', 'small.json'],
    code: 3,
    says: [/small\.json is not JSON/],
  },
  {
    mistake: 'a topology with an unknown driver',
    files: { 'app.ts': smallApp, 'small.json': '{"stores":{"main":{"driver":"sqlit"}}}' },
    args: ['check', '-t', 'small.json'],
    code: 3,
    says: [/sqlit/, /sqlite/],
  },
  {
    mistake: 'a store that keeps nothing, and nobody said so',
    files: { 'app.ts': smallApp, 'small.json': '{"stores":{"main":{"driver":"memory"}}}' },
    args: ['start', '-t', 'small.json'],
    code: 3,
    says: [/memory keeps nothing/, /volatile/],
  },
  {
    mistake: 'a port that is none',
    files: { 'app.ts': smallApp },
    args: ['start'],
    env: { PORT: 'abc' },
    code: 2,
    says: [/PORT is "abc"/],
  },
  {
    mistake: 'a port that is too large',
    files: { 'app.ts': smallApp },
    args: ['start'],
    env: { PORT: '99999' },
    code: 2,
    says: [/PORT is "99999"/],
  },
  {
    mistake: 'a level of the log that is none',
    files: { 'app.ts': smallApp },
    args: ['start'],
    env: { BANYAN_LOG_LEVEL: 'loud' },
    code: 2,
    says: [/BANYAN_LOG_LEVEL is "loud"/, /debug, info, warn, error/],
  },
  {
    mistake: 'a topology whose name is written wrong',
    files: { 'app.ts': smallApp, 'topologies/small.ts': 'export default {}' },
    args: ['check', '-t', 'smal'],
    code: 2,
    says: [/no topology "smal"/, /those of topologies\/: small/],
  },
  {
    mistake: 'production without an identity',
    files: {
      'app.ts': smallApp.replace('write: anyone', 'write: signedIn').replace('anyone, app', 'anyone, app, signedIn'),
    },
    args: ['start'],
    env: { NODE_ENV: 'production' },
    code: 3,
    says: [/identity/],
  },
  {
    mistake: 'a request that is none',
    files: { 'app.ts': smallApp },
    args: ['explain', 'tasks'],
    code: 2,
    says: [/is not a request/],
  },
  {
    mistake: 'a route that there is not',
    files: { 'app.ts': smallApp },
    args: ['explain', 'GET /v1/task'],
    code: 2,
    says: [/no route GET \/v1\/task/, /GET \/v1\/tasks/],
  },
  {
    mistake: 'a client for nowhere',
    files: { 'app.ts': smallApp },
    args: ['client'],
    code: 2,
    says: [/--out <file>' not specified/],
  },
  {
    mistake: 'a client in the place of a file that somebody wrote',
    files: { 'app.ts': smallApp },
    args: ['client', '--out', 'app.ts'],
    code: 2,
    says: [/app\.ts is there and was not made by this command/],
  },
  {
    mistake: 'a client in the place of a folder',
    files: { 'app.ts': smallApp, 'web/index.html': '' },
    args: ['client', '--out', 'web'],
    code: 2,
    says: [/web is no file/],
  },
  {
    mistake: 'a client below a file',
    files: { 'app.ts': smallApp, 'web/index.html': 'x' },
    args: ['client', '--out', 'web/index.html/tasks.ts'],
    code: 2,
    says: [/web\/index\.html\/tasks\.ts cannot be written/],
  },
  {
    mistake: 'a document that is not there',
    files: {},
    args: ['external', 'pricing.json', '--out', 'pricing.ts'],
    code: 2,
    says: [/there is no pricing\.json/],
  },
  {
    mistake: 'a document that is not JSON',
    files: { 'pricing.json': 'openapi: 3.1.0' },
    args: ['external', 'pricing.json', '--out', 'pricing.ts'],
    code: 2,
    says: [/pricing\.json is not JSON/],
  },
  {
    mistake: 'a document of an old kind',
    files: { 'pricing.json': '{ "swagger": "2.0" }' },
    args: ['external', 'pricing.json', '--out', 'pricing.ts'],
    code: 2,
    says: [/not OpenAPI 3\.0 or 3\.1 but "2\.0"/],
  },
  {
    mistake: 'a document of which nothing can be called',
    files: { 'pricing.json': '{ "openapi": "3.1.0", "paths": { "/a": { "get": {} } } }' },
    args: ['external', 'pricing.json', '--out', 'pricing.ts'],
    code: 2,
    says: [/no operation that can be called/, /GET \/a: it does not say how it answers/],
  },
  {
    mistake: 'an external service without a name',
    files: { 'Price list.json': '{}' },
    args: ['external', 'Price list.json', '--out', 'pricing.ts'],
    code: 2,
    says: [/"Price list" cannot be the name of a service; give one with --name/],
  },
  {
    mistake: 'a call that the document does not have',
    files: {
      'pricing.json':
        '{ "openapi": "3.1.0", "paths": { "/a": { "get": { "operationId": "a", "responses": { "204": {} } } } } }',
    },
    args: ['external', 'pricing.json', '--out', 'pricing.ts', '--only', 'a,b'],
    code: 2,
    says: [/there is no call b; there are a/],
  },
  {
    mistake: 'a service that the topology does not place',
    files: {
      'app.ts': `import { anyone, app, external, service } from 'banyan'
const pricing = external('pricing', { openapi: '3.1.0', paths: { '/a': { get: { operationId: 'a', responses: { 204: {} } } } } })
const shop = service('shop', { calls: { pricing } }).operation('ask', { http: 'POST /ask', access: anyone, run: () => {} })
export default app('shop', { version: 'v1', services: [shop] })`,
    },
    args: ['start'],
    code: 3,
    says: [/topology\/externals\/pricing/, /the topology does not say where it is/, /"env": "PRICING_URL"/],
  },
  {
    mistake: 'a client of an app that may not start',
    files: { 'app.ts': smallApp.replace('.access({ read: anyone, write: anyone })', '') },
    args: ['client', '--out', 'tasks.ts'],
    code: 3,
    says: [/resources\/tasks/],
  },
  {
    mistake: 'a new app without a name',
    files: {},
    args: ['new'],
    code: 2,
    says: [/missing required argument 'folder'/],
  },
  {
    mistake: 'a new app of an empty name',
    files: {},
    args: ['new', ''],
    code: 2,
    says: [/the folder has no name; for example: banyan new shop/],
  },
  {
    mistake: 'a new app whose name npm would not take',
    files: {},
    args: ['new', 'My Größe'],
    code: 2,
    says: [/"My Größe" cannot be the name of an app: it has small letters/, /banyan new my-gro-e/],
  },
  {
    mistake: 'a new app whose name begins with a digit',
    files: {},
    args: ['new', '7days'],
    code: 2,
    says: [/"7days" cannot be the name/, /begins with a letter/, /banyan new days/],
  },
  {
    mistake: 'a new app whose name is too long',
    files: {},
    args: ['new', 'a'.repeat(64)],
    code: 2,
    says: [/63 characters at most/, /banyan new a{63}\n/],
  },
  {
    mistake: 'a new app with the name of a module of Node',
    files: {},
    args: ['new', 'http'],
    code: 2,
    says: [/"http" cannot be the name of an app: Node has another meaning for it/, /banyan new http-app/],
  },
  {
    mistake: 'a new app with the name of a package that it uses',
    files: {},
    args: ['new', 'typescript'],
    code: 2,
    says: [/it is the name of a package that the app uses/, /banyan new typescript-app/],
  },
  {
    mistake: 'a new app in a folder with other files',
    files: { 'shop/a.txt': '', 'shop/b.txt': '', 'shop/c.txt': '', 'shop/d.txt': '' },
    args: ['new', 'shop'],
    code: 2,
    says: [/shop is not empty: it has a\.txt, b\.txt, c\.txt and 1 more; name a new folder, or empty it/],
  },
  {
    mistake: 'a new app in the place of a file',
    files: { shop: '' },
    args: ['new', 'shop'],
    code: 2,
    says: [/shop is a file; name another folder/],
  },
  {
    mistake: 'a new app below a file',
    files: { apps: '' },
    args: ['new', 'apps/shop'],
    code: 2,
    says: [/apps\/shop cannot be written: .*ENOTDIR/],
  },
  {
    mistake: 'a new app on a tarball that is not there',
    files: {},
    args: ['new', 'shop', '--banyan', './banyan-0.0.0.tgz'],
    code: 2,
    says: [/there is no \.\/banyan-0\.0\.0\.tgz; npm pack makes one of a folder/],
  },
  {
    mistake: 'a new app with an option that there is not',
    files: {},
    args: ['new', 'shop', '--template', 'blog'],
    code: 2,
    says: [/unknown option '--template'/, /banyan <command> --help/],
  },
  {
    mistake: 'a seed of an app that begins without one',
    files: { 'app.ts': smallApp },
    args: ['seed'],
    code: 2,
    says: [/names no seed in package\.json#banyan\.seed/, /banyan seed seeds\/more\.ts/],
  },
  {
    mistake: 'a seed file that there is not',
    files: { 'app.ts': smallApp, 'seeds/more.ts': '' },
    args: ['seed', 'seeds/mor.ts'],
    code: 2,
    says: [/there is no seed file seeds\/mor\.ts/],
  },
  {
    mistake: 'a folder for a seed',
    files: { 'app.ts': smallApp, 'seeds/more.ts': '' },
    args: ['seed', 'seeds'],
    code: 2,
    says: [/there is no seed file seeds/],
  },
  {
    mistake: 'data for a seed',
    files: { 'app.ts': smallApp, 'tasks.csv': 'title\none\n' },
    args: ['seed', 'tasks.csv'],
    code: 2,
    says: [/tasks\.csv is data; a seed is a module/],
  },
  {
    mistake: 'two seeds at once',
    files: { 'app.ts': smallApp },
    args: ['seed', 'one.ts', 'two.ts'],
    code: 2,
    says: [/too many arguments/],
  },
  {
    mistake: 'an app for a seed',
    files: { 'app.ts': smallApp },
    args: ['seed', 'app.ts'],
    code: 1,
    says: [/app\.ts has no default export made with seed\(…\)/, /SEED_UNREADABLE/],
  },
  {
    mistake: 'a seed that throws',
    files: { 'app.ts': smallApp, 'more.ts': 'throw new Error("my own mistake")' },
    args: ['seed', 'more.ts'],
    code: 1,
    says: [/my own mistake/, /more\.ts/],
  },
  {
    mistake: 'a seed whose rows throw',
    files: {
      'app.ts': smallApp,
      'more.ts': seedOf('(function* () { yield { title: "a" }; throw new Error("my own mistake") })()'),
    },
    args: ['seed', 'more.ts'],
    code: 1,
    says: [/my own mistake/, /more\.ts:\d/],
  },
  {
    mistake: 'a seed for another app',
    files: { 'app.ts': smallApp, 'more.ts': seedOf('[]', 'notes') },
    args: ['seed', 'more.ts'],
    code: 1,
    says: [/names the resource notes, which the app does not have/],
  },
  {
    mistake: 'a seed with a wrong row',
    files: { 'app.ts': smallApp, 'more.ts': seedOf('[{ title: "a" }, { titel: "b" }]') },
    args: ['seed', 'more.ts'],
    code: 1,
    says: [/row 2 of tasks: .*\/titel/, /SEED_INVALID/],
  },
  {
    mistake: 'a seed into a store that keeps nothing',
    files: {
      'app.ts': smallApp,
      'more.ts': seedOf('[]'),
      'small.json': '{"stores":{"main":{"driver":"memory","volatile":true}}}',
    },
    args: ['seed', 'more.ts', '-t', 'small.json'],
    code: 2,
    says: [/the store main keeps nothing/],
  },
]

suite('a mistake is told with its place, its reason and its mend', { concurrency: 2 }, () => {
  for (const { mistake, files, args, env, code, says } of mistakes) {
    test(`${mistake} exits with ${code}`, async () => {
      using it = project(files)
      const ended = await it.run(args, env)
      assert.equal(ended.code, code, ended.out + ended.err)
      for (const words of says) assert.match(ended.out + ended.err, words)
    })
  }
})

test('a start does what is safe and tells what it leaves; what is not is refused with 4 and the command to run', async () => {
  using it = project({
    'app.ts': smallApp,
    'seed.ts': `import { seed } from 'banyan'
import tasks from './app.ts'
export default seed(tasks, { name: 'first', parts: () => [{ resource: 'tasks', total: 1, rows: [{ title: 'one' }] }] })`,
    'package.json': '{ "type": "module", "banyan": { "seed": "./seed.ts" } }',
  })
  const started = async () => {
    const { startServer } = await import('../running-server.ts')
    await using server = await startServer({ app: it.path, dataFolder: `${it.path}/.banyan` })
    const response = await fetch(`${server.url}/v1/tasks`)
    const { data } = (await response.json()) as { data: Record<string, unknown>[] }
    return { row: data[0]!, said: server.output() }
  }
  assert.equal((await started()).row.title, 'one')
  const withFields = (fields: string) => smallApp.replace('maxLength: 80 })', `maxLength: 80 }), ${fields}`)
  it.write('app.ts', withFields('done: t.boolean({ default: false }), note: t.text({ optional: true })'))
  const { row } = await started()
  assert.deepEqual([row.done, row.note], [false, null])

  // What is no longer declared is kept, and told once.
  it.write('app.ts', smallApp)
  const left = await started()
  assert.equal(Object.hasOwn(left.row, 'done'), false)
  assert.match(left.said, /stop using column tasks\.done: This version has no such field\. Its values are kept\./)
  assert.doesNotMatch((await started()).said, /stop using/)
  it.write('app.ts', withFields('done: t.boolean({ default: true })'))
  assert.equal((await started()).row.done, false)

  const refusals: readonly (readonly [string, string, RegExp])[] = [
    ['a new required field', withFields('due: t.date()'), /due: it is new and required, and 1 row .*\n.*\.backfill/],
    ['another kind', smallApp.replace('t.text({ maxLength: 80 })', 't.integer()'), /title: it was text and is integer/],
    [
      'ids of another kind',
      withFields('id: t.text({ length: 3 })'),
      /→ banyan migrate apply --allow "set aside table tasks"/,
    ],
  ]
  it.write('package.json', '{ "type": "module" }')
  for (const [what, text, says] of refusals) {
    it.write('app.ts', text)
    const { code, err } = await it.run(['start'], { BANYAN_DATA: `${it.path}/.banyan` })
    assert.equal(code, 4, `${what}: ${err}`)
    assert.match(err, says)
  }
})

test('check and routes print JSON for programs, and help says what there is', async () => {
  using it = project({ 'app.ts': smallApp })
  const sheet = JSON.parse((await it.run(['check', '--json'])).out)
  assert.equal(sheet.ok, true)
  assert.match(JSON.stringify(sheet.sheet), /synchronous=FULL/)
  const routes = JSON.parse((await it.run(['routes', '--json'])).out)
  assert.ok(
    routes.some(({ method, path }: { method: string; path: string }) => `${method} ${path}` === 'POST /v1/tasks'),
  )
  const help = await it.run(['--help'])
  assert.equal(help.code, 0)
  const words = [
    'dev',
    'start',
    'check',
    'routes',
    'explain',
    'client',
    'external',
    'new',
    'migrate',
    'restore',
    'BANYAN_DATA',
    'Exit codes',
  ]
  for (const word of words) assert.match(help.out, new RegExp(word))
})
