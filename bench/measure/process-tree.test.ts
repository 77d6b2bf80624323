import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { cpuMicrosecondsOf, memoryOf, treeOf } from './process-tree.ts'

const skip = process.platform === 'linux' ? false : 'the figures come from /proc, which only Linux has'
const burn = 'const end = process.cpuUsage().user + 300000; while (process.cpuUsage().user < end);'
const wait = 'process.stdout.write("ready"); setInterval(() => {}, 1000)'

test('counts the time of a process, of its live children and of its ended ones', { skip }, async () => {
  const nested = `const { spawn, spawnSync } = require('node:child_process')
    spawnSync(process.execPath, ['-e', ${JSON.stringify(burn)}])
    spawn(process.execPath, ['-e', ${JSON.stringify(`${burn} ${wait}`)}], { stdio: ['ignore', 'inherit', 'inherit'] })
    process.on('SIGTERM', () => process.exit())`
  const parent = spawn(process.execPath, ['-e', nested], { stdio: ['ignore', 'pipe', 'inherit'] })
  const pid = parent.pid!
  try {
    await once(parent.stdout, 'data')
    assert.equal(treeOf(pid).length, 2)
    const used = cpuMicrosecondsOf(pid)
    assert.ok(used >= 580_000, `${used} µs of at least 600,000 were counted`)
    const memory = memoryOf(pid)
    assert.ok(memory.rssMegabytes > 40 && memory.pssMegabytes > 0 && memory.pssMegabytes <= memory.rssMegabytes)
  } finally {
    for (const member of treeOf(pid)) process.kill(member)
  }
})
