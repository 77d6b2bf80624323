import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { test } from 'node:test'

// The type tests are files that do not compile when a promise is broken (`@ts-expect-error` in both directions),
// so this one test runs them all.
test('the whole tree type-checks', () => compile('tsconfig.json'))

// A type may be inferred and still have no name that a declaration file could give it.
test('what is published can be declared', () => compile('tsconfig.build.json'))

function compile(project: string): void {
  const root = resolve(import.meta.dirname, '..')
  const args = [resolve(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', project]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  assert.equal(status, 0, `tsc --noEmit -p ${project}:\n${stdout}${stderr}`)
}
