import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { project } from '../cli/project.ts'
import { codeBlocks } from './code-blocks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const guides = new URL('../../docs/guides/', import.meta.url)

/** The files that a guide shows: a block that begins with a name begins a file, and those behind it go on with that. */
function filesOf(guide: string): Readonly<Record<string, string>> {
  const files: Record<string, string> = {}
  let name: string | undefined
  for (const { language, code } of codeBlocks(new URL(guide, guides))) {
    if (language !== 'ts') continue
    name = /^\/\/ (\S+\.ts)\n/.exec(code)?.[1] ?? name
    if (name !== undefined) files[name] = `${files[name] ?? ''}${code}`
  }
  return files
}

suite('the examples of a guide', () => {
  for (const guide of readdirSync(guides)) {
    const files = filesOf(guide)

    test(`${guide}: they run`, () => {
      using it = project(files)
      const output = node(it.path, '--conditions=banyan-source', '--test', '--test-reporter=tap')
      assert.doesNotMatch(output, /^# tests 0$/m)
    })

    test(`${guide}: they compile`, () => {
      using it = project(files)
      const compilerOptions = { typeRoots: [join(root, 'node_modules/@types')] }
      it.write(
        'tsconfig.json',
        JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: ['*.ts'] }),
      )
      node(it.path, join(root, 'node_modules/typescript/bin/tsc'), '--noEmit')
    })
  }
})

/** Runs Node in a folder, to its good end; what it prints. */
function node(cwd: string, ...args: readonly string[]): string {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, env, encoding: 'utf8' })
  assert.equal(status, 0, stdout + stderr)
  return stdout
}
