import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { suite, test } from 'node:test'
import { importsOf } from './tidy/imports.ts'
import { tidy } from './tidy/tidy.ts'
import { readFiles } from './tidy/tree.ts'

test('the tree keeps the rules of its folders', () => {
  const breaches = tidy(readFiles(resolve(import.meta.dirname, '..')))
  assert.equal(breaches.length, 0, `\n\n${breaches.join('\n\n')}\n`)
})

// Every rule is seen red here, and green beside it.
suite('each rule finds its breach', () => {
  for (const { name, files, breaches } of [
    {
      name: 'core imports nothing but core and node:',
      files: {
        'package.json': '{ "dependencies": { "pino": "10" } }',
        'src/core/clock.ts': `import { now } from 'node:perf_hooks'\nimport './deadline.ts'\nimport { field } from '../app/field.ts'\nimport pino from 'pino'`,
      },
      breaches: ['src/core/clock.ts:3 core imports app', 'src/core/clock.ts:4 core imports the package pino'],
    },
    {
      name: 'data stands on core and app, not on what stands on it',
      files: {
        'src/data/transaction.ts': `import '../core/clock.ts'\nimport '../app/field.ts'\nimport type { Call } from '../service/call.ts'`,
      },
      breaches: ['src/data/transaction.ts:3 data imports service'],
    },
    {
      name: 'a lazy import and a re-export are arrows too',
      files: {
        'src/api/serve.ts': `export * from '../data/store/store.ts'\nconst late = () => import('../runtime/boot.ts')`,
      },
      breaches: ['src/api/serve.ts:1 api imports data', 'src/api/serve.ts:2 api imports runtime'],
    },
    {
      name: 'the client takes types from the app, and no code',
      files: {
        'src/client/client.ts': `import type { App } from '../app/app.ts'\nimport { app } from '../app/app.ts'`,
      },
      breaches: ['src/client/client.ts:2 client imports code from app'],
    },
    {
      name: 'the entry point is made of core, app and topology',
      files: { 'src/index.ts': `export { app } from './app/app.ts'\nexport { boot } from './runtime/boot.ts'` },
      breaches: ['src/index.ts:2 index.ts imports runtime'],
    },
    {
      name: 'runtime stands on everything except the command line and testing',
      files: {
        'src/runtime/boot.ts': `import '../api/serve.ts'\nimport '../cli/main.ts'\nimport '../testing/clock.ts'`,
      },
      breaches: ['src/runtime/boot.ts:2 runtime imports cli', 'src/runtime/boot.ts:3 runtime imports testing'],
    },
    {
      name: 'sources import only sources, and data at the root',
      files: {
        'src/cli/main.ts': `import manifest from '../../package.json' with { type: 'json' }\nimport '../../bench/main.ts'`,
      },
      breaches: ['src/cli/main.ts:2 cli imports bench/main.ts'],
    },
    {
      name: 'a new folder is given its arrows first',
      files: { 'src/search/index.ts': '' },
      breaches: ['src/search/index.ts:1 src/search is a new folder'],
    },
    {
      name: 'a test may import everything, and nobody a test',
      files: {
        'src/core/clock.test.ts': `import '../runtime/boot.ts'\nimport '../../test/engine.ts'`,
        'src/core/clock.ts': `import './clock.test.ts'`,
      },
      breaches: ['src/core/clock.ts:1 imports src/core/clock.test.ts'],
    },
    {
      name: 'a conformance suite may use the seeded scheduler, and drivers directly',
      files: {
        'src/data/store/drivers.ts': `export const drivers = { memory: () => import('./memory/memory.ts') }`,
        'src/data/store/conformance.ts': `import '../../testing/scheduler.ts'\nimport './memory/memory.ts'\nimport '../../api/serve.ts'`,
      },
      breaches: ['src/data/store/conformance.ts:3 data imports api'],
    },
    {
      name: 'a driver is imported only through the list of its family',
      files: {
        'src/data/store/drivers.ts': `export const drivers = { sqlite: () => import('./sqlite/sqlite.ts'), memory: () => import('./memory/memory.ts') }`,
        'src/data/store/sqlite/sqlite.ts': `import './statement.ts'\nimport '../memory/memory.ts'`,
        'src/data/store/sqlite/sqlite.test.ts': `import './sqlite.ts'`,
        'src/data/store/sqlite.test.ts': `import './sqlite/sqlite.ts'`,
        'src/runtime/boot.ts': `import '../data/store/sqlite/sqlite.ts'\nimport '../data/store/drivers.ts'`,
        'src/runtime/boot.test.ts': `import '../data/store/memory/memory.ts'`,
      },
      breaches: [
        'src/data/store/sqlite/sqlite.ts:2 imports src/data/store/memory/memory.ts',
        'src/runtime/boot.ts:1 imports src/data/store/sqlite/sqlite.ts',
        'src/runtime/boot.test.ts:1 imports src/data/store/memory/memory.ts',
      ],
    },
    {
      name: 'a list of drivers loads none of them',
      files: {
        'src/data/store/drivers.ts': `import type { Store } from './store.ts'\nimport type { Options } from './sqlite/sqlite.ts'\nimport { memory } from './memory/memory.ts'`,
      },
      breaches: ['src/data/store/drivers.ts:3 imports ./memory/memory.ts at start-up'],
    },
    {
      name: 'a package is used by one folder',
      files: {
        'package.json': '{ "dependencies": { "ajv": "8" } }',
        'src/app/validate.ts': `import { Ajv } from 'ajv'`,
        'src/service/input.ts': `import addFormats from 'ajv/dist/2020.js'`,
        'src/service/input.test.ts': `import { Ajv } from 'ajv'`,
      },
      breaches: ['src/service/input.ts:1 ajv belongs to src/app'],
    },
    {
      name: 'only api imports Fastify, tests included',
      files: {
        'package.json': '{ "dependencies": { "fastify": "5", "@fastify/cors": "11" } }',
        'src/api/serve.ts': `import fastify from 'fastify'`,
        'src/edge/listen.ts': `import cors from '@fastify/cors'`,
        'src/data/store.test.ts': `import type { FastifyInstance } from 'fastify'`,
      },
      breaches: [
        'src/edge/listen.ts:1 @fastify/cors belongs to src/api',
        'src/data/store.test.ts:1 fastify belongs to src/api',
      ],
    },
    {
      name: 'published code imports only what is installed with it',
      files: {
        'package.json':
          '{ "name": "banyan", "peerDependencies": { "pg": "8" }, "devDependencies": { "fast-check": "4" } }',
        'src/data/model.ts': `import fc from 'fast-check'\nimport { Pool } from 'pg'\nimport { t } from 'banyan'`,
        'src/data/conformance.ts': `import fc from 'fast-check'`,
        'src/data/model.test.ts': `import fc from 'fast-check'\nimport { t } from 'banyan'\nimport 'nowhere'`,
      },
      breaches: [
        'src/data/model.ts:1 fast-check is not in dependencies or peerDependencies of package.json',
        'src/data/model.ts:3 banyan is not in dependencies or peerDependencies of package.json',
        'src/data/model.test.ts:3 nowhere is not in dependencies or peerDependencies or devDependencies of package.json',
      ],
    },
    {
      name: 'sources know no example',
      files: {
        'src/app/app.ts': `// A flight is late.\n// See examples/flights.\nconst pointer = '#/components/examples/Flight'`,
      },
      breaches: ['src/app/app.ts:2 mentions examples/flights'],
    },
    {
      name: 'an example is a user',
      files: {
        'examples/orders/package.json': '{ "dependencies": { "vega-datasets": "3" } }',
        'examples/orders/app.ts': `import { app } from 'banyan'\nimport { client } from 'banyan/client'\nimport './seed.ts'\nimport 'node:fs'\nimport 'vega-datasets'`,
        'examples/orders/seed.ts': `import '../../src/index.ts'\nimport '../flights/app.ts'\nimport 'pino'`,
        'template/app.ts': `import { app } from 'banyan'\nimport '../src/index.ts'`,
      },
      breaches: [
        'examples/orders/seed.ts:1 imports ../../src/index.ts',
        'examples/orders/seed.ts:2 imports ../flights/app.ts',
        'examples/orders/seed.ts:3 imports pino',
        'template/app.ts:2 imports ../src/index.ts',
      ],
    },
    {
      name: 'folders have names',
      files: { 'src/app/utils/text.ts': '', 'bench/common/load.ts': '', 'src/app/common.ts': '' },
      breaches: [
        'src/app/utils/text.ts:1 lies in a folder called utils',
        'bench/common/load.ts:1 lies in a folder called common',
      ],
    },
    {
      name: 'files are small',
      files: {
        'src/app/long.ts': 'x\n'.repeat(451),
        'src/app/full.ts': 'x\n'.repeat(450),
        'src/app/long.test.ts': 'x\n'.repeat(801),
        'src/app/full.test.ts': 'x\n'.repeat(800),
      },
      breaches: [
        'src/app/long.ts:451 has 451 lines, 450 are the most',
        'src/app/long.test.ts:801 has 801 lines, 800 are the most',
      ],
    },
    {
      name: 'relative imports name the file',
      files: {
        'src/app/app.ts': `import './field'\nimport './field.js'\nimport './field.ts'\nimport './schema.json' with { type: 'json' }`,
      },
      breaches: ['src/app/app.ts:1 imports ./field', 'src/app/app.ts:2 imports ./field.js'],
    },
  ] as { name: string; files: Record<string, string>; breaches: string[] }[]) {
    test(name, () => {
      const found = tidy(Object.entries(files).map(([path, text]) => ({ path, text })))
      assert.deepEqual(found.map((breach) => breach.split('\n')[0]).sort(), breaches.sort())
    })
  }

  test('a breach prints its place, its rule and its mend', () => {
    assert.deepEqual(tidy([{ path: 'src/client/client.ts', text: `import { app } from '../app/app.ts'` }]), [
      'src/client/client.ts:1 client imports code from app\n' +
        '  rule: Arrows point inward: a folder of src/ imports only what test/tidy/folders.ts lists for it.\n' +
        '  mend: Write "import type".',
    ])
  })
})

