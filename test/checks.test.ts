import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { test } from 'node:test'

interface Check {
  readonly claim: string
  readonly args: readonly string[]
  readonly mend?: string
}

// Named by a variable, because the compiler has no types for plain JavaScript.
const list = new URL('../scripts/checks.js', import.meta.url).href
const { checks } = (await import(list)) as { readonly checks: readonly Check[] }
const root = resolve(import.meta.dirname, '..')

// The type tests are files that do not compile when a promise is broken (`@ts-expect-error` in both directions), so the
// first of these runs them all.
for (const { claim, args, mend } of checks)
  test(claim, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
    assert.equal(status, 0, `${stdout}${stderr}${mend === undefined ? '' : `\nMuch of it is mended by: ${mend}`}`)
  })
