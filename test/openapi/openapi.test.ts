import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, suite, test } from 'node:test'
import flights from '../../examples/flights/app.ts'
import { openapi } from '../../src/api/openapi/openapi.ts'
import { manifestOf } from '../../src/app/manifest.ts'
import { manifestIn } from '../../src/app/version/manifest-in.ts'
import { engine } from '../engine.ts'
import lab from '../rest/lab.ts'
import rail from '../rest/rail.ts'
import { temporaryFolder } from '../running-server.ts'

const linter = engine('redocly')
const generator = engine('openapi-typescript')
const folder = temporaryFolder()
after(() => folder[Symbol.dispose]())

const manifests = {
  flights: manifestOf(flights),
  flightsOfV1: manifestIn(manifestOf(flights), 'v1'),
  lab: manifestOf(lab),
  rail: manifestOf(rail),
  railOfV1: manifestIn(manifestOf(rail), 'v1'),
}

suite('the document is read by others without a warning', () => {
  for (const [name, manifest] of Object.entries(manifests)) {
    const file = write(name, openapi(manifest))

    test(`${name}: by the linter`, { skip: linter.skip ?? false }, () => {
      const { status, output } = linted(file)
      assert.equal(status, 0, output)
      assert.match(output, /Your API description is valid/)
      assert.doesNotMatch(output, /warning/)
    })

    test(`${name}: by a generator of types`, { skip: generator.skip ?? false }, () => {
      const { status, output } = ran(generator.path, [file, '--output', `${name}.d.ts`])
      assert.equal(status, 0, output)
      assert.doesNotMatch(output, /warn|⚠/i)
    })
  }

  test('what was generated compiles', { skip: generator.skip ?? false }, () => {
    const tsc = resolve(import.meta.dirname, '../../node_modules/typescript/bin/tsc')
    const args = ['--noEmit', '--strict', '--types', '', ...Object.keys(manifests).map((name) => `${name}.d.ts`)]
    const { status, output } = ran(process.execPath, [tsc, ...args])
    assert.equal(status, 0, output)
  })
})

test('the linter tells a document that is not as it should be', { skip: linter.skip ?? false }, () => {
  const document = openapi(manifestOf(flights))
  const [first, ...tags] = document.tags
  const vague = write('vague', { ...document, tags: [{ name: first!.name }, ...tags] })
  assert.match(linted(vague).output, /tag-description/)
  assert.equal(linted(vague).status, 1)
})

function linted(file: string) {
  return ran(linter.path, [
    'lint',
    '--config',
    resolve(import.meta.dirname, 'redocly.yaml'),
    '--format',
    'stylish',
    file,
  ])
}

function ran(command: string, args: readonly string[]): { readonly status: number | null; readonly output: string } {
  // It would look for a newer version of itself, and tell who uses it.
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder.path,
    encoding: 'utf8',
    env,
    timeout: 60_000,
  })
  return { status, output: `${stdout}${stderr}` }
}

function write(name: string, document: unknown): string {
  const path = join(folder.path, `${name}.json`)
  writeFileSync(path, JSON.stringify(document))
  return path
}
