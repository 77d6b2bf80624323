import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { EndedEarly, startServer, temporaryFolder } from '../running-server.ts'
import { allRows, appFolder, send } from './http.ts'

/** A start that must fail: its exit code, and what it said. */
async function failure(dataFolder: string, env: Readonly<Record<string, string>> = {}) {
  try {
    await using server = await startServer({ app: appFolder, dataFolder, env })
    assert.fail(`the server started: ${server.url}`)
  } catch (error) {
    if (!(error instanceof EndedEarly)) throw error
    return { exitCode: error.exitCode, said: error.message }
  }
}

/** A data folder with some rows in it. */
async function filled(dataFolder: string): Promise<void> {
  await using server = await startServer({ app: appFolder, dataFolder })
  for (let at = 0; at < 30; at++)
    await send(`${server.url}/v1/entries`, 'POST', { value: `${at}`, padding: 'x'.repeat(4000) })
}

/** A small file system of its own, where the machine lets us mount one. */
function smallDisk(bytes: number): (Disposable & { readonly path: string }) | undefined {
  const folder = temporaryFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder.path], { stdio: 'pipe' })
  } catch {
    folder[Symbol.dispose]()
    return undefined
  }
  const unmount = () => {
    execFileSync('umount', [folder.path])
    folder[Symbol.dispose]()
  }
  return { path: folder.path, [Symbol.dispose]: unmount }
}

test('a second process on the same data exits with 4 and says why, and the first goes on', async () => {
  using folder = temporaryFolder()
  await using server = await startServer({ app: appFolder, dataFolder: folder.path })
  const { exitCode, said } = await failure(folder.path)
  assert.equal(exitCode, 4)
  assert.match(said, /is open in another process/)
  assert.match(said, /BANYAN_DATA/)
  assert.equal((await send(`${server.url}/v1/entries`, 'POST', { value: 'still here' })).status, 201)
})

test('a busy port exits with 5 and names it', async () => {
  using folder = temporaryFolder()
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as { port: number }
  const { exitCode, said } = await failure(folder.path, { PORT: String(port) })
  other.close()
  assert.equal(exitCode, 5)
  assert.match(said, new RegExp(`port ${port} .*in use`))
})

test('a full disk while running: writes get 503 STORE_FULL, reads go on, nothing acknowledged is lost, and space mends it', async (context) => {
  using disk = smallDisk(6_000_000)
  if (disk === undefined) return await withPageLimit(context)
  const filler = join(disk.path, 'filler')
  writeFileSync(filler, Buffer.alloc(2_000_000))
  const dataFolder = join(disk.path, 'data')
  const acknowledged: string[] = []
  await using server = await startServer({ app: appFolder, dataFolder })
  const refusal = await writeUntilRefused(server.url, acknowledged)
  assert.deepEqual([refusal.status, refusal.body.code], [503, 'STORE_FULL'])
  const stored = new Set((await allRows(server.url, 'entries')).map(({ value }) => value))
  assert.deepEqual(
    acknowledged.filter((value) => !stored.has(value)),
    [],
  )
  rmSync(filler)
  assert.equal((await send(`${server.url}/v1/entries`, 'POST', { value: 'after' })).status, 201)
})

/** Without the right to mount, SQLite itself is told to stop growing. */
async function withPageLimit(context: { diagnostic(message: string): void }) {
  context.diagnostic('no mount rights: max_page_count instead of a small disk')
  using folder = temporaryFolder()
  const acknowledged: string[] = []
  const preload = new URL('./page-limit.ts', import.meta.url)
  await using server = await startServer({ app: appFolder, dataFolder: folder.path, preload })
  const refusal = await writeUntilRefused(server.url, acknowledged)
  assert.deepEqual([refusal.status, refusal.body.code], [503, 'STORE_FULL'])
  const stored = new Set((await allRows(server.url, 'entries')).map(({ value }) => value))
  assert.deepEqual(
    acknowledged.filter((value) => !stored.has(value)),
    [],
  )
}

async function writeUntilRefused(url: string, acknowledged: string[]) {
  for (let at = 0; at < 2000; at++) {
    const answer = await send(`${url}/v1/entries`, 'POST', { value: `${at}`, padding: 'x'.repeat(20_000) })
    if (answer.status !== 201) return answer
    acknowledged.push(`${at}`)
  }
  return assert.fail('the disk was never full')
}

