import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { listeningOn } from './listening.ts'
import { cpuMicroseconds } from './process-cpu.ts'

const skip = process.platform === 'linux' ? false : 'the figures come from /proc, which only Linux has'

test('a server is found by its port, and its time is that of all its processes, each counted once', {
  skip,
}, async () => {
  const burn = 'const end = process.cpuUsage().user + 100000; while (process.cpuUsage().user < end);'
  // The child shares the listening socket of its parent, as workers of a cluster do.
  const child = `${burn} process.send('burnt'); process.on('disconnect', () => process.exit())`
  const server = spawn(
    process.execPath,
    [
      '-e',
      `${burn} const listener = require('node:net').createServer().listen(0, '127.0.0.1', () => {
         const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: ['ignore', 'inherit', 'inherit', 'ipc', listener._handle] })
         child.once('message', () => console.log(listener.address().port))
       })`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  try {
    const port = Number(String((await once(server.stdout, 'data'))[0]))
    const pids = listeningOn(port)
    assert.ok(pids.includes(server.pid!), `${pids} of ${server.pid}`)
    const used = cpuMicroseconds(pids)!
    assert.ok(used >= 180_000, `${used} µs of at least 200,000 were counted`)
    assert.equal(cpuMicroseconds([...pids, ...pids])! - used < 50_000, true)
    assert.equal(listeningOn(1).length, 0)
  } finally {
    server.kill()
  }
  assert.equal(cpuMicroseconds([2 ** 22 + 1]), null)
})
