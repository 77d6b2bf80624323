import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { EndedEarly, type StartOptions, startServer, temporaryFolder } from '../running-server.ts'
import { create } from './creators.ts'
import { integrityOf } from './database.ts'
import { allRows, appFolder, send } from './http.ts'
import { audit, type Entry, type Ledger, newLedger } from './ledger.ts'

/** A start that must fail: its exit code, and what it said. */
async function failure(dataFolder: string, options: Partial<StartOptions> = {}) {
  try {
    await using server = await startServer({ app: appFolder, dataFolder, ...options })
    assert.fail(`the server started: ${server.url}`)
  } catch (error) {
    if (!(error instanceof EndedEarly)) throw error
    return { exitCode: error.exitCode, said: error.message }
  }
}

const entries = 60

/** Puts data with some rows into a folder. A server made them once, and each test gets a copy. */
async function filled(dataFolder: string): Promise<void> {
  made ??= makeEntries()
  cpSync((await made).path, dataFolder, { recursive: true })
}

let made: ReturnType<typeof makeEntries> | undefined
after(async () => (await made)?.[Symbol.dispose]())

async function makeEntries() {
  const folder = temporaryFolder()
  await using server = await startServer({ app: appFolder, dataFolder: folder.path })
  for (let at = 0; at < entries; at++) await send(`${server.url}/v1/entries`, 'POST', { value: `${at}`, padding })
  return folder
}

/** Short enough for a row to lie on one page: what flows over onto further pages SQLite reads unseen, damaged or not. */
const padding = 'x'.repeat(700)

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

test('of two processes that start at once on new data one serves, and the other exits with 4', async () => {
  using folder = temporaryFolder()
  const starts = [1, 2].map(() => startServer({ app: appFolder, dataFolder: folder.path }))
  const ends = await Promise.allSettled(starts)
  const servers = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
  const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
  try {
    assert.deepEqual(
      reasons.map(({ exitCode }) => exitCode),
      [4],
      String(reasons[0]),
    )
    assert.match(String(reasons[0]), /is open in another process/)
    assert.equal((await send(`${servers[0]!.url}/v1/entries`, 'POST', { value: 'served' })).status, 201)
  } finally {
    for (const server of servers) await server[Symbol.asyncDispose]()
  }
})

test('a busy port exits with 5 and names it', async () => {
  using folder = temporaryFolder()
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as { port: number }
  const { exitCode, said } = await failure(folder.path, { env: { PORT: String(port) } })
  other.close()
  assert.equal(exitCode, 5)
  assert.match(said, new RegExp(`port ${port} .*in use`))
})

/** What a full disk must be like, whatever makes it full; `free` makes space again. */
async function fillAndFree(
  dataFolder: string,
  { preload, free }: { readonly preload?: URL; readonly free: (url: string, ledger: Ledger) => Promise<void> },
): Promise<void> {
  const ledger = newLedger()
  const creators = { creators: 8, padding: 20_000 }
  const rows = async (url: string) => (await allRows(url, 'entries')) as readonly Entry[]
  {
    await using server = await startServer({
      app: appFolder,
      dataFolder,
      ...(preload === undefined ? {} : { preload }),
    })
    await create(server.url, ledger, { ...creators, prefix: 'full', most: 2000 })
    assert.ok(ledger.acknowledged.size > 0)
    assert.deepEqual([...new Set(ledger.refused.values())], ['503 STORE_FULL'])

    // Reads go on, and writes are refused again and again.
    const [value, id] = [...ledger.acknowledged][0]!
    assert.equal((await send(`${server.url}/v1/entries/${id}`, 'GET')).body.value, value)
    assert.deepEqual(audit(ledger, await rows(server.url)), [])
    await create(server.url, ledger, { ...creators, prefix: 'still', most: 16 })
    assert.ok([...ledger.refused.keys()].some((one) => one.startsWith('still')))

    await free(server.url, ledger)
    const refusals = ledger.refused.size
    await create(server.url, ledger, { ...creators, prefix: 'free', most: 8 })
    assert.equal(ledger.refused.size, refusals, 'writes go on when there is space')
    assert.deepEqual(audit(ledger, await rows(server.url)), [])
  }
  await using server = await startServer({ app: appFolder, dataFolder })
  assert.deepEqual(audit(ledger, await rows(server.url)), [])
  assert.equal(integrityOf(dataFolder), 'ok')
}