suite('imports are read as the compiler reads them', () => {
  test('every form, with its line', () => {
    const text = [
      `import a, { b } from 'one'`,
      `import type { C } from "two"`,
      'export {',
      '  d,',
      `} from './three.ts'`,
      `export type * from './four.ts'`,
      `import './five.ts'`,
      `const six = await import('./six.ts')`,
      `const seven = require('seven')`,
      `import { type E } from './eight.ts'`,
    ].join('\n')
    assert.deepEqual(
      importsOf(text).map(({ specifier, line, isType, isLazy }) => [
        line,
        specifier,
        isType ? 'type' : isLazy ? 'lazy' : 'code',
      ]),
      [
        [1, 'one', 'code'],
        [2, 'two', 'type'],
        [5, './three.ts', 'code'],
        [6, './four.ts', 'type'],
        [7, './five.ts', 'code'],
        [8, './six.ts', 'lazy'],
        [9, 'seven', 'code'],
        [10, './eight.ts', 'code'],
      ],
    )
  })

  test('none in comments, strings, templates and regular expressions, and those after them', () => {
    const text = [
      `// import 'comment'`,
      `/* import 'block'`,
      `*/ const text = "import 'string'"`,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text, to be read as such
      "const template = `import 'template' ${ { a: `${1}` } } import 'rest'`",
      'const quote = /[/\'"`]/g.test(text) || 4 / 2 / 1',
      `const from = { from: 'key' }; Array.from('argument')`,
      `import 'real'`,
    ].join('\n')
    assert.deepEqual(importsOf(text), [{ specifier: 'real', line: 7, isType: false, isLazy: false }])
  })
})
