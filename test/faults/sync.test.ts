import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { engine } from '../engine.ts'
import { startServer, temporaryFolder } from '../running-server.ts'
import { appFolder, send, times } from './http.ts'
import { judgeTrace, type TraceVerdict } from './trace.ts'

const strace = engine('strace')
const creates = 200

/** What the kernel saw of a server under creators. */
async function traced(preload?: string): Promise<TraceVerdict> {
  using folder = temporaryFolder()
  const log = join(folder.path, 'strace.log')
  const calls = 'pwrite64,pwritev,fdatasync,fsync,write,writev,sendto,sendmsg'
  const server = await startServer({
    app: appFolder,
    dataFolder: join(folder.path, 'data'),
    // A page of the log is 4,096 bytes, and the value may stand anywhere in it.
    under: [strace.path, '-f', '-y', '-s', '4096', '-e', `trace=${calls}`, '-e', 'signal=none', '-o', log],
    ...(preload === undefined ? {} : { preload: new URL(preload, import.meta.url) }),
  })
  await times(creates, 16, async (at) => {
    const value = `value-${String(at).padStart(4, '0')}`
    assert.equal((await send(`${server.url}/v1/entries`, 'POST', { value })).status, 201)
  })
  await server[Symbol.asyncDispose]()
  return judgeTrace(readFileSync(log, 'latin1'), /value-\d{4}/g)
}

/** A container may have strace and forbid what it does. */
function whyNot(): string | false {
  if (strace.skip !== undefined) return strace.skip
  const { status, stderr } = spawnSync(strace.path, ['-f', '-o', '/dev/null', 'true'], { encoding: 'utf8' })
  if (status === 0) return false
  const reason = `strace may not trace here: ${stderr.trim()}`
  if (process.env.CI === 'true') throw new Error(reason)
  return reason
}

const skip = whyNot()

test('the fsync precedes every answer that it covers, and covers many', { skip }, async (context) => {
  const { answers, syncs, early } = await traced()
  context.diagnostic(`${answers} answers, ${syncs} syncs`)
  assert.equal(answers, creates)
  assert.deepEqual(early, [])
  assert.ok(syncs < answers, `${syncs} syncs for ${answers} answers`)
})

for (const [defect, preload] of [
  ['there is no fsync', './no-sync.ts'],
  ['group commit answers before it commits', './early-answer.ts'],
] as const) {
  test(`control: the trace shows early answers when ${defect}`, { skip }, async (context) => {
    const { answers, early } = await traced(preload)
    context.diagnostic(`${early.length} of ${answers} answers were early`)
    assert.equal(answers, creates)
    assert.ok(early.length > 0)
  })
}
