import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { engine } from '../engine.ts'
import { startServer, temporaryFolder } from '../running-server.ts'
import { appFolder, send, times } from './http.ts'

const strace = engine('strace')
const creates = 60

/** How many answers to creates the kernel saw written, and how many of those while the log had bytes that were not synced. */
async function traced(preload?: URL): Promise<{ readonly answers: number; readonly early: number }> {
  using folder = temporaryFolder()
  const log = join(folder.path, 'strace.log')
  const calls = 'openat,pwrite64,fdatasync,fsync,write,writev,sendmsg'
  const server = await startServer({
    app: appFolder,
    dataFolder: join(folder.path, 'data'),
    under: [strace.path, '-f', '-s', '40', '-e', `trace=${calls}`, '-o', log],
    ...(preload === undefined ? {} : { preload }),
  })
  await times(creates, 8, async (at) => {
    await send(`${server.url}/v1/entries`, 'POST', { value: `${at}` })
  })
  await server[Symbol.asyncDispose]()
  return judged(readFileSync(log, 'utf8'))
}

function judged(log: string): { readonly answers: number; readonly early: number } {
  const logFiles = new Set<string>()
  let isDirty = false
  let answers = 0
  let early = 0
  for (const line of log.split('\n')) {
    const opened = /openat\(.*-wal", .*\) = (\d+)/.exec(line)
    if (opened !== null) logFiles.add(opened[1]!)
    const written = /pwrite64\((\d+)/.exec(line)
    if (written !== null && logFiles.has(written[1]!)) isDirty = true
    const synced = /(?:fdatasync|fsync)\((\d+)\) += 0/.exec(line)
    if (synced !== null && logFiles.has(synced[1]!)) isDirty = false
    if (/(?:write|writev|sendmsg)\(.*HTTP\/1\.1 201/.test(line)) {
      answers++
      if (isDirty) early++
    }
  }
  return { answers, early }
}

test('the fsync precedes every answer that it covers', { skip: strace.skip }, async () => {
  assert.deepEqual(await traced(), { answers: creates, early: 0 })
})

test('control: without the fsync the trace shows answers before it', { skip: strace.skip }, async () => {
  const { answers, early } = await traced(new URL('./no-sync.ts', import.meta.url))
  assert.equal(answers, creates)
  assert.ok(early > 0)
})