const fullDisk = 'writes get 503 STORE_FULL, reads go on, nothing acknowledged is lost, and space mends it'

test(`a full disk while running: ${fullDisk}`, async (context) => {
  using disk = smallDisk(16_000_000)
  if (disk === undefined) return context.skip('no right to mount a small disk; the next test goes without')
  const filler = join(disk.path, 'filler')
  // What is freed must hold the whole log once more, or SQLite cannot bring it into the file and begin it anew.
  writeFileSync(filler, Buffer.alloc(10_000_000))
  await fillAndFree(join(disk.path, 'data'), { free: async () => rmSync(filler) })
})

test(`a database that may not grow: ${fullDisk}`, async () => {
  using folder = temporaryFolder()
  const preload = new URL('./page-limit.ts', import.meta.url)
  const free = async (url: string, ledger: Ledger) => {
    for (const [value, id] of [...ledger.acknowledged].slice(0, 20)) {
      assert.equal((await send(`${url}/v1/entries/${id}`, 'DELETE')).status, 204)
      ledger.acknowledged.delete(value)
    }
  }
  await fillAndFree(folder.path, { preload, free })
})

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

test('a database that may not grow at start exits with 4 and says so', async () => {
  using folder = temporaryFolder()
  const preload = new URL('./page-limit.ts', import.meta.url)
  const { exitCode, said } = await failure(folder.path, { preload, env: { PAGES_MAX: '4' } })
  assert.equal(exitCode, 4)
  assert.match(said, /no space left/)
  assert.match(said, /STORE_FULL/)
})

/** A way to run a server that permissions hold for: root is held by none, unless it gives up being above them. */
function boundByPermissions(): { readonly under?: readonly [string, ...string[]] } | { readonly skip: string } {
  if (process.getuid?.() !== 0) return {}
  const under = ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] as const
  const { status } = spawnSync(under[0], [...under.slice(1), 'true'])
  return status === 0 ? { under } : { skip: 'root may not give up a capability here' }
}

const bound = boundByPermissions()

for (const { name, mode } of [
  { name: 'a file', mode: { 'main.db': 0o400, '': 0o700 } },
  { name: 'a folder', mode: { 'main.db': 0o600, '': 0o500 } },
]) {
  test(`${name} that may not be written exits with 4, and the data are untouched`, async (context) => {
    if ('skip' in bound) return context.skip(bound.skip)
    using folder = temporaryFolder()
    await filled(folder.path)
    const before = filesOf(folder.path)
    for (const [file, bits] of Object.entries(mode)) chmodSync(join(folder.path, file), bits)
    try {
      const { exitCode, said } = await failure(folder.path, bound)
      assert.equal(exitCode, 4)
      assert.match(said, /main\.db (may not be written|cannot be opened)/)
      assert.match(said, /BANYAN_DATA/)
    } finally {
      chmodSync(folder.path, 0o700)
    }
    assert.deepEqual(filesOf(folder.path), before)
  })
}

for (const [name, damage] of [
  [
    'a file that is no database',
    (file: string) => overwrite(file, 0, Buffer.from('this is not what it was, not at all')),
  ],
  ['a file whose schema is damaged', (file: string) => overwrite(file, 100, Buffer.alloc(3000, 0xa5))],
  ['a file cut off after three pages', (file: string) => truncateSync(file, 4096 * 3)],
] as const) {
  test(`${name} exits with 4 and is left as it is`, async () => {
    using folder = temporaryFolder()
    await filled(folder.path)
    damage(join(folder.path, 'main.db'))
    const before = filesOf(folder.path)
    const { exitCode, said } = await failure(folder.path)
    assert.equal(exitCode, 4)
    assert.match(said, /not a sound SQLite database/)
    assert.match(said, /left as it is|left as it was/)
    assert.deepEqual(filesOf(folder.path), before)
  })
}

