import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { after, suite, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import flights from '../../examples/flights/app.ts'
import { anyone } from '../../src/app/access.ts'
import { type App, app } from '../../src/app/app.ts'
import { t } from '../../src/app/field.ts'
import { manifestOf } from '../../src/app/manifest.ts'
import { resource } from '../../src/app/resource.ts'
import { service } from '../../src/app/service.ts'
import { clientRuntime } from '../../src/cli/client/runtime.ts'
import { standaloneClient } from '../../src/cli/client/standalone.ts'
import lab from '../rest/lab.ts'
import { temporaryFolder } from '../running-server.ts'
import { library } from './library.ts'
import { clientSuite, type Kind } from './suite.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = temporaryFolder()
after(() => folder[Symbol.dispose]())
writeFileSync(join(folder.path, 'package.json'), '{ "type": "module" }')

// The same that the inferred client does: the file is loaded as Node takes it, without the compiler.
const path = write('library.ts', textOf(library))
const { client: connect, ClientError } = await import(pathToFileURL(path).href)
await clientSuite({ connect, ClientError } satisfies Kind)

suite('the file', () => {
  test('compiles alone, as strictly as there is', () => {
    write('alone/flights.ts', textOf(flights))
    write('alone/lab.ts', textOf(lab))
    write('alone/odd.ts', textOf(odd))
    // Without a compiler's own settings: a browser's library, and no types of Node.
    write('alone/tsconfig.json', JSON.stringify({ compilerOptions: strict }))
    assert.equal(compiled('alone'), '')
  })

  test('has the types of the inferred client, both ways', () => {
    const flightsApp = `import type { default as app } from '${join(root, 'examples/flights/app.ts')}'`
    const libraryApp = `import type { library as app } from '${join(root, 'test/client/library.ts')}'`
    write('agree/flights.ts', textOf(flights))
    write('agree/flights-agrees.ts', agreement('flights', flightsApp))
    write('agree/library.ts', textOf(library))
    write('agree/library-agrees.ts', agreement('library', libraryApp))
    // The comparison can tell a difference.
    write('agree/changed.ts', textOf(flights).replace('readonly seats: number', 'readonly seats: string'))
    write('agree/changed-differs.ts', agreement('changed', flightsApp, '// @ts-expect-error: seats is another type'))
    write('agree/package.json', '{ "type": "module" }')
    write('agree/tsconfig.json', JSON.stringify(besideSources))
    assert.equal(compiled('agree'), '')
  })

  test('is formatted', () => {
    const text = textOf(flights).replace(/^\/\/ biome-ignore-all format.*\n/m, '')
    const args = [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'format', '--stdin-file-path=src/client/x.ts']
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, input: text, encoding: 'utf8' })
    assert.equal(stdout, text, stderr)
  })

  test('is the same for the same app', () => assert.equal(textOf(lab), textOf(lab)))

  test('imports nothing, and tells nothing of what is private', () => {
    const text = textOf(lab)
    assert.doesNotMatch(text, /^import|\bimport\(|require\(/m)
    assert.doesNotMatch(text, /\bpin\b|token: string|hidden/)
  })

  test('names every type once, whatever the app is called', () => {
    const text = textOf(odd)
    const names = [...text.matchAll(/^(?:export )?(?:interface|type) (\w+)/gm)].map((match) => match[1])
    assert.equal(new Set(names).size, names.length)
    assert.match(text, /readonly 'order-items': OrderItemsApi/)
    assert.match(text, /readonly orderItems: OrderItemsApi2/)
  })
})

test('the package brings along what the file is made of', () => {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const { stdout } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' })
  const [{ files }] = JSON.parse(stdout) as [{ readonly files: readonly { readonly path: string }[] }]
  const packed = new Set(files.map(({ path }) => path))
  for (const file of clientRuntime().files) assert.ok(packed.has(`src/${file}`), `src/${file} is not in the package`)
})

/** What no name generator should be surprised by. */
const Item = (name: string) =>
  resource(name, { note: t.json({ optional: true }) }).access({ read: anyone, write: anyone })
const odd = app('odd', {
  version: 'v1',
  services: [
    service('odd', {
      resources: { One: Item('order-items'), Two: Item('orderItems'), Three: Item('resource'), Four: Item('delete') },
    })
      .operation('delete', { http: 'POST /delete-all', access: anyone, description: 'Ends */ here.', run: () => {} })
      .operation('pages', { http: 'GET /all-pages', access: anyone, run: () => {} }),
  ],
})

function textOf(app: App): string {
  return standaloneClient(manifestOf(app), '0.0.0')
}

function write(file: string, text: string): string {
  const path = join(folder.path, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

/** What the compiler says of a folder. */
function compiled(name: string): string {
  const args = [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', join(folder.path, name)]
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout
}

const strict = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  erasableSyntaxOnly: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  target: 'es2022',
  lib: ['es2022', 'dom', 'dom.iterable'],
  module: 'esnext',
  moduleResolution: 'bundler',
  types: [],
}

/** As the sources are compiled, and able to see them. */
const besideSources = {
  extends: join(root, 'tsconfig.json'),
  compilerOptions: {
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
    typeRoots: [join(root, 'node_modules/@types')],
  },
  include: ['*.ts'],
  exclude: [],
}

function agreement(name: string, source: string, expected = ''): string {
  return `import type { Api } from '${join(root, 'src/client/client.ts')}'
${source}
import type { Api as Own } from './${name}.ts'

declare const inferred: Api<typeof app>
declare const own: Own
${expected}
export const there: Own = inferred
${expected}
export const back: Api<typeof app> = own
`
}
