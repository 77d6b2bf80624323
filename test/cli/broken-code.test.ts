import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { project, smallApp } from './project.ts'

/** Code of the user's that cannot be loaded: what is said must name the place in it, and nothing of ours. */
const broken: readonly {
  readonly what: string
  readonly files: Readonly<Record<string, string>>
  readonly says: RegExp
}[] = [
  {
    what: 'TypeScript that cannot be parsed',
    files: { 'app.ts': `import './part.ts'\n${smallApp}`, 'part.ts': 'export const x = {\n  a: 1\n  b: 2,\n}\n' },
    says: /app\.ts cannot be loaded[\s\S]*part\.ts:3\n {6}a: 1\n {6}b: 2,\n\s+\^[\s\S]*SyntaxError/,
  },
  {
    // Node tells no place for this one.
    what: 'TypeScript that ends too early',
    files: { 'app.ts': `import './part.ts'\n${smallApp}`, 'part.ts': 'export const part = {\n' },
    says: /app\.ts cannot be loaded\n\n {4}part\.ts\n\n {4}SyntaxError: Unexpected token/,
  },
  {
    what: 'TypeScript that is more than types',
    files: { 'app.ts': 'enum State { Open }\n' },
    says: /app\.ts:1\n[\s\S]*enum is not supported/,
  },
  {
    // Node keeps the place of this one to itself.
    what: 'a name declared twice',
    files: { 'app.ts': `import './part.ts'\n${smallApp}`, 'part.ts': 'const a = 1\nconst a = 2\n' },
    says: /part\.ts:2\n {4}const a = 2\n\s+\^[\s\S]*SyntaxError: Identifier 'a' has already been declared/,
  },
  {
    what: 'an import of a name that there is not',
    files: { 'app.ts': `import { topik } from 'banyan'\nexport default topik\n` },
    says: /app\.ts:1\n {4}import \{ topik \} from 'banyan'\n\s+\^+\n[\s\S]*does not provide an export named 'topik'/,
  },
  {
    what: 'an import of a file that there is not',
    files: { 'app.ts': `import './missing.ts'\n${smallApp}` },
    says: /Cannot find module '.*missing\.ts' imported from .*app\.ts/,
  },
  {
    what: 'a mistake that is thrown',
    files: {
      'app.ts': `import { make } from './make.ts'\nexport default make()\n`,
      'make.ts': `export function make(): never {\n  throw new RangeError('too many flights', { cause: new Error('counted twice') })\n}\n`,
    },
    says: /RangeError: too many flights\n {6}at make\.ts:2:9 in make\n {6}at app\.ts:2:16\n {4}caused by Error: counted twice\n/,
  },
  {
    what: 'a mistake that Banyan finds while the app is declared',
    files: {
      'app.ts': `import { service, signedIn } from 'banyan'\nconst one = { http: 'GET /one', access: signedIn, run: () => {} } as const\nservice('a').operation('one', one)\n  .operation('one', one)\n`,
    },
    says: /declares the operation one twice[^\n]*\n {6}at app\.ts:4:4\n/,
  },
  { what: 'something thrown that is no error', files: { 'app.ts': `throw 'oh'\n` }, says: /thrown was oh/ },
  {
    what: 'a seed that fails',
    files: {
      'app.ts': smallApp,
      'package.json': '{ "type": "module", "banyan": { "seed": "./seed.ts" } }',
      'seed.ts': `import { seed } from 'banyan'\nimport tasks from './app.ts'\nexport default seed(tasks, { name: 'first', parts: () => {\n  throw new Error('no data here')\n} })\n`,
    },
    says: /the app failed\n\n {4}Error: no data here\n {6}at seed\.ts:4:9/,
  },
  {
    what: 'a topology that throws',
    files: { 'app.ts': smallApp, 'topologies/mine.ts': `throw new Error('not today')\n` },
    says: /topologies\/mine\.ts cannot be loaded[\s\S]*not today\n {6}at topologies\/mine\.ts:1:7/,
  },
  {
    what: 'a package.json that is none',
    files: { 'app.ts': smallApp, 'package.json': '{ "type": ' },
    says: /package\.json is not JSON/,
  },
]

suite('broken code is shown with its place, and without our stack', { concurrency: 2 }, () => {
  for (const { what, files, says } of broken) {
    test(what, async () => {
      using it = project(files)
      const { code, err } = await it.run(['start', ...('topologies/mine.ts' in files ? ['-t', 'mine'] : [])])
      assert.equal(code, 1, err)
      assert.match(err, says)
      assert.doesNotMatch(err, /src\/cli|node:internal/)
    })
  }
})

test('what a module leaves open does not keep a finished command alive', async () => {
  using it = project({ 'app.ts': `${smallApp}setInterval(() => {}, 1000)\n` })
  const { code, out } = await it.run(['routes'])
  assert.equal(code, 0)
  assert.match(out, /\/v1\/tasks/)
})