test('an empty file that has held data exits with 4 and is left as it is; once it is removed, new data begin and that is told', async () => {
  using folder = temporaryFolder()
  await filled(folder.path)
  const file = join(folder.path, 'main.db')
  truncateSync(file, 0)
  const before = filesOf(folder.path)
  const { exitCode, said } = await failure(folder.path)
  assert.equal(exitCode, 4)
  assert.match(said, /main\.db is empty, and its folder has held data before/)
  assert.match(said, /Put a copy back/)
  assert.match(said, /STORE_EMPTY/)
  assert.deepEqual(filesOf(folder.path), before)

  rmSync(file)
  await using server = await startServer({ app: appFolder, dataFolder: folder.path })
  assert.match(server.output(), /main\.db is made anew in a folder that has held data before/)
  assert.deepEqual(await allRows(server.url, 'entries'), [])
})

test('an empty file beside no keys is of a first start that was cut off, and is filled', async () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'main.db'), '')
  await using server = await startServer({ app: appFolder, dataFolder: folder.path })
  assert.equal((await send(`${server.url}/v1/entries`, 'POST', { value: 'first' })).status, 201)
  assert.doesNotMatch(server.output(), /made anew/)
})

test('pages damaged in the middle are told as damage, the others are read, and the damaged stay as they are', async () => {
  using folder = temporaryFolder()
  await filled(folder.path)
  const file = join(folder.path, 'main.db')
  // What holds the rows, found by their padding; not the schema, nor the tables of the runtime.
  const damaged = pagesOf(file).flatMap((page, at) => (page.includes('x'.repeat(500)) && at % 2 === 0 ? [at] : []))
  for (const at of damaged) overwrite(file, at * 4096, Buffer.alloc(4096, 0xa5))
  assert.ok(damaged.length > 3)

  await using server = await startServer({ app: appFolder, dataFolder: folder.path })
  let good = 0
  let refused = 0
  for (let value = 0; value < entries; value++) {
    const { status, body } = await send(`${server.url}/v1/entries?value=${value}`, 'GET')
    if (status === 503) {
      assert.equal(body.code, 'STORE_CORRUPT')
      refused++
    } else {
      assert.equal(status, 200)
      assert.deepEqual([body.data[0].value, body.data[0].padding], [`${value}`, padding])
      good++
    }
  }
  assert.ok(good > 0 && refused > 0, `${good} rows were there, ${refused} not`)
  const write = await send(`${server.url}/v1/codes`, 'POST', { id: 'elsewhere' })
  assert.equal(write.status, 201, 'what lies on sound pages goes on')
  await server[Symbol.asyncDispose]()
  const after = pagesOf(file)
  for (const at of damaged) assert.ok(after[at]!.every((byte) => byte === 0xa5))
})

for (const [name, content] of [
  ['is no JSON', '{"keys":'],
  ['has no key', '{"keys":[]}'],
  ['has a key that is too short', '{"keys":[{"id":"a","secret":"c2hvcnQ"}]}'],
  ['has the wrong shape', '[1,2,3]'],
  ['is empty', ''],
] as const) {
  test(`a key file that ${name} exits with 4 and is left as it is`, async () => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'keys.json')
    writeFileSync(file, content)
    const { exitCode, said } = await failure(folder.path)
    assert.equal(exitCode, 4)
    assert.match(said, /keys\.json is not a key file/)
    assert.equal(readFileSync(file, 'utf8'), content)
  })
}

test("a key file that may not be read exits with 4; one that is made is its owner's alone", async (context) => {
  if ('skip' in bound) return context.skip(bound.skip)
  using folder = temporaryFolder()
  await filled(folder.path)
  const file = join(folder.path, 'keys.json')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  chmodSync(file, 0o000)
  const { exitCode, said } = await failure(folder.path, bound)
  assert.equal(exitCode, 4)
  assert.match(said, /keys\.json cannot be read/)
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

function pagesOf(file: string): readonly Buffer[] {
  const bytes = readFileSync(file)
  return Array.from({ length: Math.ceil(bytes.length / 4096) }, (_, at) => bytes.subarray(at * 4096, (at + 1) * 4096))
}

/** Every file of a folder with its bytes. */
function filesOf(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]))
}
