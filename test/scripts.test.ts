import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { suite, test } from 'node:test'

// Named by a variable, because the compiler has no types for plain JavaScript.
const scripts = (file: string) => new URL(`../scripts/${file}`, import.meta.url).href

suite('a server started through npm', () => {
  // It tells when it is ready, counts the signals that reach it, drains for a moment and leaves with that count.
  const server = `
    let signals = 0
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {
      if (signals++ === 0) setTimeout(() => process.exit(40 + signals), 300)
    })
    setInterval(() => {}, 1000)
    console.log('ready')`
  const wrapper = `
    const { runChild } = await import(${JSON.stringify(scripts('child.js'))})
    process.exitCode = await runChild(process.execPath, ['-e', ${JSON.stringify(server)}], { ownGroup: true })`

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`hears ${signal} once, however often it is sent, and gives its exit code`, async () => {
      assert.equal(
        await exitCodeAfter(wrapper, (pid) => {
          process.kill(pid, signal)
          setTimeout(() => process.kill(pid, signal), 50)
        }),
        41,
      )
    })
  }

  test('hears Ctrl-C once, which the terminal sends to the whole group', async () => {
    assert.equal(await exitCodeAfter(wrapper, (pid) => process.kill(-pid, 'SIGINT')), 41)
  })
})

async function exitCodeAfter(program: string, act: (pid: number) => void): Promise<number | null> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  await once(createInterface(child.stdout), 'line')
  act(child.pid!)
  const [code] = await exit
  return code
}

suite('packages are installed', async () => {
  const { reasonToInstall } = await import(scripts('packages.js'))
  const wanted = {
    '': { name: 'banyan' },
    'examples/flights': {},
    'node_modules/pino': { version: '10.4.0', integrity: 'sha512-a' },
    'node_modules/fsevents': { version: '2.3.3', optional: true },
  }
  const installed = { 'node_modules/pino': wanted['node_modules/pino'] }

  const cases: [name: string, installed: object | undefined, reason: string | undefined][] = [
    ['not when everything is there but what is built for other platforms', installed, undefined],
    ['when an install was interrupted', undefined, 'node_modules is incomplete'],
    ['when one is missing', {}, 'node_modules/pino is missing'],
    [
      'when one has another version',
      { 'node_modules/pino': { version: '9.0.0' } },
      'node_modules/pino is at 9.0.0 instead of 10.4.0',
    ],
    [
      'when one has other contents',
      { 'node_modules/pino': { version: '10.4.0', integrity: 'sha512-b' } },
      'node_modules/pino differs from package-lock.json',
    ],
  ]
  for (const [name, packages, reason] of cases) {
    test(name, () => {
      const root = mkdtempSync(join(tmpdir(), 'banyan-packages-'))
      try {
        writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }))
        assert.equal(reasonToInstall(root), 'node_modules is missing')
        mkdirSync(join(root, 'node_modules'))
        if (packages) writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages }))
        assert.equal(reasonToInstall(root), reason)
      } finally {
        rmSync(root, { recursive: true })
      }
    })
  }
})
