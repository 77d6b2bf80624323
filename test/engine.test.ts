import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { engine } from './engine.ts'

test('an absent engine skips its tests with the command that installs it', () => {
  withEnvironment({ PATH: '/nowhere', CI: undefined }, () => {
    assert.deepEqual(engine('wrk'), {
      path: 'wrk',
      skip: 'wrk is not installed; install it with: npm run engines:install',
    })
  })
})

test('an absent engine fails its tests on CI', () => {
  withEnvironment({ PATH: '/nowhere', CI: 'true' }, () => {
    assert.throws(() => engine('wrk'), /npm run engines:install/)
  })
})

test('a present engine gives its path and skips nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-engine-'))
  try {
    writeFileSync(join(folder, 'wrk'), '#!/bin/sh\n')
    chmodSync(join(folder, 'wrk'), 0o755)
    withEnvironment({ PATH: `/nowhere:${folder}`, CI: 'true' }, () => {
      assert.deepEqual(engine('wrk'), { path: join(folder, 'wrk') })
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function withEnvironment(values: Record<'PATH' | 'CI', string | undefined>, body: () => void): void {
  const before = { PATH: process.env.PATH, CI: process.env.CI }
  setEnvironment(values)
  try {
    body()
  } finally {
    setEnvironment(before)
  }
}

function setEnvironment(values: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
}