test('a full disk at start exits with 4 and says so', async (context) => {
  using disk = smallDisk(300_000)
  if (disk === undefined) return context.skip('no right to mount a small disk')
  const dataFolder = join(disk.path, 'data')
  mkdirSync(dataFolder)
  try {
    writeFileSync(join(disk.path, 'filler'), Buffer.alloc(400_000))
  } catch {
    // It takes what there is.
  }
  const { exitCode, said } = await failure(dataFolder)
  assert.equal(exitCode, 4)
  assert.match(said, /no space|cannot be written/)
})

test('data that may not be written exit with 4, untouched', async (context) => {
  using folder = temporaryFolder()
  await filled(folder.path)
  const file = join(folder.path, 'main.db')
  const before = readFileSync(file)
  if (process.getuid?.() === 0) {
    // Permissions mean nothing to root, a read-only mount does.
    try {
      execFileSync('mount', ['--bind', folder.path, folder.path], { stdio: 'pipe' })
      execFileSync('mount', ['-o', 'remount,ro,bind', folder.path], { stdio: 'pipe' })
    } catch {
      return context.skip('no right to mount read-only')
    }
  } else {
    chmodSync(file, 0o400)
    chmodSync(folder.path, 0o500)
  }
  try {
    const { exitCode, said } = await failure(folder.path)
    assert.equal(exitCode, 4)
    assert.match(said, /may not be written/)
    assert.deepEqual(readFileSync(file), before)
  } finally {
    if (process.getuid?.() === 0) execFileSync('umount', [folder.path])
    else chmodSync(folder.path, 0o700)
  }
})

test('a file that is no database exits with 4 and is left as it is', async () => {
  using folder = temporaryFolder()
  await filled(folder.path)
  const file = join(folder.path, 'main.db')
  overwrite(file, 0, Buffer.from('this is not what it was, not at all'))
  const before = readFileSync(file)
  const { exitCode, said } = await failure(folder.path)
  assert.equal(exitCode, 4)
  assert.match(said, /not a sound SQLite database/)
  assert.deepEqual(readFileSync(file), before)
})

test('a page damaged in the middle is told as damage, and no answer is wrong', async () => {
  using folder = temporaryFolder()
  await filled(folder.path)
  const file = join(folder.path, 'main.db')
  const copy = join(folder.path, 'before.db')
  copyFileSync(file, copy)
  // Everything behind the schema and the system tables.
  for (let at = 4096 * 8; at + 4096 <= statSync(file).size; at += 4096) overwrite(file, at, Buffer.alloc(2048, 0xa5))
  try {
    await using server = await startServer({ app: appFolder, dataFolder: folder.path })
    const answers = await Promise.all(
      ['entries?limit=100', 'entries?value=7'].map((path) => send(`${server.url}/v1/${path}`, 'GET')),
    )
    assert.ok(
      answers.some(({ status, body }) => status === 503 && body.code === 'STORE_CORRUPT'),
      JSON.stringify(answers.map(({ status, body }) => [status, body?.code])),
    )
    assert.ok(answers.every(({ status }) => status === 200 || status === 503))
  } catch (error) {
    if (!(error instanceof EndedEarly)) throw error
    assert.equal(error.exitCode, 4, error.message)
  }
})

test('a truncated file exits with 4, or answers with 503 where a page is missing', async () => {
  using folder = temporaryFolder()
  await filled(folder.path)
  const file = join(folder.path, 'main.db')
  truncateSync(file, 4096 * 3)
  const { exitCode, said } = await failure(folder.path)
  assert.equal(exitCode, 4)
  assert.match(said, /not a sound SQLite database/)
})

test('a key file that is none exits with 4 and is left as it is', async () => {
  using folder = temporaryFolder()
  await filled(folder.path)
  const file = join(folder.path, 'keys.json')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  writeFileSync(file, '{"keys":[]}')
  const { exitCode, said } = await failure(folder.path)
  assert.equal(exitCode, 4)
  assert.match(said, /not a key file/)
  assert.equal(readFileSync(file, 'utf8'), '{"keys":[]}')
})

test('a data folder that is a file exits with 4', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'data')
  writeFileSync(path, '')
  assert.equal((await failure(path)).exitCode, 4)
})

function overwrite(file: string, at: number, bytes: Buffer): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, bytes, 0, bytes.length, at)
  closeSync(handle)
}
