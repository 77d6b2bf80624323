import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { folderOfPrograms, versionedFolders } from './programs.ts'

const base = mkdtempSync(join(tmpdir(), 'banyan-programs-'))
after(() => rmSync(base, { recursive: true }))
for (const [version, programs] of [
  ['9.6', ['serve', 'init']],
  ['15', ['serve', 'init']],
  ['17', ['serve']],
] as const) {
  mkdirSync(join(base, version, 'bin'), { recursive: true })
  for (const program of programs) writeFileSync(join(base, version, 'bin', program), '', { mode: 0o755 })
}
mkdirSync(join(base, 'common'))

test('the newest version that has all of the programs is the one', () => {
  assert.equal(folderOfPrograms(['serve', 'init'], versionedFolders(base)), join(base, '15', 'bin'))
})

test('a program that nobody has is not found', () => {
  assert.equal(folderOfPrograms(['serve', 'banyan-has-no-such-program'], versionedFolders(base)), undefined)
  assert.deepEqual(versionedFolders(join(base, 'nowhere')), [])
})
