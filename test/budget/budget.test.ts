import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { writeLargeApp } from './large-app.ts'

const root = resolve(import.meta.dirname, '../..')

interface Diagnostics {
  readonly types: number
  readonly instantiations: number
  readonly seconds: string
}

/** Compiles an app of so many resources and says what that took. One checker, because several count some types twice. */
function compiled(resources: number): Diagnostics {
  // Inside the tree, where `banyan` is found by its name.
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'budget-'))
  try {
    const files = writeLargeApp(folder, resources)
    const compilerOptions = { typeRoots: [join(root, 'node_modules/@types')] }
    const config = { extends: join(root, 'tsconfig.json'), compilerOptions, include: [], files }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const args = ['--noEmit', '--singleThreaded', '--extendedDiagnostics']
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, ...args], { cwd: folder, encoding: 'utf8' })
    assert.equal(status, 0, `${stdout.slice(0, 4_000)}${stderr}`)
    const figure = (name: string) => new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(stdout)![1]!
    return {
      types: Number(figure('Types')),
      instantiations: Number(figure('Instantiations')),
      seconds: figure('Total time'),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// The budget is 200 resources in 10 s. What is counted does not depend on the machine: types grow with each resource, and so
// does what a handler needs of them. What a client needs of a resource grows with all resources as well, because the compiler
// goes through the whole app for it, some ten steps a resource.
test('an app of 200 resources with 200 operations and a client compiles within its budget', (context) => {
  const small = compiled(50)
  const large = compiled(200)
  for (const [name, { types, instantiations, seconds }] of Object.entries({ small, large }))
    context.diagnostic(`${name}: ${types} types, ${instantiations} instantiations, ${seconds} s`)
  assert.ok(large.types <= 160_000, `${large.types} types`)
  assert.ok(large.types <= 4 * small.types, 'types grow faster than the app')
  assert.ok(large.instantiations <= 3_000_000, `${large.instantiations} instantiations`)
  assert.ok(
    large.instantiations <= 10 * small.instantiations,
    'instantiations are dominated by what grows with the square',
  )
})
